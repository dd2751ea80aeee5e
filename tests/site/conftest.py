"""Fixtures: a review, a moderator, and the browser of a reader who has sent a comment."""

import pytest

from tests.builders import make_moderator, make_review
from tests.site.comments.writing import carry


@pytest.fixture
def review(app):
    return make_review()


@pytest.fixture
def moderator(app):
    return make_moderator()


@pytest.fixture
def writer(client):
    return carry(client)
