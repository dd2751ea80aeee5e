"""Fixtures: a signed-in moderator, a second moderator, and a review."""

import pytest

from blog.accounts.models import Moderator
from blog.reviews.models import Review
from tests.builders import enter, make_moderator, make_review


@pytest.fixture
def moderator(client) -> Moderator:
    moderator = make_moderator()
    enter(client, moderator)
    return moderator


@pytest.fixture
def jun(app) -> Moderator:
    return make_moderator(email="jun@example.org", name="Jun")


@pytest.fixture
def review(app) -> Review:
    return make_review(title="The finish line")
