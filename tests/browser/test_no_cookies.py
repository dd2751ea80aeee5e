"""A browser that keeps no cookies is told that its comment waits, and is offered what can work."""

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from tests.browser.life import look_closely
from tests.browser.steps import REVIEW, send, write_comment
from tests.builders import make_review

pytestmark = pytest.mark.browser

BLOCKED = "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })"


def test_with_cookies_blocked_a_comment_is_received_and_only_what_works_is_offered(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    visitor.context.add_init_script(BLOCKED)
    page = visitor.open(REVIEW)
    write_comment(page, body="No cookies, please.")
    send(page)
    own = page.locator("#waiting > .own")
    expect(own).to_contain_text("Awaiting approval")
    expect(own.locator(".seen-once")).to_be_visible()
    for promise in (
        own.locator(".own-tools"),
        own.locator(".seen-here"),
        page.locator(".own-link"),
    ):
        expect(promise).to_be_hidden()
    look_closely(own)
