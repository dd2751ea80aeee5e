"""The session of a moderator: where it is kept, how long it lasts, what ends it."""

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
    """Return the session cookie's value and attributes."""
    (line,) = [
        c for c in response.headers.getlist("Set-Cookie") if c.startswith("second_lead_admin")
    ]
    parts = [part.strip().partition("=") for part in line.split(";")]
    return {"value": parts[0][2]} | {name.lower(): value for name, _, value in parts[1:]}


def test_the_sessions_cookie_is_out_of_reach(client, moderator):
    cookie = cookie_of(sign_in(client))
    assert cookie["path"] == "/admin"
    assert cookie["samesite"] == "Lax"
    assert "httponly" in cookie
    assert "secure" not in cookie
    assert "domain" not in cookie


def test_over_https_the_cookie_stays_there(app, moderator):
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
    # The signature keeps its own time.
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


def test_the_session_before_signing_in_is_not_the_one_after(app, client, moderator):
    """A session somebody else put into the browser must be worth nothing afterwards."""
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
    # The old token is worth nothing in the new session.
    assert client.post("/admin/logout", data={"csrf_token": old_token}).location == QUEUE
    assert is_signed_in(client)


def test_no_session_is_opened_outside_of_admin(client, moderator):
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


def test_signing_out_is_not_done_by_a_link_or_by_another_site(client, moderator):
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


def test_a_forged_session_is_a_strangers(client, moderator):
    """One whose content was changed, or of another key, is no session."""
    for cookie in ("", "x", ".eJw", "é", "a.b.c", "x" * 3000):
        client.set_cookie("second_lead_admin", cookie, path="/admin")
        assert client.get(QUEUE).status_code == 303, cookie[:40]
