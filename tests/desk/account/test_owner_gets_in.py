"""Whoever keeps guessing makes guessing slow, and cannot keep the account's owner out."""

import pytest

from blog.accounts.commands import FREE_FAILURES
from tests.builders import make_moderator
from tests.desk.account.signing_in import WRONG, attempt


@pytest.fixture
def moderator(app):
    return make_moderator()


def guess_for(client, clock, *, minutes: int) -> list[int]:
    """Guess from one address, at each first moment it may; return the answers."""
    statuses = []
    end = clock.now.timestamp() + minutes * 60
    while clock.now.timestamp() < end:
        response = attempt(client, 66, password=WRONG)
        statuses.append(response.status_code)
        clock.advance(seconds=int(response.headers.get("Retry-After", 1)))
    return statuses


def test_an_owner_on_a_new_device_waits_as_told_and_comes_in(client, stranger, clock, moderator):
    assert guess_for(stranger, clock, minutes=30).count(422) > 10
    assert attempt(stranger, 66, password=WRONG).status_code == 422
    told = attempt(client, 1)
    assert told.status_code == 429
    clock.advance(seconds=int(told.headers["Retry-After"]))
    # The one who guesses is quicker, and has been told to wait longer.
    assert attempt(stranger, 66, password=WRONG).status_code == 429
    assert attempt(client, 1).status_code == 303


def test_an_owner_on_a_known_device_does_not_wait_at_all(client, app, clock, moderator):
    assert attempt(client, 1).status_code == 303
    client.delete_cookie("second_lead_admin", path="/admin")
    for number in range(20, 40):
        attempt(app.test_client(), number, password=WRONG)
        clock.advance(seconds=61)
    attempt(app.test_client(), 41, password=WRONG)
    assert attempt(app.test_client(), 42).status_code == 429
    assert attempt(client, 1).status_code == 303


def test_a_known_device_waits_for_its_own_failures(client, clock, moderator):
    assert attempt(client, 1).status_code == 303
    client.delete_cookie("second_lead_admin", path="/admin")
    for number in range(2, 5):
        assert attempt(client, number, password=WRONG).status_code == 422
    assert attempt(client, 5).status_code == 429


def test_a_forged_mark_is_none(app, moderator):
    strangers = {
        cookie: app.test_client()
        for cookie in ("", "x", "a.b", "WyJtaW5hQGV4YW1wbGUub3JnIiwiMSJd.forged")
    }
    for number, (cookie, stranger) in enumerate(strangers.items()):
        stranger.set_cookie("second_lead_device", cookie, path="/admin")
        if number < FREE_FAILURES:
            assert attempt(stranger, number, password=WRONG).status_code == 422, cookie
    for cookie, stranger in strangers.items():
        assert attempt(stranger, 9).status_code == 429, cookie


def test_another_accounts_mark_is_none(client, app, clock, moderator):
    make_moderator(email="jun@example.org")
    assert attempt(client, 1, email="jun@example.org").status_code == 303
    client.delete_cookie("second_lead_admin", path="/admin")
    for number in range(20, 23):
        attempt(app.test_client(), number, password=WRONG)
    assert attempt(client, 1).status_code == 429


def test_asking_while_one_must_wait_counts_for_the_client(client, clock, moderator):
    for _ in range(3):
        assert attempt(client, 1, password=WRONG).status_code == 422
    for _ in range(2):
        assert attempt(client, 1, password=WRONG).status_code == 429
    response = attempt(client, 1, password=WRONG)
    assert int(response.headers["Retry-After"]) > 50
