"""Scripts that arrive late change nothing that was typed before."""

import pytest
from playwright.sync_api import Route, expect

from blog.clock import utc_now
from tests.browser.drafts import drafts, stored
from tests.browser.steps import REVIEW, send, write_comment
from tests.builders import make_review

pytestmark = pytest.mark.browser

OLDER = "An older draft."
TYPED = "Typed before the script came."
SCRIPT = "**/js/comments/form*.js"


def test_words_typed_before_the_script_comes_are_not_replaced_by_a_draft(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    page = visitor.open(REVIEW)
    write_comment(page, name="Jo", email="jo@example.org", body=OLDER)
    page.close()
    held: list[Route] = []
    visitor.context.route(SCRIPT, lambda route: held.append(route))
    page = visitor.context.new_page()
    with page.expect_request(SCRIPT):
        page.goto(REVIEW, wait_until="commit")
    page.fill("#author_name", "Ada")
    page.fill("#body", TYPED)
    held[0].continue_()
    offer = page.locator(".draft-offer")
    expect(offer).to_be_visible()
    expect(page.locator("#body")).to_have_value(TYPED)
    expect(page.locator("#author_name")).to_have_value("Ada")
    assert drafts(page) == {"run-on": TYPED}
    visitor.context.unroute(SCRIPT)
    # Neither text is lost by a reload, and each can be shown.
    page.reload()
    expect(page.locator("#body")).to_have_value(TYPED)
    offer.get_by_role("button").click()
    expect(page.locator("#body")).to_have_value(OLDER)
    offer.get_by_role("button").click()
    expect(page.locator("#body")).to_have_value(TYPED)
    page.fill("#author_name", "")
    send(page)
    expect(page.locator("#faults")).to_be_focused()
    expect(offer).to_be_visible()
    page.fill("#author_name", "Ada")
    send(page)
    expect(page.locator("#sent")).to_be_visible()
    # The other draft stays, as the next comment.
    page.click("#sent a")
    expect(page.locator("#body")).to_have_value(OLDER)
    send(page)
    expect(page.locator("#waiting > .own")).to_have_count(2)
    assert stored() == [TYPED, OLDER]
    assert drafts(page) == {}
