"""POST /admin/account/password: change the password."""

import pytest

from blog.accounts.commands import change_password, end_sessions, remove_moderator
from blog.accounts.models import Moderator
from blog.accounts.passwords import hash_password
from blog.accounts.queries import find_moderator
from blog.db.engine import db
from blog.db.transactions import write
from blog.desk.account import views
from tests.builders import PASSWORD, csrf_token, make_moderator, sign_in
from tests.databases import on_both
from tests.desk.account.signing_in import QUEUE, WRONG, attempt, is_signed_in
from tests.page import HTMX, soup_of, text_of

ACCOUNT = "/admin/account"
URL = f"{ACCOUNT}/password"
DONE = f"{ACCOUNT}?done=password"
NEW = "she waited at the bus stop"
HEADERS = {"plain": {}, "htmx": HTMX}
EMAIL = "mina@example.org"


@pytest.fixture
def moderator(client) -> Moderator:
    moderator = make_moderator()
    sign_in(client)
    return moderator


@pytest.fixture(params=HEADERS.values(), ids=HEADERS)
def form_headers(request) -> dict[str, str]:
    """Return the headers of a plain form, then those of a form that htmx sends."""
    return request.param


def change(client, headers=None, **more):
    form = {"csrf_token": csrf_token(client), "current": PASSWORD, "new": NEW, "again": NEW, **more}
    return client.post(URL, data=form, headers=headers or {})


def can_sign_in(app, password: str) -> bool:
    """Return whether a password signs in, from a new browser and an unused address."""
    return attempt(app.test_client(), 200, password=password).status_code == 303


def check_form_again(response, headers) -> None:
    """Check that the response contains the form with a token and without any password."""
    soup = soup_of(response)
    assert (soup.find("h1") is None) == bool(headers)
    (form,) = soup.select("form#password-form")
    assert form.find("input", {"name": "csrf_token"})["value"]
    assert not [field for field in form.select("[type=password]") if field.get("value")]
    for password in (PASSWORD, NEW, WRONG):
        assert password not in response.text


def test_the_new_password_takes_the_place_of_the_old(app, client, moderator):
    response = change(client)
    assert (response.status_code, response.location) == (303, DONE)
    assert can_sign_in(app, NEW)
    assert not can_sign_in(app, PASSWORD)


def test_the_account_page_confirms_the_change(client, moderator):
    (message,) = soup_of(client.get(change(client).location)).select("main [role=status]")
    assert message.get_text().startswith("Your password was changed.")


def test_htmx_reloads_the_page_because_its_tokens_have_expired(client, moderator):
    response = change(client, HTMX)
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, DONE)
    assert response.data == b""


@on_both
def test_a_change_signs_out_every_other_browser_of_the_account(client, stranger, moderator):
    sign_in(stranger)
    make_moderator(email="jun@example.org")
    other = client.application.test_client()
    sign_in(other, email="jun@example.org")
    copied = client.get_cookie("second_lead_admin", path="/admin").value
    change(client)
    assert is_signed_in(client)
    assert is_signed_in(other)
    assert not is_signed_in(stranger)
    stranger.set_cookie("second_lead_admin", copied, path="/admin")
    assert not is_signed_in(stranger)


def test_signing_out_works_after_a_change(client, moderator):
    change(client)
    client.post("/admin/logout", data={"csrf_token": csrf_token(client)})
    assert not is_signed_in(client)


# The fields sent, the field with the error, and the message.
REFUSED = [
    ({"current": WRONG}, "current", "This is not your current password."),
    ({"current": PASSWORD.upper()}, "current", "This is not your current password."),
    ({"current": f"{PASSWORD}\0"}, "current", "This is not your current password."),
    ({"current": ""}, "current", "Enter your current password."),
    ({"current": "x" * 1001}, "current", "This password is too long."),
    ({"new": "", "again": ""}, "new", "Enter a new password."),
    ({"new": "", "again": ""}, "again", "Repeat the new password."),
    ({"new": "short pas", "again": "short pas"}, "new", "at least 10 characters; this has 9."),
    ({"new": "😀" * 9, "again": "😀" * 9}, "new", "at least 10 characters; this has 9."),
    ({"new": "x" * 1001, "again": "x" * 1001}, "new", "at most 1,000 characters; this has 1,001."),
    ({"new": "x" * 100_000}, "new", "at most 1,000 characters; this has 100,000."),
    ({"again": NEW.upper()}, "again", "The two new passwords differ."),
    ({"again": f"{NEW} "}, "again", "The two new passwords differ."),
    ({"new": PASSWORD, "again": PASSWORD}, "new", "This is your current password."),
]


def test_an_invalid_form_is_refused_with_the_error_beside_its_field(
    client, clock, moderator, form_headers
):
    for fields, name, words in REFUSED:
        clock.advance(minutes=1)
        response = change(client, form_headers, **fields)
        assert response.status_code == 422, fields
        check_form_again(response, form_headers)
        soup = soup_of(response)
        assert words in soup.find(id=f"{name}-fault").get_text()
        assert f"{name}-fault" in soup.find(id=name)["aria-describedby"]
        assert soup.find(id=name)["aria-invalid"] == "true"
    assert find_moderator(email=EMAIL).password_hash == moderator.password_hash
    assert is_signed_in(client)


