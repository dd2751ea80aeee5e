"""Fixtures: a signed-in moderator and a review."""

import pytest

from tests.builders import make_review
from tests.desk.desk import Desk, open_desk


@pytest.fixture
def desk(app) -> Desk:
    return open_desk(app)


@pytest.fixture
def review(app):
    return make_review()
