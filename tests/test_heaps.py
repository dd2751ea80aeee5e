"""Input with too many combining marks on one letter is refused with a message."""

import pytest

from tests.builders import make_moderator, make_review, sign_in
from tests.desk.desk import open_desk
from tests.page import text_of
from tests.site.comments.sending import COMMENT, URL, comments, send

HEAP = "a" + "\u0300" * 20 + "\u0323" * 20
FAULT = "One letter has more than 30 accents; please remove some."
# Normalising this text would take minutes, because the marks must be sorted.
ENDLESS = "a" + "\u0300" * 63_000 + "\u0323" * 63_000


@pytest.mark.parametrize("field", ["author_name", "body"])
def test_a_comment_is_refused_and_its_text_is_given_back(client, field):
    make_review()
    response = send(client, COMMENT | {field: f"{HEAP} and words"})
    assert response.status_code == 422
    assert FAULT in text_of(response)
    assert f"{HEAP} and words" in response.text
    assert not comments()


@pytest.mark.parametrize("field", ["author_name", "author_email", "body", "parent_id"])
def test_a_field_with_endless_marks_is_refused_for_its_length(client, field):
    make_review()
    data = COMMENT | {field: ENDLESS}
    response = client.post(URL, data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert not comments()


def test_the_sign_in_form_and_the_queue_search_refuse_too_many_marks(app, client):
    make_moderator(email="jo@example.org")
    assert sign_in(client, email=HEAP).status_code == 422
    assert sign_in(client, email="\u0323".join(["a", ENDLESS[:30_000]])).status_code == 422
    desk = open_desk(app)
    response = desk.get(q=HEAP)
    assert response.status_code == 400
    assert f"q: {FAULT}" in text_of(response)
