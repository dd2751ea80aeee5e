"""Withdrawing a comment asks first."""

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from blog.moderation.states import Status
from tests.browser.life import TOKEN, look_closely, set_token
from tests.browser.steps import FOCUS_IS_SEEN, REVIEW
from tests.builders import make_comment, make_review
from tests.site.comments.writing import reload

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_one_tap_beside_edit_does_not_withdraw_a_comment(site, arrive, scripts):
    own = make_comment(review=make_review(published_at=utc_now()), token=TOKEN, now=utc_now())
    visitor = arrive(site, java_script_enabled=scripts, viewport={"width": 390, "height": 800})
    page = set_token(visitor.context.new_page())
    page.goto(REVIEW if scripts else f"{REVIEW}/comments/mine")
    tools = page.locator(f"#comment-{own.id} .own-tools")
    edit, ask = tools.get_by_role("link", name="Edit"), tools.locator("summary")
    expect(ask).to_be_visible()
    edges = edit.bounding_box(), ask.bounding_box()
    assert edges[1]["x"] - edges[0]["x"] - edges[0]["width"] >= 24
    ask.click()
    withdraw = tools.get_by_role("button", name="Withdraw the comment")
    expect(withdraw).to_be_visible()
    assert reload(own).status == Status.PENDING
    if scripts:
        look_closely(tools)
        page.keyboard.press("Tab")
        expect(withdraw).to_be_focused()
        assert page.evaluate(FOCUS_IS_SEEN)
    withdraw.click()
    expect(page.locator(f"#comment-{own.id}")).to_contain_text("Withdrawn.")
    assert reload(own).status == Status.WITHDRAWN
