"""POST /reviews/<slug>/comments: a reader sends a comment."""

import logging
from urllib.parse import urlsplit

import pytest

from blog.comments.models import BODY_LENGTH, NAME_LENGTH
from tests.builders import make_review
from tests.databases import on_both
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import (
    COMMENT,
    URL,
    comments,
    reader_of_site_with,
    send,
    with_and_without_htmx,
)


def cookies_of(response):
    """Return the cookies that a response sets, as {name: (value, attributes)}."""
    found = {}
    for header in response.headers.getlist("Set-Cookie"):
        first, *rest = header.split("; ")
        name, _, value = first.partition("=")
        found[name] = (value, set(rest))
    return found


@on_both
def test_a_plain_form_leads_to_the_page_of_own_comments(client):
    make_review()
    response = client.post(URL, data={"author_name": "Jo", "body": "The *bench* scene."})
    assert response.status_code == 303
    assert response.location.startswith("/reviews/run-on/comments/mine#comment-")
    page = client.get(response.location)
    assert (
        "Awaiting approval. Only you, in this browser, and the moderators can see it."
        in text_of(page)
    )
    assert "<em>bench</em>" in page.text
    assert soup_of(page).find(id=urlsplit(response.location).fragment)


def test_a_comment_sent_by_htmx_is_shown_rendered(client):
    make_review()
    response = client.post(URL, data=COMMENT | {"body": "The *bench*\nscene."}, headers=HTMX)
    assert response.status_code == 201
    part = soup_of(response).find("hx-partial")
    assert part["hx-target"] == "#waiting"
    assert "Awaiting approval" in part.get_text()
    assert part.find(attrs={"data-reader-text": True}).decode_contents().strip() == (
        "<p>The <em>bench</em><br/>\nscene.</p>"
    )
    assert "Write another comment" in text_of(response)
    assert not soup_of(response).find("form", id="comment-form")


def test_a_new_comment_is_pending_and_hidden_from_others(client, stranger):
    review = make_review()
    client.post(URL, data=COMMENT)
    [comment] = comments()
    assert (comment.review_id, comment.is_pending, comment.version) == (review.id, True, 1)
    for page in ("/", "/reviews/run-on", URL, f"{URL}/mine"):
        assert COMMENT["body"] not in stranger.get(page).text


def test_the_browser_gets_a_secret_token_and_a_marker_without_data(client):
    make_review()
    cookies = cookies_of(client.post(URL, data=COMMENT))
    token, attributes = cookies["second_lead_owner"]
    assert len(bytes.fromhex(token)) == 16
    assert {"HttpOnly", "Path=/reviews", "SameSite=Lax"} <= attributes
    assert "Secure" not in attributes
    marker, attributes = cookies["second_lead_wrote"]
    assert marker == "1"
    assert {"Path=/reviews", "SameSite=Lax"} <= attributes
    assert not {"HttpOnly", "Secure"} & attributes
    [comment] = comments()
    assert token not in {str(value) for value in vars(comment).values()}


def test_the_cookies_are_secure_for_a_request_by_https(client, app):
    make_review()
    for _, attributes in cookies_of(
        client.post(URL, data=COMMENT, base_url="https://drama.example")
    ).values():
        assert "Secure" in attributes
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    with reader_of_site_with(app, trusted_proxies=1) as proxied:
        response = proxied.post(URL, data=COMMENT, headers=headers)
    assert len(cookies_of(response)) == 2
    assert all("Secure" in attributes for _, attributes in cookies_of(response).values())


def test_a_known_browser_keeps_its_token(client):
    make_review()
    first = cookies_of(client.post(URL, data=COMMENT))
    second = cookies_of(client.post(URL, data=COMMENT | {"body": "Another thought."}))
    assert first["second_lead_owner"][0] == second["second_lead_owner"][0]
    assert len({comment.owner_hash for comment in comments()}) == 1


def test_no_url_or_page_contains_the_token(client):
    make_review()
    response = client.post(URL, data=COMMENT)
    token, _ = cookies_of(response)["second_lead_owner"]
    assert token not in response.location
    assert token not in client.get(response.location).text


def test_the_email_address_is_stored_and_not_shown(client):
    make_review()
    response = client.post(URL, data=COMMENT | {"author_email": "mina@example.org"})
    assert comments()[0].author_email == "mina@example.org"
    assert "mina@example.org" not in client.get(response.location).text


@on_both
def test_the_shortest_and_longest_texts_are_accepted(client):
    make_review()
    data = {"author_name": "가" * NAME_LENGTH, "body": "가" * BODY_LENGTH}
    assert client.post(URL, data=data).status_code == 303
    assert client.post(URL, data={"author_name": "ㅋ", "body": "ㅋ"}).status_code == 303


@on_both
@with_and_without_htmx
@pytest.mark.parametrize("body", ["😍", "와", "❤️", "!", "👍🏽", "🫩"])
def test_one_emoji_or_one_syllable_is_a_comment(client, body, htmx):
    make_review()
    response = send(client, {"author_name": "Mina", "body": body}, htmx=htmx)
    assert response.status_code == (201 if htmx else 303)
    assert comments()[0].body == body


def test_the_form_on_a_review_page_posts_here_and_mentions_approval(client):
    make_review()
    form = soup_of(client.get("/reviews/run-on")).find("form", id="comment-form")
    assert (form["action"], form["method"]) == (URL, "post")
    assert form["data-hx-post"] == URL
    assert "A moderator approves comments before they are published" in form.get_text()
    assert form.find(attrs={"name": "author_name"})["autocomplete"] == "name"
    assert form.find(attrs={"name": "author_email"})["autocomplete"] == "email"
    for field in form.find_all(["input", "textarea"], attrs={"aria-describedby": True}):
        assert all(form.find(id=name) for name in field["aria-describedby"].split())


def test_the_log_contains_neither_address_nor_text(client, caplog):
    caplog.set_level(logging.DEBUG)
    make_review()
    secret = {"author_name": "Zebrina", "author_email": "zebrina@example.org"}
    for data in (secret | {"body": "Quagga."}, secret | {"body": ""}):
        send(client, data, address="203.0.113.77")
    for word in ("Zebrina", "zebrina@", "Quagga", "203.0.113.77"):
        assert word not in caplog.text
