"""POST /reviews/<slug>/comments: a field that nobody sees and programs fill."""

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


def test_nobody_sees_reaches_or_fills_it(client):
    trap = trap_of(client.get("/reviews/run-on"))
    assert trap.name == "textarea"  # Which no browser's address book fills.
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert not trap.get_text().strip()
    wrapper = trap.parent
    assert wrapper.has_attr("hidden")
    # A class could give it a display of its own, and with it take back what `hidden` says.
    assert not wrapper.has_attr("class")
    assert "Leave this field empty" in wrapper.find("label", attrs={"for": "message"}).get_text()


@with_and_without_htmx
def test_who_fills_it_is_answered_like_everybody(client, stranger, htmx):
    caught = send(client, COMMENT | {"message": BAIT}, htmx=htmx)
    other = send(stranger, COMMENT | {"author_name": "Jo"}, htmx=htmx, address="203.0.113.4")
    assert caught.status_code == other.status_code == (201 if htmx else 303)
    assert [comment.is_pending for comment in comments()] == [True, True]
    assert reasons() == {comments()[0].id: {"trap": None}}


def test_an_empty_one_is_no_reason(client):
    for number, given in enumerate(("", " ", "\r\n\t", "\u3000")):
        sent = send(client, COMMENT | {"body": f"Number {number}", "message": given})
        assert sent.status_code == 303, repr(given)
    assert reasons() == {}


def test_what_is_in_it_is_stored_nowhere(client, caplog):
    send(client, COMMENT | {"message": BAIT})
    make_decision(comment=comments()[0], moderator=make_moderator())
    assert BAIT not in everything_stored()
    assert BAIT not in client.get("/reviews/run-on").text
    assert BAIT not in client.get("/reviews/run-on/comments/mine").text
    assert BAIT not in caplog.text


def test_it_takes_no_part_in_what_a_comment_is(client):
    send(client, COMMENT | {"message": BAIT})
    send(client, COMMENT)
    assert len(comments()) == 1
    assert comments()[0].version == 1


def test_a_refused_form_brings_it_back_so_that_it_stays_a_reason(client):
    response = send(client, {"author_name": "Mina", "body": "x", "message": BAIT})
    assert response.status_code == 422
    assert trap_of(response).get_text().strip() == BAIT
    assert trap_of(response).parent.has_attr("hidden")


def test_a_trapped_comment_is_approved_like_any_other(client, review):
    comment = make_comment(review=review, body="A person with odd software.", is_trapped=True)
    make_decision(comment=comment, moderator=make_moderator())
    assert "A person with odd software." in client.get("/reviews/run-on").text
