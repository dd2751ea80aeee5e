"""The checkboxes of the comment form: spoiler, notice of the decision, notices of replies."""

import pytest

from tests.page import soup_of, text_of
from tests.site.comments.sending import COMMENT, comments, random_id, send, with_and_without_htmx

SPOILER, NOTICE, REPLIES = {"is_spoiler": "y"}, {"wants_notice": "y"}, {"wants_replies": "y"}
TICKS = ("is_spoiler", "wants_notice", "wants_replies")
EMAIL = {"author_email": "mina@example.org"}
pytestmark = pytest.mark.usefixtures("review")


def form_of(response):
    return soup_of(response).find("form", id="comment-form")


def ticks_of(response):
    """Return for each checkbox of the form whether it is ticked."""
    boxes = form_of(response).find_all("input", type="checkbox", attrs={"name": True})
    return {box["name"]: box.has_attr("checked") for box in boxes}


def test_no_checkbox_is_ticked_at_first(client):
    assert ticks_of(client.get("/reviews/run-on")) == dict.fromkeys(TICKS, False)
    send(client)
    [comment] = comments()
    assert [getattr(comment, name) for name in TICKS] == [False] * 3


def test_each_checkbox_has_a_label(client):
    form = form_of(client.get("/reviews/run-on"))
    words = {
        box["name"]: box.find_parent("label").get_text(" ", strip=True)
        for box in form.find_all("input", type="checkbox", attrs={"name": True})
    }
    assert words["is_spoiler"].startswith("My comment contains spoilers")
    assert words["wants_notice"] == "E-mail me when my comment is published"
    assert words["wants_replies"] == "E-mail me about replies"


@with_and_without_htmx
def test_only_ticked_boxes_are_stored(client, htmx):
    for number, ticked in enumerate((SPOILER, NOTICE, REPLIES)):
        data = COMMENT | {"body": f"Number {number}"} | ticked | EMAIL
        assert send(client, data, htmx=htmx).status_code < 400, ticked
        kept = {name for name in TICKS if getattr(comments()[number], name)}
        assert kept == set(ticked)


def test_other_values_of_a_checkbox_count_unless_they_mean_false(client):
    meant = {"on": True, "1": True, "": False, "false": False}
    for number, given in enumerate(meant):
        send(client, COMMENT | {"body": f"Number {number}", "is_spoiler": given})
    kept = [comment.is_spoiler for comment in comments()]
    assert dict(zip(meant, kept, strict=True)) == meant


@with_and_without_htmx
def test_a_notice_without_an_address_is_refused_at_the_address_field(client, htmx):
    for ticked, what in ((NOTICE, "when your comment is published"), (REPLIES, "about replies")):
        for email in ("", "  \t", None):
            data = COMMENT | ticked | ({} if email is None else {"author_email": email})
            response = send(client, data, htmx=htmx)
            case = (what, email)
            assert response.status_code == 422, case
            field = form_of(response).find("input", attrs={"name": "author_email"})
            assert field["aria-invalid"] == "true", case
            fault = form_of(response).find(id="author_email-fault").get_text()
            assert fault.startswith("Enter your e-mail address"), case
            assert f"tell you {what}" in fault, case
            assert "untick the box" in fault, case
            assert "author_email-fault" in field["aria-describedby"].split(), case
            ticks = {name for name, is_ticked in ticks_of(response).items() if is_ticked}
            assert ticks == set(ticked), case
            assert COMMENT["body"] in text_of(response), case
    assert not comments()
    assert send(client, COMMENT | {"author_email": ""}, htmx=htmx).status_code < 400


def test_an_invalid_address_gets_its_own_message(client):
    response = send(client, COMMENT | NOTICE | {"author_email": "mina"})
    fault = form_of(response).find(id="author_email-fault").get_text()
    assert "Enter an e-mail address" in fault


@with_and_without_htmx
def test_a_refused_form_keeps_every_checkbox(client, htmx):
    for ticked in ({}, SPOILER, NOTICE | REPLIES, SPOILER | REPLIES):
        response = send(client, {"author_name": "Mina", "body": ""} | EMAIL | ticked, htmx=htmx)
        assert response.status_code == 422, ticked
        assert ticks_of(response) == {name: name in ticked for name in TICKS}


@pytest.mark.parametrize("more", [{}, {"submission_id": random_id()}], ids=["plain", "scripted"])
def test_a_checkbox_ticked_when_the_form_is_sent_again_is_stored(client, more):
    send(client, COMMENT | more)
    send(client, COMMENT | more | SPOILER)
    [comment] = comments()
    assert (comment.is_spoiler, comment.version) == (True, 2)


def test_a_checkbox_ticked_in_an_unknown_browser_makes_a_new_comment(app):
    send(app.test_client())
    send(app.test_client(), COMMENT | SPOILER)
    assert [comment.is_spoiler for comment in comments()] == [False, True]


def test_a_pending_comment_does_not_show_the_address(client):
    response = send(client, COMMENT | NOTICE | EMAIL, htmx=True)
    assert "mina@example.org" not in response.text
    assert "mina@example.org" not in client.get("/reviews/run-on/comments/mine").text
