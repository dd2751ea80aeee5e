"""POST /reviews/<slug>/comments: what the form lets a reader tick."""

import pytest

from tests.builders import make_review
from tests.comments.sending import COMMENT, comments, random_id, send
from tests.page import soup_of, text_of

FOLDED, NOTICE = {"is_folded": "y"}, {"wants_notice": "y"}
EMAIL = {"author_email": "mina@example.org"}
with_and_without_htmx = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


@pytest.fixture(autouse=True)
def review(app):
    return make_review()


def form_of(response):
    return soup_of(response).find("form", id="comment-form")


def ticks_of(response):
    """Return what is ticked of what is sent."""
    boxes = form_of(response).find_all("input", type="checkbox", attrs={"name": True})
    return {box["name"]: box.has_attr("checked") for box in boxes}


def test_nothing_is_ticked_for_the_reader(client):
    assert ticks_of(client.get("/reviews/run-on")) == {"is_folded": False, "wants_notice": False}
    send(client)
    [comment] = comments()
    assert (comment.is_folded, comment.wants_notice) == (False, False)


def test_each_tick_has_its_words_beside_it(client):
    form = form_of(client.get("/reviews/run-on"))
    words = {
        box["name"]: box.find_parent("label").get_text(" ", strip=True)
        for box in form.find_all("input", type="checkbox", attrs={"name": True})
    }
    assert words["is_folded"].startswith("My comment gives away what happens")
    assert words["wants_notice"] == "Tell me by e-mail when it appears"


@with_and_without_htmx
def test_what_is_ticked_is_kept(client, htmx):
    assert send(client, COMMENT | FOLDED | NOTICE | EMAIL, htmx=htmx).status_code < 400
    [comment] = comments()
    assert (comment.is_folded, comment.wants_notice) == (True, True)


@pytest.mark.parametrize(
    ("given", "is_ticked"), [("on", True), ("1", True), ("", False), ("false", False)]
)
def test_a_tick_of_another_browsers_making_counts(client, given, is_ticked):
    send(client, COMMENT | {"is_folded": given})
    assert comments()[0].is_folded == is_ticked


@with_and_without_htmx
@pytest.mark.parametrize("email", ["", "  \t", None])
def test_a_notice_without_an_address_is_refused_beside_the_address(client, htmx, email):
    data = COMMENT | NOTICE | ({} if email is None else {"author_email": email})
    response = send(client, data, htmx=htmx)
    assert response.status_code == 422
    field = form_of(response).find("input", attrs={"name": "author_email"})
    assert field["aria-invalid"] == "true"
    fault = form_of(response).find(id="author_email-fault").get_text()
    assert fault.startswith("Write your e-mail address")
    assert "take the tick away" in fault
    assert "author_email-fault" in field["aria-describedby"].split()
    assert ticks_of(response)["wants_notice"]
    assert COMMENT["body"] in text_of(response)
    assert not comments()
    assert send(client, COMMENT | {"author_email": ""}, htmx=htmx).status_code < 400


def test_an_address_that_is_none_is_told_as_such(client):
    response = send(client, COMMENT | NOTICE | {"author_email": "mina"})
    fault = form_of(response).find(id="author_email-fault").get_text()
    assert "That is not an e-mail address" in fault


@with_and_without_htmx
@pytest.mark.parametrize("ticked", [{}, FOLDED, NOTICE, FOLDED | NOTICE])
def test_a_refused_form_gives_back_every_tick_as_it_was(client, htmx, ticked):
    response = send(client, {"author_name": "Mina", "body": "x"} | EMAIL | ticked, htmx=htmx)
    assert response.status_code == 422
    assert ticks_of(response) == {name: name in ticked for name in ("is_folded", "wants_notice")}


@pytest.mark.parametrize("more", [{}, {"submission_id": random_id()}], ids=["plain", "scripted"])
def test_a_tick_added_when_the_same_is_sent_again_is_not_lost(client, more):
    send(client, COMMENT | more)
    send(client, COMMENT | more | FOLDED)
    [comment] = comments()
    assert (comment.is_folded, comment.version) == (True, 2)


def test_a_tick_added_by_a_browser_nobody_knows_makes_another_comment(app):
    send(app.test_client())
    send(app.test_client(), COMMENT | FOLDED)
    assert [comment.is_folded for comment in comments()] == [False, True]


def test_a_waiting_comment_says_nothing_of_the_notice(client):
    response = send(client, COMMENT | NOTICE | EMAIL, htmx=True)
    assert "mina@example.org" not in response.text
    assert "mina@example.org" not in client.get("/reviews/run-on/comments/mine").text
