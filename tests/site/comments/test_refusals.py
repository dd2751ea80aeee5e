"""Refused comments: each refusal has a clear message and gives the form back."""

import unicodedata
from contextvars import Context
from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from blog.comments.models import BODY_LENGTH, NAME_LENGTH
from blog.db import transactions
from blog.db.transactions import write
from blog.site.comments import submitting
from blog.submissions.resending import ADDRESS_LIMITS
from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.engine import locked_database
from tests.page import soup_of, text_of
from tests.site.comments.sending import (
    COMMENT,
    URL,
    comments,
    count_sent,
    send,
    with_and_without_htmx,
)

WORDS = 'Line one,\r\n  <b>two</b> & "three" </textarea> 넷'
KEPT = WORDS.replace("\r\n", "\n")


def form_of(response, *, is_open=True):
    """Return the form that a refusal gives back; it has a button if the review is open."""
    soup = soup_of(response)
    form = soup.find("form", id="comment-form")
    assert form["action"] == URL
    assert bool(form.find("button", attrs={"type": "submit"})) == is_open
    assert bool(soup.html) == (response.request.headers.get("HX-Request") is None)
    return form


def check_fields(form, *, body=KEPT, name="Mina", email="mina@example.org"):
    assert form.find("textarea", attrs={"name": "body"}).get_text().lstrip("\r\n") == body
    assert form.find("input", attrs={"name": "author_name"}).get("value", "") == name
    assert form.find("input", attrs={"name": "author_email"}).get("value", "") == email


def filled(**more):
    return {"author_name": "Mina", "author_email": "mina@example.org", "body": WORDS} | more


LONG_NAME, LONG_BODY = "가" * (NAME_LENGTH + 1), "가" * (BODY_LENGTH + 1)
FAULTS = [
    ("author_name", "", "", "Enter a name"),
    ("author_name", " \t ", "", "Enter a name"),
    ("author_name", "\u3164", "\u3164", "Enter a name"),
    ("author_name", "\u2800\u200b", "\u2800\u200b", "Enter a name"),
    ("author_name", LONG_NAME, LONG_NAME, "81 characters; it takes up to 80"),
    ("author_email", "mina", "mina", "Enter an e-mail address"),
    ("author_email", "a@b@c.example", "a@b@c.example", "Enter an e-mail address"),
    ("author_email", f"{'a' * 300}@example.org", f"{'a' * 300}@example.org", "Enter an e-mail"),
    ("body", "", "", "Write something first; one character is enough."),
    ("body", "\u3164\u3164", "\u3164\u3164", "Write something first"),
    ("body", "\u0301\u200b\u2800", "\u0301\u200b\u2800", "Write something first"),
    ("body", LONG_BODY, LONG_BODY, f"it takes up to {BODY_LENGTH:,}"),
]


@with_and_without_htmx
def test_a_fault_is_shown_beside_its_field(client, htmx):
    make_review()
    keys = {"author_name": "name", "author_email": "email", "body": "body"}
    for field, given, shown, fault in FAULTS:
        response = send(client, filled(**{field: given}), htmx=htmx)
        case = (field, given[:20])
        assert response.status_code == 422, case
        form = form_of(response)
        check_fields(form, **{keys[field]: shown})
        faulty = form.find_all(attrs={"aria-invalid": "true"})
        assert [tag["name"] for tag in faulty] == [field], case
        notes = [form.find(id=name).get_text() for name in faulty[0]["aria-describedby"].split()]
        assert any(fault in note for note in notes), case
        summary = form.find(id="faults")
        assert summary.find("a", href=f"#{faulty[0]['id']}"), case
        assert fault in summary.get_text(), case
    assert not comments()


def test_all_faults_are_shown_together(client):
    make_review()
    form = form_of(send(client, {"author_name": "", "author_email": "@", "body": ""}))
    assert len(form.find(id="faults").find_all("li")) == 3


def test_missing_fields_count_as_empty(client):
    make_review()
    assert send(client, {}).status_code == 422
    assert send(client, {"author_name": "Mina", "body": "Yes."}).status_code == 303


@with_and_without_htmx
def test_a_closed_review_gives_the_form_back(client, htmx):
    make_review(comments_open=False)
    response = send(client, filled(), htmx=htmx)
    assert response.status_code == 409
    check_fields(form_of(response, is_open=False))
    assert "Comments on this review are closed" in text_of(response)
    assert not comments()


