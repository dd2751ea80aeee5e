"""The session of a moderator: its cookie, its duration and its end."""

import time

import pytest
from itsdangerous import TimestampSigner

from blog.accounts.commands import remove_moderator, set_password
from blog.accounts.passwords import hash_password
from blog.db.transactions import write
from tests.builders import PASSWORD, csrf_token, make_moderator, make_review, sign_in
from tests.databases import on_both
from tests.desk.account.signing_in import QUEUE, attempt, is_signed_in
from tests.page import HTMX, soup_of

DAY = 24 * 3600


@pytest.fixture
def moderator(app):
    return make_moderator()


def cookie_of(response) -> dict[str, str | None]:
    """Return the value and the attributes of the session cookie that a response sets."""
    (line,) = [
        c for c in response.headers.getlist("Set-Cookie") if c.startswith("second_lead_admin")
    ]
    parts = [part.strip().partition("=") for part in line.split(";")]
    return {"value": parts[0][2]} | {name.lower(): value for name, _, value in parts[1:]}


def test_the_session_cookie_is_restricted_to_admin_and_hidden_from_scripts(client, moderator):
    cookie = cookie_of(sign_in(client))
    assert cookie["path"] == "/admin"
    assert cookie["samesite"] == "Lax"
    assert "httponly" in cookie
    assert "secure" not in cookie
    assert "domain" not in cookie


def test_over_https_the_cookie_is_secure(app, moderator):
    client = app.test_client()
    page = client.get("/admin/login", base_url="https://localhost")
    token = soup_of(page).find("input", {"name": "csrf_token"})["value"]
    form = {"email": "mina@example.org", "password": PASSWORD, "csrf_token": token}
    response = client.post("/admin/login", data=form, base_url="https://localhost")
    assert response.status_code == 303
    assert "secure" in cookie_of(response)


def test_a_session_lasts_thirty_days_from_its_last_use(client, moderator, monkeypatch):
    sign_in(client)
    now = int(time.time())
    # The signature of the cookie has a clock of its own.
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now)
    for _ in range(3):
        now += 29 * DAY
        response = client.get(QUEUE)
        assert response.status_code == 200
        assert "expires" in cookie_of(response)
        kept = cookie_of(response)["value"]
        client.set_cookie("second_lead_admin", kept, path="/admin")
    now += 31 * DAY
    assert client.get(QUEUE).status_code == 303


def test_signing_in_replaces_the_session(app, client, moderator):
    """A session that an attacker planted in the browser must be worthless after signing in."""
    page = client.get("/admin/login")
    planted = cookie_of(page)["value"]
    old_token = soup_of(page).find("input", {"name": "csrf_token"})["value"]
    form = {"email": "mina@example.org", "password": PASSWORD, "csrf_token": old_token}
    response = client.post("/admin/login", data=form)
    assert cookie_of(response)["value"] != planted
    assert csrf_token(client) != old_token
    thief = app.test_client()
    thief.set_cookie("second_lead_admin", planted, path="/admin")
    assert not is_signed_in(thief)
    # The old token is invalid in the new session.
    assert client.post("/admin/logout", data={"csrf_token": old_token}).location == QUEUE
    assert is_signed_in(client)


def test_public_pages_set_no_session_cookie(client, moderator):
    make_review()
    sign_in(client)
    response = client.get("/reviews/run-on")
    assert "Set-Cookie" not in response.headers


@on_both
def test_signing_out_ends_the_session(client, moderator):
    sign_in(client)
    response = client.post("/admin/logout", data={"csrf_token": csrf_token(client)})
    assert (response.status_code, response.location) == (303, "/admin/login")
    assert not is_signed_in(client)


def test_a_link_and_another_site_cannot_sign_a_moderator_out(client, moderator):
    sign_in(client)
    assert client.get("/admin/logout").status_code == 404
    assert client.head("/admin/logout").status_code == 404
    assert client.post("/admin/logout").status_code == 303
    headers = {"Origin": "https://evil.example"}
    token = csrf_token(client)
    form = {"csrf_token": token}
    assert client.post("/admin/logout", data=form, headers=headers).status_code == 403
    assert is_signed_in(client)


@on_both
@pytest.mark.parametrize("ending", ["password", "removal"])
def test_a_new_password_and_a_removal_end_every_session(app, client, stranger, moderator, ending):
    make_moderator(email="other@example.org")
    for browser in (client, stranger):
        sign_in(browser)
        assert is_signed_in(browser)
    if ending == "password":
        new = hash_password("another good password")
        write(set_password, email="mina@example.org", password_hash=new)
    else:
        write(remove_moderator, email="mina@example.org")
    for browser in (client, stranger):
        assert not is_signed_in(browser)
        assert "HX-Redirect" in browser.get(QUEUE, headers=HTMX).headers
    response = attempt(app.test_client(), 1, password="another good password")
    assert response.status_code == (303 if ending == "password" else 422)


def test_a_forged_session_cookie_signs_nobody_in(client, moderator):
    for cookie in ("", "x", ".eJw", "é", "a.b.c", "x" * 3000):
        client.set_cookie("second_lead_admin", cookie, path="/admin")
        assert client.get(QUEUE).status_code == 303, cookie[:40]
