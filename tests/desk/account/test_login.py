"""GET and POST /admin/login: sign in as a moderator."""

from datetime import timedelta

import pytest

from blog.accounts.commands import remove_moderator
from blog.db.transactions import write
from tests.builders import PASSWORD, make_moderator, sign_in
from tests.databases import on_both
from tests.desk.account.signing_in import QUEUE, WRONG, attempt, is_signed_in
from tests.page import soup_of, text_of

REFUSAL = "Wrong e-mail or password."
DAY = 24 * 3600


@pytest.fixture
def moderator(app):
    return make_moderator()


def test_the_right_password_leads_to_the_queue(client, moderator):
    response = sign_in(client)
    assert (response.status_code, response.location) == (303, QUEUE)
    assert is_signed_in(client)


def test_capitals_and_spaces_around_an_e_mail_address_are_ignored(app, moderator):
    for email in ("MINA@Example.org", "  mina@example.org  "):
        assert sign_in(app.test_client(), email=email).status_code == 303, email


def test_a_password_is_compared_exactly(client, moderator):
    for number, password in enumerate((f" {PASSWORD}", PASSWORD.upper(), PASSWORD[:-1])):
        assert attempt(client, number, password=password).status_code == 422, password
        assert not is_signed_in(client), password


def test_wrong_unknown_and_removed_accounts_get_the_same_response(app, client, moderator):
    make_moderator(email="gone@example.org")
    write(remove_moderator, email="gone@example.org")
    tries = [
        {"email": "mina@example.org", "password": WRONG},
        {"email": "nobody@example.org", "password": PASSWORD},
        {"email": "gone@example.org", "password": PASSWORD},
        {"email": "not an address", "password": PASSWORD},
    ]
    responses = [attempt(app.test_client(), number, **form) for number, form in enumerate(tries)]
    assert {response.status_code for response in responses} == {422}
    words = {text_of(response) for response in responses}
    assert len(words) == 1
    assert REFUSAL in words.pop()
    assert not any("second_lead_admin=." in str(a.headers.getlist("Set-Cookie")) for a in responses)


def test_a_refused_form_keeps_the_address_and_drops_the_password(client, moderator):
    page = soup_of(sign_in(client, password=WRONG, next="/admin/comments?status=spam"))
    assert page.find("input", {"name": "email"})["value"] == "mina@example.org"
    assert not page.find("input", {"name": "password"}).get("value")
    assert page.find("input", {"name": "next"})["value"] == "/admin/comments?status=spam"


# Unusual input that must be refused with a message.
ODD = [
    {"email": "mina@example.org\0", "password": WRONG},
    {"email": "\0", "password": PASSWORD},
    {"email": "😀@example.org"},
    {"email": "은수@example.org", "password": "비밀번호비밀번호"},
    {"email": "x" * 10_000 + "@example.org"},
    {"email": "' OR 1=1 --"},
    {"email": ""},
    {"password": ""},
    {"password": "\0"},
    {"password": "😀" * 250},
    {"password": "x" * 100_000},
    {"password": PASSWORD + "\0"},
]


def test_odd_addresses_and_passwords_are_refused_with_a_message(app, moderator):
    for number, form in enumerate(ODD):
        client = app.test_client()
        response = attempt(client, number, **form)
        assert response.status_code in (422, 429), form
        assert soup_of(response).select_one("#faults"), form
        assert not is_signed_in(client)


def test_a_form_without_fields_is_refused_with_a_message(client):
    assert client.post("/admin/login").status_code == 422
    response = client.post("/admin/login", data={"email": "x", "password": "y", "csrf_token": "z"})
    assert "The form had expired. Please try again." in text_of(response)


def test_a_client_may_try_five_times_a_minute(app, client, clock, moderator):
    for number in range(5):
        response = sign_in(client, email=f"nobody{number}@example.org")
        assert response.status_code == 422
    response = sign_in(client)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert "Too many attempts. Try again in 60 seconds." in text_of(response)
    clock.advance(seconds=59)
    assert sign_in(client).headers["Retry-After"] == "1"
    clock.advance(seconds=1)
    assert sign_in(client).status_code == 303


def test_one_clients_failures_do_not_slow_down_another_client(app, client, moderator):
    for number in range(6):
        sign_in(client, email=f"nobody{number}@example.org")
    assert attempt(app.test_client(), 1).status_code == 303


def test_successful_sign_ins_are_not_limited(app, client, moderator):
    for _ in range(7):
        assert sign_in(app.test_client()).status_code == 303


