"""The pages that the links in mail open, in a real browser."""

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from blog.db.engine import db
from blog.db.transactions import write
from blog.notices.tokens import Action, hash_address, make_token
from blog.outbox.commands import allow_mail
from blog.outbox.models import MailAddress
from tests.browser.everybody import check_everywhere
from tests.databases import SECRET_KEY

pytestmark = pytest.mark.browser

BUTTONS = {
    Action.CONFIRM: ("Confirm", "Your e-mail address is confirmed"),
    Action.STOP: ("Stop all mail", "All mail to your address is stopped"),
}


def make_address() -> MailAddress:
    """Add an address that is not confirmed yet; return the address."""
    return write(
        allow_mail,
        address_hash=hash_address("reader@example.org", secret_key=SECRET_KEY),
        asked_by=1,
        needs_confirmation=True,
        now=utc_now(),
    )


def state_of(address: MailAddress) -> tuple[bool, bool]:
    """Return whether an address is confirmed, and whether its mail is stopped."""
    db.session.rollback()  # An open transaction would not see the changes of the server.
    db.session.refresh(address)
    return address.is_confirmed, address.is_stopped


@pytest.mark.parametrize("action", list(Action))
def test_only_the_button_has_an_effect_and_both_pages_are_accessible(site, arrive, action):
    address = make_address()
    token = make_token(action=action, address=address, secret_key=SECRET_KEY)
    button, done = BUTTONS[action]
    page = arrive(site).open(f"/mail/{token}")
    check_everywhere(page)
    assert state_of(address) == (False, False)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(done)
    assert state_of(address) == (action == Action.CONFIRM, action == Action.STOP)
    check_everywhere(page)
