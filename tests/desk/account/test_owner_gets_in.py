"""Password guesses are slowed down, and never lock the owner of the account out."""

import pytest

from blog.accounts.commands import FREE_FAILURES
from tests.builders import make_moderator
from tests.desk.account.signing_in import WRONG, attempt


@pytest.fixture
def moderator(app):
    return make_moderator()


def guess_for(client, clock, *, minutes: int) -> list[int]:
    """Guess as often as one address is allowed to; return the status code of each response."""
    statuses = []
    end = clock.now.timestamp() + minutes * 60
    while clock.now.timestamp() < end:
        response = attempt(client, 66, password=WRONG)
        statuses.append(response.status_code)
        clock.advance(seconds=int(response.headers.get("Retry-After", 1)))
    return statuses


def test_an_owner_on_a_new_device_signs_in_after_the_delay(client, stranger, clock, moderator):
    assert guess_for(stranger, clock, minutes=30).count(422) > 10
    assert attempt(stranger, 66, password=WRONG).status_code == 422
    delayed = attempt(client, 1)
    assert delayed.status_code == 429
    clock.advance(seconds=int(delayed.headers["Retry-After"]))
    # The attacker tries first, but has a longer delay.
    assert attempt(stranger, 66, password=WRONG).status_code == 429
    assert attempt(client, 1).status_code == 303


def test_an_owner_on_a_known_device_signs_in_without_delay(client, app, clock, moderator):
    assert attempt(client, 1).status_code == 303
    client.delete_cookie("second_lead_admin", path="/admin")
    for number in range(20, 40):
        attempt(app.test_client(), number, password=WRONG)
        clock.advance(seconds=61)
    attempt(app.test_client(), 41, password=WRONG)
    assert attempt(app.test_client(), 42).status_code == 429
    assert attempt(client, 1).status_code == 303


def test_a_known_device_is_delayed_by_its_own_failures(client, clock, moderator):
    assert attempt(client, 1).status_code == 303
    client.delete_cookie("second_lead_admin", path="/admin")
    for number in range(2, 5):
        assert attempt(client, number, password=WRONG).status_code == 422
    assert attempt(client, 5).status_code == 429


def test_a_forged_device_cookie_is_ignored(app, moderator):
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


def test_a_device_cookie_of_another_account_is_ignored(client, app, clock, moderator):
    make_moderator(email="jun@example.org")
    assert attempt(client, 1, email="jun@example.org").status_code == 303
    client.delete_cookie("second_lead_admin", path="/admin")
    for number in range(20, 23):
        attempt(app.test_client(), number, password=WRONG)
    assert attempt(client, 1).status_code == 429


def test_attempts_during_the_delay_count_towards_the_clients_limit(client, clock, moderator):
    for _ in range(3):
        assert attempt(client, 1, password=WRONG).status_code == 422
    for _ in range(2):
        assert attempt(client, 1, password=WRONG).status_code == 429
    response = attempt(client, 1, password=WRONG)
    assert int(response.headers["Retry-After"]) > 50