def test_a_password_is_ten_to_a_thousand_characters_of_any_kind(app, client, moderator):
    current = PASSWORD
    for new in ("x" * 10, "😀" * 10, "비밀번호비밀번호비밀", "x" * 1000, " " * 10):
        assert change(client, current=current, new=new, again=new).status_code == 303
        assert can_sign_in(app, new)
        current = new


def test_missing_fields_are_refused_with_a_message(client, moderator, form_headers):
    for body in ({}, {"current": PASSWORD}, {"new": NEW}):
        response = client.post(
            URL, data={"csrf_token": csrf_token(client), **body}, headers=form_headers
        )
        assert response.status_code == 422
        assert soup_of(response).select("#faults li")


def test_json_instead_of_a_form_is_refused_with_a_message(client, moderator):
    body = {"csrf_token": csrf_token(client), "current": PASSWORD, "new": NEW, "again": NEW}
    assert client.post(URL, json=body).status_code == 422


def test_a_wrong_token_brings_the_form_back_with_a_valid_one(app, client, moderator, form_headers):
    for token in ("", "wrong", "é\0"):
        response = change(client, form_headers, csrf_token=token)
        assert response.status_code == 422
        assert "The form had expired. Please try again." in text_of(response)
        check_form_again(response, form_headers)
    assert can_sign_in(app, PASSWORD)
    fresh = soup_of(response).select_one("#password-form input[name=csrf_token]")["value"]
    assert change(client, csrf_token=fresh).status_code == 303


def test_wrong_passwords_are_slowed_down_as_in_signing_in(
    app, client, clock, moderator, form_headers
):
    for _ in range(3):
        assert change(client, form_headers, current=WRONG).status_code == 422
    for current in (WRONG, PASSWORD):
        response = change(client, form_headers, current=current)
        assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
        assert "Too many attempts. Try again in 1 second." in text_of(response)
        check_form_again(response, form_headers)
    clock.advance(minutes=1)
    assert change(client, current=WRONG).status_code == 422
    assert change(client).headers["Retry-After"] == "2"
    clock.advance(seconds=2)
    assert change(client).location == DONE


def test_a_client_may_try_five_times_a_minute_with_any_cookies(client, clock, moderator):
    for number in range(5):
        client.delete_cookie("second_lead_device", path="/admin")
        change(client, current=WRONG)
        clock.advance(seconds=10 - number)
    assert change(client).status_code == 429


def test_an_invalid_new_password_is_not_counted_as_an_attempt(client, moderator):
    for _ in range(8):
        assert change(client, new="short", again="short").status_code == 422
    assert change(client).status_code == 303


def test_a_change_resets_the_failures(client, moderator):
    for _ in range(2):
        change(client, current=WRONG)
    assert change(client).status_code == 303
    for _ in range(3):
        assert change(client, current=WRONG).status_code == 422


def test_guesses_of_others_do_not_prevent_a_change(app, client, clock, moderator):
    for number in range(20, 30):
        attempt(app.test_client(), number, password=WRONG)
    assert attempt(app.test_client(), 31).status_code == 429
    assert change(client).status_code == 303


def run_before_write(monkeypatch, command, **kwargs) -> None:
    """Run `command` after the old password was checked and before the new one is written."""

    def hash_later(password: str) -> str:
        write(command, **kwargs)
        return hash_password(password)

    monkeypatch.setattr(views, "hash_password", hash_later)


def test_the_later_of_two_changes_is_refused(app, client, moderator, monkeypatch, form_headers):
    first = {
        "moderator_id": moderator.id,
        "session_key": moderator.session_key,
        "password_hash": hash_password("who came a moment before"),
    }
    run_before_write(monkeypatch, change_password, **first)
    response = change(client, form_headers)
    assert response.status_code == 409
    assert "changed elsewhere a moment ago. Nothing was changed here." in text_of(response)
    check_form_again(response, form_headers)
    assert not is_signed_in(client)
    assert can_sign_in(app, "who came a moment before")
    assert not can_sign_in(app, NEW)


@pytest.mark.parametrize("ending", ["signed out everywhere", "removed"])
def test_a_change_is_refused_if_the_session_has_ended_meanwhile(
    app, client, moderator, monkeypatch, ending
):
    if ending == "removed":
        make_moderator(email="jun@example.org")
        run_before_write(monkeypatch, remove_moderator, email=EMAIL)
    else:
        run_before_write(monkeypatch, end_sessions, moderator_id=moderator.id)
    assert change(client).status_code == 409
    assert not is_signed_in(client)
    db.session.rollback()
    assert find_moderator(email=EMAIL).password_hash == moderator.password_hash


def test_a_stranger_changes_nothing(app, client, stranger, moderator):
    form = {"csrf_token": csrf_token(client), "current": PASSWORD, "new": NEW, "again": NEW}
    response = stranger.post(URL, data=form)
    assert (response.status_code, response.location) == (303, "/admin/login")
    assert stranger.post(URL, data=form, headers=HTMX).headers["HX-Redirect"] == "/admin/login"
    assert can_sign_in(app, PASSWORD)


def test_a_link_and_another_site_change_nothing(app, client, moderator):
    fields = {"csrf_token": csrf_token(client), "current": PASSWORD, "new": NEW, "again": NEW}
    assert client.get(URL, query_string=fields).status_code == 404
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post(URL, data=fields, headers=elsewhere).status_code == 403
    assert client.get(QUEUE).status_code == 200
    assert can_sign_in(app, PASSWORD)
