"""Fixtures: a comment of the author, waiting or published."""

import pytest

from tests.builders import make_comment, make_published_comment
from tests.site.comments.writing import NOW, TOKEN
from tests.site.own.revising import FIRST


@pytest.fixture
def waiting(review):
    return make_comment(review=review, token=TOKEN, body=FIRST, now=NOW)


@pytest.fixture
def published(review, moderator):
    return make_published_comment(
        review=review, moderator=moderator, token=TOKEN, body=FIRST, now=NOW
    )
