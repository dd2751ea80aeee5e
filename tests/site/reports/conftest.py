"""Fixtures: a review, and a published comment on it that can be reported."""

import pytest

from tests.builders import make_published_comment, make_review
from tests.site.comments.writing import TOKEN


@pytest.fixture
def review(app):
    return make_review()


@pytest.fixture
def comment(review):
    return make_published_comment(
        review=review, body="The *bench* scene.", email="jo@example.org", token=TOKEN
    )
