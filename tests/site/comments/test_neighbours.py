"""Cookies that a site on a neighbouring host name may have planted in a reader's browser."""

import pytest

from blog.submissions.submission import hash_token
from tests.builders import make_comment, make_moderator, make_review, sign_in
from tests.databases import on_both
from tests.page import text_of
from tests.site.comments.sending import COMMENT, URL, comments, send

MINE = f"{URL}/mine"
SECURE = "https://localhost"
HOST = "__Host-second_lead_owner"
OURS, THEIRS = "0" * 31 + "1", "f" * 32


@pytest.fixture
def review(app):
    return make_review()


@pytest.fixture
def bare(app):
    """A client without a cookie jar, which sends only the cookies of the Cookie header."""
    return app.test_client(use_cookies=False)


def cookie(*values: str, name: str = "second_lead_owner") -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for value in values)}


def owners() -> list[str]:
    return [comment.owner_hash for comment in comments()]


def test_by_https_the_cookies_are_bound_to_the_host(client, review):
    response = send(client, base_url=SECURE)
    set_cookies = response.headers.getlist("Set-Cookie")
    assert len(set_cookies) == 2
    for line in set_cookies:
        assert line.startswith("__Host-second_lead_")
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"path=/", "secure"} <= attributes
        assert not [name for name in attributes if name.startswith("domain")]
    token = client.get_cookie(HOST, path="/").value
    assert owners() == [hash_token(token)]
    assert COMMENT["body"] in text_of(client.get(MINE, base_url=SECURE))


def test_a_planted_cookie_gets_no_comment(bare, review):
    make_comment(review=review, token=THEIRS, body="The neighbour's own.")
    bare.post(URL, data=COMMENT, base_url=SECURE, headers=cookie(THEIRS))
    assert hash_token(THEIRS) not in owners()
    theirs = bare.get(MINE, base_url=SECURE, headers=cookie(THEIRS))
    assert COMMENT["body"] not in text_of(theirs)


@on_both
def test_a_cookie_of_the_first_release_keeps_its_comments(client, bare, review):
    make_comment(review=review, token=OURS, body="From before.")
    client.set_cookie("second_lead_owner", OURS, path="/reviews")
    assert "From before." in text_of(client.get(MINE, base_url=SECURE))
    assert send(client, base_url=SECURE).status_code == 303
    token = client.get_cookie(HOST, path="/").value
    assert owners() == [hash_token(token)] * 2
    for words in ("From before.", COMMENT["body"]):
        assert words in text_of(client.get(MINE, base_url=SECURE))
    assert "From before." not in text_of(bare.get(MINE, headers=cookie(OURS)))


def test_by_http_the_first_cookie_with_comments_counts(bare, review):
    make_comment(review=review, token=OURS, body="From before.")
    planted = cookie("x", THEIRS, OURS)
    assert "From before." in text_of(bare.get(MINE, headers=planted))
    bare.post(URL, data=COMMENT, headers=planted)
    assert owners() == [hash_token(OURS)] * 2


def test_a_host_cookie_counts_only_by_https(bare, review):
    make_comment(review=review, token=OURS, body="From before.")
    named = cookie(OURS, name=HOST)
    assert "From before." in text_of(bare.get(MINE, base_url=SECURE, headers=named))
    assert "From before." not in text_of(bare.get(MINE, headers=named))


def test_an_unsigned_session_cookie_does_not_hide_the_signed_one(client, bare):
    make_moderator()
    sign_in(client)
    session = client.get_cookie("second_lead_admin", path="/admin").value
    planted = cookie("planted", session, name="second_lead_admin")
    assert bare.get("/admin/comments", headers=planted).status_code == 200
    alone = cookie("planted", name="second_lead_admin")
    assert bare.get("/admin/comments", headers=alone).status_code == 303
