"""The spam trap of the comment form: a hidden field that only programs fill."""

import pytest

from tests.builders import make_comment, make_decision, make_moderator
from tests.page import soup_of
from tests.site.comments.sending import (
    COMMENT,
    comments,
    everything_stored,
    reasons,
    send,
    with_and_without_htmx,
)

pytestmark = pytest.mark.usefixtures("review")

BAIT = "Dear Sir or Madam, grand casino offers"


def trap_of(response):
    return soup_of(response).find("form", id="comment-form").find("textarea", id="message")


def test_readers_neither_see_nor_reach_the_trap(client):
    trap = trap_of(client.get("/reviews/run-on"))
    assert trap.name == "textarea"  # Browsers do not fill a textarea automatically.
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert not trap.get_text().strip()
    wrapper = trap.parent
    assert wrapper.has_attr("hidden")
    # A class could set `display` and so override the attribute `hidden`.
    assert not wrapper.has_attr("class")
    assert "Leave this field empty" in wrapper.find("label", attrs={"for": "message"}).get_text()


@with_and_without_htmx
def test_a_filled_trap_gets_the_usual_response_and_a_reason(client, stranger, htmx):
    caught = send(client, COMMENT | {"message": BAIT}, htmx=htmx)
    other = send(stranger, COMMENT | {"author_name": "Jo"}, htmx=htmx, address="203.0.113.4")
    assert caught.status_code == other.status_code == (201 if htmx else 303)
    assert [comment.is_pending for comment in comments()] == [True, True]
    assert reasons() == {comments()[0].id: {"trap": None}}


def test_an_empty_trap_is_no_reason(client):
    for number, given in enumerate(("", " ", "\r\n\t", "\u3000")):
        sent = send(client, COMMENT | {"body": f"Number {number}", "message": given})
        assert sent.status_code == 303, repr(given)
    assert reasons() == {}


def test_the_text_in_the_trap_is_not_stored(client, caplog):
    send(client, COMMENT | {"message": BAIT})
    make_decision(comment=comments()[0], moderator=make_moderator())
    assert BAIT not in everything_stored()
    assert BAIT not in client.get("/reviews/run-on").text
    assert BAIT not in client.get("/reviews/run-on/comments/mine").text
    assert BAIT not in caplog.text


def test_the_trap_does_not_make_a_repeated_comment_different(client):
    send(client, COMMENT | {"message": BAIT})
    send(client, COMMENT)
    assert len(comments()) == 1
    assert comments()[0].version == 1


def test_a_refused_form_keeps_the_text_in_the_trap(client):
    response = send(client, {"author_name": "Mina", "body": "", "message": BAIT})
    assert response.status_code == 422
    assert trap_of(response).get_text().strip() == BAIT
    assert trap_of(response).parent.has_attr("hidden")


def test_a_trapped_comment_is_approved_like_any_other(client, review):
    comment = make_comment(review=review, body="A person with odd software.", is_trapped=True)
    make_decision(comment=comment, moderator=make_moderator())
    assert "A person with odd software." in client.get("/reviews/run-on").text
