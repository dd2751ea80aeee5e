"""POST /reviews/<slug>/comments: what is answered, where it cannot be."""

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
NO_NUMBER = "The comment you are replying to was not found."


REFUSED = {
    "waiting": (409, GONE),
    "elsewhere": (409, GONE),
    "9223372036854775807": (409, GONE),
    "9223372036854775808": (422, NO_NUMBER),
    "0": (422, NO_NUMBER),
    "-1": (422, NO_NUMBER),
    "1.0": (422, NO_NUMBER),
    "x": (422, NO_NUMBER),
    "1 OR 1=1": (422, NO_NUMBER),
    "\x001000": (422, NO_NUMBER),
    "٣": (422, NO_NUMBER),
    "9" * 19: (422, NO_NUMBER),
    "9" * 40: (422, NO_NUMBER),
}


@on_both
@with_and_without_htmx
def test_it_is_refused_in_words_and_the_form_comes_back(client, review, htmx):
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
        # Where it stood in the page, the same form stands again.
        place = f"-{number.lstrip(chr(0))}" if status == 409 else ""
        assert form["id"] == f"comment-form{place}", parent
        assert form["data-hx-target"] == f"#respond{place}"
        assert form.find("textarea", attrs={"name": "body"}).get_text().lstrip("\r\n") == WORDS
        assert form.find("input", attrs={"name": "author_name"})["value"] == "Mina"
        for box in ("is_spoiler", "wants_notice", "wants_replies"):
            assert form.find("input", attrs={"name": box}).has_attr("checked"), parent
        # Sent again, it is a comment of its own.
        assert not form.find(attrs={"name": "parent_id"}), parent
    assert len(comments()) == 2


def test_an_empty_one_is_none(client):
    for number, given in enumerate(("", " ", "\t\r\n")):
        sent = send(client, COMMENT | {"body": f"Number {number}.", "parent_id": given})
        assert sent.status_code == 303, repr(given)
    assert [comment.parent_id for comment in comments()] == [None] * 3


def test_it_is_told_together_with_the_other_faults(client):
    response = send(client, {"author_name": "", "body": "x", "parent_id": "one"})
    summary = soup_of(response).find(id="faults")
    assert NO_NUMBER in summary.get_text()
    assert len(summary.find_all("li")) == 2
