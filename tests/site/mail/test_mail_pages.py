"""The pages that the links in mail open: to confirm an address and to stop mail."""

import re
from itertools import product

import pytest
from sqlalchemy import select

from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import Base
from blog.notices.tokens import Action, hash_address, make_token
from blog.outbox.commands import allow_mail
from blog.outbox.models import MailAddress
from blog.web.current import current_time
from tests.databases import SECRET_KEY
from tests.outbox.sending import later
from tests.page import soup_of, text_of

DONE = {
    Action.CONFIRM: "Your e-mail address is confirmed",
    Action.STOP: "All mail to your address is stopped",
}


def make_address(email: str = "reader@example.org") -> MailAddress:
    return write(
        allow_mail,
        address_hash=hash_address(email, secret_key=SECRET_KEY),
        asked_by=1,
        needs_confirmation=True,
        now=current_time(),
    )


def path_of(action: Action, address: MailAddress, secret_key: str = SECRET_KEY) -> str:
    return f"/mail/{make_token(action=action, address=address, secret_key=secret_key)}"


def state_of(address: MailAddress) -> tuple[bool, bool]:
    db.session.rollback()
    found = db.session.get(MailAddress, address.id, populate_existing=True)
    return found.is_confirmed, found.is_stopped


def dump() -> list:
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return [tuple(row) for table in tables for row in db.session.execute(select(table))]


@pytest.mark.parametrize("action", list(Action))
def test_a_link_opens_a_page_with_one_button_that_acts(client, action):
    address = make_address()
    path = path_of(action, address)
    page = client.get(path)
    assert page.status_code == 200
    form = soup_of(page).find("main").find("form")
    assert (form["method"], form["action"]) == ("post", path)
    assert len(soup_of(page).find("main").find_all("button")) == 1
    assert state_of(address) == (False, False)
    response = client.post(form["action"])
    assert (response.status_code, response.location) == (303, path)
    assert state_of(address) == (action == Action.CONFIRM, action == Action.STOP)
    done = client.get(path)
    assert DONE[action] in text_of(done)
    assert not soup_of(done).find("main").find("form")


def test_a_page_is_not_cached_indexed_or_sent_as_a_referrer(client):
    for response in (
        client.get(path_of(Action.STOP, make_address())),
        client.get("/mail/stop-1-x"),
    ):
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert soup_of(response).find("meta", {"name": "robots", "content": "noindex"})
        assert "Set-Cookie" not in response.headers
        links = [tag.get("href") or tag.get("src") for tag in soup_of(response).find_all(True)]
        assert not [link for link in links if link and re.match(r"https?:|//", link)]


def test_one_click_unsubscribe_works_without_a_redirect(client):
    address = make_address()
    response = client.post(path_of(Action.STOP, address), data={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert state_of(address) == (False, True)


def test_a_form_from_another_site_changes_nothing(client):
    address = make_address()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        assert client.post(path_of(Action.STOP, address), headers=headers).status_code == 403
    assert state_of(address) == (False, False)


def test_a_program_that_opens_every_link_changes_nothing(client):
    """Mail scanners such as Office 365 open every link, and some run scripts."""
    address = make_address()
    before = dump()
    for action, method in product(Action, ("GET", "HEAD", "OPTIONS")):
        path = path_of(action, address)
        for query in ("", "?confirm=1", "?List-Unsubscribe=One-Click", "?_method=POST"):
            for headers in ({}, {"Purpose": "prefetch"}, {"HX-Request": "true"}):
                response = client.open(path + query, method=method, headers=headers)
                assert response.status_code == 200, (method, path, query, headers)
                assert b"http-equiv" not in response.data
    assert dump() == before


def test_other_methods_are_not_allowed(client):
    address = make_address()
    for method in ("PUT", "PATCH", "DELETE"):
        response = client.open(path_of(Action.STOP, address), method=method)
        assert response.status_code == 405, method
    assert state_of(address) == (False, False)


def forged(mine: MailAddress, other: MailAddress) -> dict[str, str]:
    """Return invalid mail URLs by the kind of forgery, made from a valid token of `mine`."""
    confirm = path_of(Action.CONFIRM, mine)
    head, signature = confirm.rsplit("-", 1)
    stop_signature = path_of(Action.STOP, mine).rsplit("-", 1)[1]
    return {
        "of another address": f"/mail/confirm-{other.id}-{signature}",
        "of another action": f"/mail/stop-{mine.id}-{signature}",
        "of another action, the other way round": f"/mail/confirm-{mine.id}-{stop_signature}",
        "of no address": f"/mail/confirm-{other.id + 1}-{signature}",
        "under another key": path_of(Action.CONFIRM, mine, "another key of thirty-two letters"),
        "one letter changed": f"{head}-{'1' if signature[0] != '1' else '2'}{signature[1:]}",
        "cut short": confirm[:-1],
        "longer": confirm + "0",
        "in capitals": f"{head}-{signature.upper()}" if signature.upper() != signature else head,
        "without a signature": head,
        "with an empty signature": f"{head}-",
        "a number with a leading zero": f"/mail/confirm-0{mine.id}-{signature}",
        "a number in other digits": f"/mail/confirm-٢-{signature}",
        "a negative number": f"/mail/confirm--{mine.id}-{signature}",
        "a number too large": f"/mail/confirm-9999999999-{signature}",
        "a number far too large": f"/mail/confirm-{'9' * 400}-{signature}",
        "an unknown action": f"/mail/delete-{mine.id}-{signature}",
        "no action": f"/mail/{mine.id}-{signature}",
        "two at once": f"{confirm}{confirm.removeprefix('/mail/')}",
        "with a space": confirm + "%20",
        "with a line break": confirm + "%0a",
        "nothing at all": "/mail/-",
        "something else": "/mail/../admin",
        "a NUL": confirm + "%00",
        "not UTF-8": confirm + "%ff",
    }


def test_a_token_is_valid_only_for_its_address_and_action(client):
    mine, other = make_address(), make_address("other@example.org")
    before = dump()
    for name, path in forged(mine, other).items():
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 404, name
            assert "<h1>" in response.text
    assert dump() == before
    unknown = text_of(client.get("/mail/confirm-7-" + "0" * 32))
    assert "This link is invalid" in unknown
    assert "from the mail" in unknown


def test_a_token_is_invalid_for_a_later_address_with_the_same_id(app, client):
    address = make_address()
    path = path_of(Action.STOP, address)
    later(seconds=1)
    db.session.rollback()
    write(replace_address, address_id=address.id, now=current_time())
    assert client.get(path).status_code == 404


def replace_address(*, address_id: int, now) -> None:
    table = Base.metadata.tables["mail_addresses"]
    db.session.execute(table.update().where(table.c.id == address_id).values(created_at=now))
