"""The tools below a comment: More opens, closes and covers nothing; print has none of them."""

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from tests.browser.everybody import OVERFLOW, OVERLAPPING, SMALLER_THAN_A_THUMB
from tests.browser.steps import FOCUS_IS_SEEN, REVIEW
from tests.browser.talk import make_talk
from tests.builders import make_published_comment, make_published_reply, make_review

pytestmark = pytest.mark.browser

MORE = "#comment-list .more-tools"
NARROWEST = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def page(site, arrive) -> Page:
    review = make_review(published_at=utc_now())
    for name in ("민아", "Jo"):
        make_published_comment(review=review, name=name, now=utc_now())
    return arrive(site).open(REVIEW)


def test_more_opens_by_keyboard_and_escape_closes_it(page):
    more = page.locator(MORE).first
    page.locator("#comment-list .reply").first.focus()
    page.keyboard.press("Tab")
    expect(more.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(more.get_by_role("link", name="Permanent link")).to_be_focused()
    page.keyboard.press("Tab")
    expect(more.locator(".report")).to_be_focused()
    assert page.evaluate(FOCUS_IS_SEEN)
    page.keyboard.press("Escape")
    expect(more.locator("summary")).to_be_focused()
    expect(more.locator(".report")).to_be_hidden()


def test_one_more_is_open_at_a_time_and_a_click_elsewhere_closes_it(page):
    first, second = page.locator(MORE).all()
    for more, other in ((first, second), (second, first)):
        more.locator("summary").click()
        expect(more.locator(".report")).to_be_visible()
        expect(other.locator(".report")).to_be_hidden()
    page.locator("#comments").click()
    expect(second.locator(".report")).to_be_hidden()


def test_what_is_behind_more_covers_nothing_at_320_pixels(site, arrive):
    talk = make_talk()
    deep = make_published_reply(to=talk.reply, name="n" * 80)
    page = arrive(site, **NARROWEST).open(REVIEW)
    for comment in (talk.parent, deep):
        tools = page.locator(f"#comment-{comment.id} > .tools")
        tools.locator("summary").tap()
        expect(tools.locator(".report")).to_be_visible()
        assert page.evaluate(OVERLAPPING) == []
        assert page.evaluate(SMALLER_THAN_A_THUMB, ".tools a, .tools summary") == []
        assert page.evaluate(OVERFLOW) <= 0


def test_a_printed_page_has_no_reply_report_more_or_form(page):
    page.locator(f"{MORE} summary").first.click()
    page.emulate_media(media="print")
    for name in ("Reply", "More", "Report"):
        expect(page.get_by_text(name, exact=True).first).to_be_hidden()
    expect(page.locator("#comment-form")).to_be_hidden()
    expect(page.get_by_text("Write a comment").last).to_be_hidden()
    expect(page.locator("#comment-list .comment-text").first).to_be_visible()
