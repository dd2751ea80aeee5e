"""Password guesses, password changes and removals of moderators by concurrent processes."""

from collections import Counter

import pytest

from blog.accounts.commands import (
    LastModeratorError,
    UnknownModeratorError,
    remove_moderator,
    set_password,
)
from blog.accounts.models import Moderator
from blog.accounts.passwords import hash_password
from blog.accounts.queries import list_moderators
from blog.db.engine import db
from blog.db.transactions import write
from tests.builders import PASSWORD, make_moderator, sign_in
from tests.databases import on_both
from tests.page import soup_of
from tests.processes import Post, post_together, run_together

pytestmark = [on_both, pytest.mark.serial]

WRONG = "wrong wrong wrong"
SESSION = "second_lead_admin"


def guesses(client, emails: list[str], addresses: list[str], password: str = WRONG) -> list[Post]:
    """Return one sign-in request for each e-mail address, each from its own IP address."""
    page = client.get("/admin/login")
    token = soup_of(page).find("input", {"name": "csrf_token"})["value"]
    cookie = client.get_cookie(SESSION, path="/admin").value
    return [
        Post(
            path="/admin/login",
            data={"email": email, "password": password, "csrf_token": token},
            cookies={SESSION: cookie},
            address=address,
        )
        for email, address in zip(emails, addresses, strict=True)
    ]


def test_concurrent_guesses_from_one_client_stay_within_its_limit(app, client):
    emails = [f"nobody{number}@example.org" for number in range(16)]
    responses = post_together(app, guesses(client, emails, ["198.51.100.1"] * 16))
    assert Counter(response.status for response in responses) == {422: 5, 429: 11}


def test_concurrent_guesses_from_many_clients_stay_within_the_accounts_limit(app, client):
    make_moderator()
    addresses = [f"198.51.100.{number}" for number in range(16)]
    responses = post_together(app, guesses(client, ["mina@example.org"] * 16, addresses))
    assert Counter(response.status for response in responses) == {422: 3, 429: 13}


def test_the_right_password_among_concurrent_guesses_does_not_bypass_the_delay(app, client):
    make_moderator()
    addresses = [f"198.51.100.{number}" for number in range(12)]
    emails = ["mina@example.org"] * 12
    posts = guesses(client, emails, addresses)
    posts[11] = guesses(client, emails[:1], ["198.51.100.99"], PASSWORD)[0]
    counts = Counter(response.status for response in post_together(app, posts))
    assert counts[303] <= 1
    # A successful sign-in resets the failures, so at most three more are allowed.
    assert counts[422] <= 3 + 3 * counts[303]


def changes(app, number: int) -> list[Post]:
    """Return `number` requests that change the password, each from a browser of its own."""
    posts = []
    for n in range(number):
        browser = app.test_client()
        sign_in(browser)
        page = soup_of(browser.get("/admin/account"))
        form = {
            "csrf_token": page.find("input", {"name": "csrf_token"})["value"],
            "current": PASSWORD,
            "new": f"a new password, number {n}",
            "again": f"a new password, number {n}",
        }
        cookies = {
            cookie: browser.get_cookie(cookie, path="/admin").value
            for cookie in (SESSION, "second_lead_device")
        }
        posts.append(Post(path="/admin/account/password", data=form, cookies=cookies))
    return posts


def test_one_of_several_concurrent_password_changes_succeeds(app):
    make_moderator()
    for _round in range(2):
        posts = changes(app, 4)
        responses = post_together(app, posts)
        [won] = [
            n
            for n, response in enumerate(responses)
            if (response.location or "").endswith("=password")
        ]
        for response in responses[:won] + responses[won + 1 :]:
            # A late request has lost its session already, or finds the database busy (503).
            assert response.status in (409, 503) or response.location == "/admin/login", response
        new = posts[won].data["new"]
        assert sign_in(app.test_client(), password=new).status_code == 303
        back = hash_password(PASSWORD)
        write(set_password, email="mina@example.org", password_hash=back)


def remove(app, email: str) -> str:
    """Remove a moderator; return "removed", "stays" (the last one) or "unknown"."""
    with app.app_context():
        try:
            write(remove_moderator, email=email)
        except LastModeratorError:
            return "stays"
        except UnknownModeratorError:
            return "unknown"
        return "removed"


def test_the_last_two_moderators_cannot_remove_each_other(app):
    for _round in range(5):
        for number in range(4):
            make_moderator(email=f"mod{number}@example.org")
        outcomes = run_together(app, remove, [f"mod{number}@example.org" for number in range(4)])
        assert Counter(outcomes) == {"removed": 3, "stays": 1}
        db.session.expire_all()
        [last] = [account for account in list_moderators() if account.is_active]
        db.session.commit()
        write(_deactivate, moderator_id=last.id)


def _deactivate(*, moderator_id: int) -> None:
    db.session.get_one(Moderator, moderator_id).is_active = False
