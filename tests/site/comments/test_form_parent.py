"""The field `parent_id` of the comment form: replies to invalid comments are refused."""

import pytest

from tests.builders import make_comment, make_published_comment, make_review
from tests.databases import on_both
from tests.page import soup_of, text_of
from tests.site.comments.sending import COMMENT, comments, send, with_and_without_htmx

pytestmark = pytest.mark.usefixtures("review")

WORDS = 'Line one,\n  <b>two</b> & "three"'
TICKED = {
    "is_spoiler": "y",
    "wants_notice": "y",
    "wants_replies": "y",
    "author_email": "mina@example.org",
}
GONE = "The comment you are replying to is no longer public."
NOT_FOUND = "The comment you are replying to was not found."


REFUSED = {
    "waiting": (409, GONE),
    "elsewhere": (409, GONE),
    "9223372036854775807": (409, GONE),
    "9223372036854775808": (422, NOT_FOUND),
    "0": (422, NOT_FOUND),
    "-1": (422, NOT_FOUND),
    "1.0": (422, NOT_FOUND),
    "x": (422, NOT_FOUND),
    "1 OR 1=1": (422, NOT_FOUND),
    "\x001000": (422, NOT_FOUND),
    "٣": (422, NOT_FOUND),
    "9" * 19: (422, NOT_FOUND),
    "9" * 40: (422, NOT_FOUND),
}


@on_both
@with_and_without_htmx
def test_an_invalid_parent_is_refused_and_the_form_given_back(client, review, htmx):
    made = {
        "waiting": make_comment(review=review, body="Not yet."),
        "elsewhere": make_published_comment(review=make_review(slug="my-mister")),
    }
    for parent, (status, words) in REFUSED.items():
        number = str(made[parent].id) if parent in made else parent
        data = {"author_name": "Mina", "body": WORDS, "parent_id": number} | TICKED
        response = send(client, data, htmx=htmx)
        assert response.status_code == status, parent
        assert words in text_of(response), parent
        [form] = soup_of(response).select("form.comment-form")
        # The form replaces the same form on the page.
        place = f"-{number.lstrip(chr(0))}" if status == 409 else ""
        assert form["id"] == f"comment-form{place}", parent
        assert form["data-hx-target"] == f"#respond{place}"
        assert form.find("textarea", attrs={"name": "body"}).get_text().lstrip("\r\n") == WORDS
        assert form.find("input", attrs={"name": "author_name"})["value"] == "Mina"
        for box in ("is_spoiler", "wants_notice", "wants_replies"):
            assert form.find("input", attrs={"name": box}).has_attr("checked"), parent
        # Without the parent, the same form sent again adds a comment that is not a reply.
        assert not form.find(attrs={"name": "parent_id"}), parent
    assert len(comments()) == 2


def test_an_empty_parent_means_no_parent(client):
    for number, given in enumerate(("", " ", "\t\r\n")):
        sent = send(client, COMMENT | {"body": f"Number {number}.", "parent_id": given})
        assert sent.status_code == 303, repr(given)
    assert [comment.parent_id for comment in comments()] == [None] * 3


def test_an_invalid_parent_is_shown_with_the_other_faults(client):
    response = send(client, {"author_name": "", "body": "", "parent_id": "one"})
    summary = soup_of(response).find(id="faults")
    assert NOT_FOUND in summary.get_text()
    assert len(summary.find_all("li")) == 2
