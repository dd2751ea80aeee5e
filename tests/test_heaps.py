"""Heaps of combining marks: refused in words wherever something is typed."""

import pytest

from tests.builders import make_moderator, make_review, sign_in
from tests.desk.desk import open_desk
from tests.page import text_of
from tests.site.comments.sending import COMMENT, URL, comments, send

HEAP = "a" + "\u0300" * 20 + "\u0323" * 20
FAULT = "One letter has more than 30 accents; please remove some."
# Sorting so many would take minutes.
ENDLESS = "a" + "\u0300" * 63_000 + "\u0323" * 63_000


@pytest.mark.parametrize("field", ["author_name", "body"])
def test_a_comment_is_refused_and_comes_back(client, field):
    make_review()
    response = send(client, COMMENT | {field: f"{HEAP} and words"})
    assert response.status_code == 422
    assert FAULT in text_of(response)
    assert f"{HEAP} and words" in response.text
    assert not comments()


@pytest.mark.parametrize("field", ["author_name", "author_email", "body", "parent_id"])
def test_an_endless_one_is_refused_for_its_length(client, field):
    make_review()
    data = COMMENT | {field: ENDLESS}
    response = client.post(URL, data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert not comments()


def test_signing_in_and_the_desk_refuse_it_too(app, client):
    make_moderator(email="jo@example.org")
    assert sign_in(client, email=HEAP).status_code == 422
    assert sign_in(client, email="\u0323".join(["a", ENDLESS[:30_000]])).status_code == 422
    desk = open_desk(app)
    response = desk.get(q=HEAP)
    assert response.status_code == 400
    assert f"q: {FAULT}" in text_of(response)