@pytest.mark.parametrize("email", ["mina@example.org", "nobody@example.org"])
def test_the_delay_of_an_account_grows_to_one_minute_and_then_ends(
    app, client, clock, moderator, email
):
    numbers = iter(range(200))
    form = {"email": email, "password": WRONG}
    delays = []
    for _ in range(11):
        assert attempt(client, next(numbers), **form).status_code == 422
        response = attempt(client, next(numbers), **form)
        if response.status_code == 429:
            delays.append(int(response.headers["Retry-After"]))
            # An attempt during the delay does not extend it; the right password is delayed too.
            response = attempt(client, next(numbers), email=email)
            assert response.status_code == 429
            assert response.headers["Retry-After"] == str(delays[-1])
            clock.advance(seconds=delays[-1] - 0.5)
            assert attempt(client, next(numbers), **form).status_code == 429
            clock.advance(seconds=0.5)
        elif not delays:
            continue
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60][: len(delays)]
    assert len(delays) >= 8


@on_both
def test_the_right_password_after_the_delay_signs_in_and_resets_the_delay(
    app, client, clock, moderator
):
    for number in range(3):
        assert attempt(client, number, password=WRONG).status_code == 422
    assert attempt(client, 3).status_code == 429
    clock.advance(seconds=1)
    assert attempt(client, 4).status_code == 303
    fresh = app.test_client()
    for number in range(5, 8):
        assert attempt(fresh, number, password=WRONG).status_code == 422


def test_failures_are_forgotten_after_a_day(client, clock, moderator):
    for number in range(3):
        attempt(client, number, password=WRONG)
    clock.advance(days=1)
    for number in range(3, 6):
        assert attempt(client, number, password=WRONG).status_code == 422


# Each value of `next`, with the path to which signing in redirects.
DESTINATIONS = {
    "/admin/comments?status=spam&q=a%26b": "/admin/comments?status=spam&q=a%26b",
    "/admin/comments?q=좋아": "/admin/comments?q=%EC%A2%8B%EC%95%84",
    "": QUEUE,
    "/": QUEUE,
    "/reviews/run-on": QUEUE,
    "/admin": QUEUE,
    "/administrator": QUEUE,
    "admin/comments": QUEUE,
    "//evil.example": QUEUE,
    "//evil.example/admin/": QUEUE,
    "///evil.example/admin/": QUEUE,
    "\\evil.example": QUEUE,
    "/\\evil.example/admin/": QUEUE,
    "/admin/\\evil.example": QUEUE,
    "https:evil.example": QUEUE,
    "https://evil.example/admin/comments": QUEUE,
    "https://[evil": QUEUE,
    "//[": QUEUE,
    "javascript:alert(1)": QUEUE,
    "/admin/../reviews/run-on": QUEUE,
    "/admin/..": QUEUE,
    "/admin/%2e%2e/reviews/run-on": QUEUE,
    "/admin/%2E./x": QUEUE,
    "/admin//evil.example": QUEUE,
    "/admin/%2f/evil.example": QUEUE,
    "/admin/logout": QUEUE,
    "/admin/\r\nX-Evil: 1": QUEUE,
    "/admin/\t/evil.example": QUEUE,
    "/\t/evil.example": QUEUE,
    "\0/admin/": QUEUE,
    "/admin/\u2028x": QUEUE,
    " /admin/comments": QUEUE,
}


def test_signing_in_redirects_only_to_admin_pages(app, client, moderator):
    sign_in(client)
    for wanted, destination in DESTINATIONS.items():
        response = client.get("/admin/login", query_string={"next": wanted})
        assert (response.status_code, response.location) == (303, destination), wanted
    for wanted in ("//[", "//evil.example", "/admin/comments?status=spam&q=a%26b"):
        response = sign_in(app.test_client(), next=wanted)
        assert (response.status_code, response.location) == (303, DESTINATIONS[wanted]), wanted


def test_signing_in_needs_the_token_of_this_browser(client, moderator):
    for token in ("", "wrong", "é\0"):
        response = sign_in(client, csrf_token=token)
        assert response.status_code == 422, token
        assert "The form had expired" in text_of(response)
        assert not is_signed_in(client), token
    assert sign_in(client).status_code == 303


def test_attempts_during_the_delay_do_not_restart_it(client, clock, moderator):
    """An attacker who keeps failing cannot lock the owner out, because every delay ends."""
    for number in range(3):
        attempt(client, number, password=WRONG)
    for number in range(3, 30):
        attempt(client, number, password=WRONG)
    clock.now += timedelta(seconds=1)
    assert attempt(client, 31).status_code == 303


def test_json_instead_of_a_form_is_refused_with_a_message(client):
    for body in ([1, 2], {"email": 5}, "text", None):
        assert client.post("/admin/login", json=body).status_code == 422, body