def test_a_closed_review_shows_no_form(client):
    make_review(comments_open=False)
    page = client.get("/reviews/run-on")
    assert not soup_of(page).find("form", id="comment-form")
    assert "Comments on this review are closed" in text_of(page)


@with_and_without_htmx
def test_a_rate_limited_comment_is_given_back(client, htmx):
    make_review()
    limit = ADDRESS_LIMITS[0]
    now = NOON + timedelta(hours=1)
    write(count_sent, address="127.0.0.1", count=limit.count, now=now)
    response = send(client, filled(), htmx=htmx)
    assert response.status_code == 429
    seconds = int(limit.window.total_seconds())
    assert response.headers["Retry-After"] == str(seconds)
    assert f"send it again in {seconds} seconds" in text_of(response)
    check_fields(form_of(response))
    assert not comments()


@on_both
@with_and_without_htmx
@pytest.mark.usefixtures("short_timeouts")
def test_a_comment_to_a_busy_database_is_given_back(client, database_url, htmx):
    make_review()
    with locked_database(database_url):
        response = send(client, filled(), htmx=htmx)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "Please send it again" in text_of(response)
    check_fields(form_of(response))
    assert not comments()
    assert send(client, filled(), htmx=htmx).status_code == (201 if htmx else 303)


@with_and_without_htmx
def test_a_comment_that_has_no_turn_in_time_is_given_back(client, monkeypatch, htmx):
    make_review()
    monkeypatch.setattr(transactions, "TURN_SECONDS", 0)
    rendered: list[str] = []
    monkeypatch.setattr(submitting, "render_comment", rendered.append)
    with transactions.turn():
        response = send(client, filled(), htmx=htmx)
    assert response.status_code == 503
    assert not rendered, "it was prepared while another thread was writing"
    check_fields(form_of(response))
    assert not comments()


@with_and_without_htmx
def test_draft_future_and_unknown_reviews_give_the_same_404(client, htmx):
    make_review(slug="draft", title="The secret draft", published_at=None)
    make_review(slug="future", title="The secret future", published_at=NOON + timedelta(days=9))
    responses = [
        send(client, filled(), url=f"/reviews/{slug}/comments", htmx=htmx)
        for slug in ("draft", "future", "unknown")
    ]
    assert [response.status_code for response in responses] == [404] * 3
    assert len({response.data for response in responses}) == 1
    assert "secret" not in responses[0].text
    assert soup_of(responses[0]).find("textarea").get_text().lstrip("\r\n") == WORDS
    assert not comments()


@with_and_without_htmx
def test_a_request_over_256_kib_is_refused_with_the_limit_of_a_comment(client, htmx):
    make_review()
    response = send(client, {"author_name": "Mina", "body": "a" * 256 * 1024}, htmx=htmx)
    assert response.status_code == 413
    assert f"{BODY_LENGTH:,} characters" in text_of(response)
    assert not comments()


def test_the_longest_comment_in_decomposed_hangul_is_accepted(client):
    make_review()
    body = unicodedata.normalize("NFD", "값" * BODY_LENGTH)
    assert len(body) == 3 * BODY_LENGTH
    assert send(client, COMMENT | {"body": body}).status_code == 303
    assert comments()[0].body == "값" * BODY_LENGTH


def test_a_form_from_another_site_changes_nothing(client):
    make_review()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert client.post(URL, data=filled(), headers=headers).status_code == 403
    headers = {"Origin": "https://evil.example"}
    assert client.post(URL, data=filled(), headers=headers).status_code == 403
    assert not comments()


def test_a_request_without_a_length_is_limited_too(app):
    make_review()
    body = b"author_name=Jo&body=" + b"x" * 300_000
    for content, status in ((body, 413), (b"author_name=Jo&body=Hello", 303)):
        builder = EnvironBuilder(
            path=URL,
            method="POST",
            input_stream=BytesIO(content),
            content_type="application/x-www-form-urlencoded",
            headers={"Transfer-Encoding": "chunked"},
        )
        environ = builder.get_environ() | {"wsgi.input_terminated": True}
        environ.pop("CONTENT_LENGTH", None)
        _body, status_line, _headers = Context().run(run_wsgi_app, app, environ)
        assert status_line.startswith(str(status))
