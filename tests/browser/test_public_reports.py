"""Reporting a comment, from the link under the comment to the confirmation."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.clock import utc_now
from blog.db.engine import db
from blog.reports.models import Kind, Report
from tests.browser.everybody import check_everywhere
from tests.browser.steps import FOCUS_IS_SEEN, REVIEW, expect_focus, expect_same_page, set_marker
from tests.builders import make_published_comment, make_review

pytestmark = pytest.mark.browser

MORE, REPORT = "#comment-list .more-tools summary", "#comment-list .report"
WORDS = "The third line says who lives next door."


@pytest.fixture
def page(site, arrive) -> Page:
    review = make_review(published_at=utc_now())
    make_published_comment(review=review, name="민아", body="정말 좋아요.", now=utc_now())
    return arrive(site).open(REVIEW)


def reports() -> list[tuple[Kind, str | None]]:
    """Return kind and text of all reports."""
    db.session.rollback()
    return [(report.kind, report.words) for report in db.session.scalars(select(Report))]


def follow_report_link(page: Page) -> None:
    page.click(MORE)
    page.click(REPORT)


def test_a_comment_is_reported_by_keyboard(page):
    page.locator(MORE).press("Enter")
    page.locator(REPORT).focus()
    assert page.evaluate(FOCUS_IS_SEEN)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Report a comment")
    # The heading may be visible before the stylesheet, which draws the focus, has loaded.
    page.wait_for_load_state()
    page.locator(".quoted .permalink").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "kind"
    assert page.evaluate(FOCUS_IS_SEEN)
    # Arrow keys choose one of the radio buttons, and Tab leaves the group.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("It shares private information")).to_be_checked()
    page.keyboard.press("Tab")
    expect_focus(page, "#body")
    page.keyboard.type(WORDS)
    page.keyboard.press("Tab")
    set_marker(page)
    page.keyboard.press("Enter")
    expect(page.locator("#thanks")).to_be_focused()
    expect(page.locator("#thanks")).to_contain_text("A moderator will look at this comment.")
    expect_same_page(page)
    assert reports() == [(Kind.PRIVATE, WORDS)]
    check_everywhere(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{REVIEW}#comment-[0-9]+$"))
    expect(page.locator("#comment-list .comment-text")).to_have_text(["정말 좋아요."])


def test_a_refused_report_keeps_its_kind_and_text(page):
    follow_report_link(page)
    check_everywhere(page)
    page.fill("#body", WORDS)
    page.click("text=Send report")
    expect_focus(page, "#faults")
    expect(page.locator("#body")).to_have_value(WORDS)
    check_everywhere(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("#faults a[href='#kind']")
    expect_focus(page, "#kind")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label(str(Kind.SPOILER.label))).to_be_checked()
    page.click("text=Send report")
    expect(page.locator("#thanks")).to_be_focused()
    assert reports() == [(Kind.SPOILER, WORDS)]


def test_a_report_without_a_response_shows_a_message_and_keeps_the_form(page):
    follow_report_link(page)
    page.check(f"text={Kind.INSULT.label}")
    page.fill("#body", WORDS)
    page.route("**/reports", lambda route: route.abort())
    page.click("text=Send report")
    expect(page.locator(".progress")).to_contain_text("The site did not respond.")
    expect(page.locator("#body")).to_have_value(WORDS)
    page.unroute("**/reports")
    page.click("text=Send report")
    expect(page.locator("#thanks")).to_be_visible()
    assert reports() == [(Kind.INSULT, WORDS)]


def test_two_clicks_are_one_report(page):
    follow_report_link(page)
    page.check(f"text={Kind.ADVERT.label}")
    page.dblclick("text=Send report")
    expect(page.locator("#thanks")).to_be_visible()
    assert reports() == [(Kind.ADVERT, None)]


def test_the_report_link_is_large_enough_for_touch(site, arrive, page):
    phone = arrive(site, viewport={"width": 360, "height": 740}, has_touch=True).open(REVIEW)
    phone.locator(MORE).tap()
    box = phone.locator(REPORT).bounding_box()
    assert box["height"] >= 44
    assert box["width"] >= 44
    phone.locator(REPORT).tap()
    expect(phone.locator("h1")).to_have_text("Report a comment")
    phone.get_by_text(str(Kind.ADVERT.label)).tap()
    expect(phone.get_by_label(str(Kind.ADVERT.label))).to_be_checked()
    check_everywhere(phone)
