"""Fixtures: two signed-in moderators, a review, and a pending comment."""

import pytest

from blog.comments.models import Comment
from blog.reviews.models import Review
from tests.builders import make_comment, make_review
from tests.desk.desk import Desk, open_desk


@pytest.fixture
def desk(app) -> Desk:
    return open_desk(app)


@pytest.fixture
def colleague(app) -> Desk:
    return open_desk(app, email="jun@example.org", name="Jun Ha")


@pytest.fixture
def review(app) -> Review:
    return make_review()


@pytest.fixture
def comment(review) -> Comment:
    return make_comment(review=review)
