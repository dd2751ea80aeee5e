"""Spoilers, replies and refused comments on a reader's page."""

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.moderation.states import Verdict
from tests.browser.everybody import check_everywhere
from tests.browser.steps import FOCUS_IS_SEEN, REVIEW, send, set_token, write_comment
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_review,
)

pytestmark = pytest.mark.browser

SECRET = "He was the translator all along."
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def page(site, arrive) -> Page:
    """A page with a spoiler, a Korean comment, and a reply to each."""
    review = make_review(published_at=utc_now())
    moderator = make_moderator()
    comment = make_published_comment(
        review=review, moderator=moderator, body=SECRET, is_spoiler=True, now=utc_now()
    )
    make_moderator_reply(
        comment=comment, moderator=moderator, body="We saw it coming.", now=utc_now()
    )
    korean = make_published_comment(
        review=review, moderator=moderator, name="민아", body="정말 *좋아요*.", now=utc_now()
    )
    make_moderator_reply(comment=korean, moderator=moderator, body="고맙습니다.", now=utc_now())
    return arrive(site).open(REVIEW)


def test_a_spoiler_opens_and_closes_with_the_keyboard(page):
    words = page.get_by_text(SECRET)
    expect(words).to_be_hidden()
    page.locator("#comments").evaluate("heading => { heading.tabIndex = -1; heading.focus() }")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('summary')"):
            break
    expect(page.locator(".spoiler > summary")).to_be_focused()
    assert page.evaluate(FOCUS_IS_SEEN)
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    expect(page.locator(".spoiler > summary")).to_be_focused()
    page.keyboard.press("Space")
    expect(words).to_be_hidden()


def test_a_spoiler_opens_without_scripts(site, arrive, page):
    plain = arrive(site, java_script_enabled=False).open(REVIEW)
    expect(plain.get_by_text(SECRET)).to_be_hidden()
    plain.click(".spoiler > summary")
    expect(plain.get_by_text(SECRET)).to_be_visible()


def test_a_spoiler_is_accessible_closed_and_open(page):
    check_everywhere(page)
    page.click(".spoiler > summary")
    expect(page.get_by_text(SECRET)).to_be_visible()
    check_everywhere(page)


def test_a_reply_is_indented_and_fits_a_small_phone(page):
    page.set_viewport_size({"width": 320, "height": 640})
    comment = page.locator("#comment-list > li").first
    reply = comment.locator("ol.replies > li")
    expect(reply.locator(".badge")).to_have_text("Moderator")
    assert reply.bounding_box()["x"] > comment.bounding_box()["x"] + 10
    line = comment.locator("ol.replies").evaluate("list => getComputedStyle(list).borderLeftWidth")
    assert line == "2px"
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0


def test_the_permanent_link_of_a_reply_leads_to_the_reply(page):
    reply = page.locator("ol.replies > li").first
    number = reply.get_attribute("id")
    reply.locator(".permalink").click()
    page.wait_for_url(f"**#{number}")
    expect(page.locator(f"#{number}")).to_be_in_viewport()


def test_the_readers_own_waiting_spoiler_is_closed(reader):
    write_comment(reader, body=SECRET)
    reader.check("#is_spoiler")
    send(reader)
    waiting = reader.locator("#waiting .waiting")
    expect(waiting).to_be_focused()
    expect(waiting).to_contain_text("Awaiting approval.")
    expect(waiting.get_by_text(SECRET)).to_be_hidden()
    reader.reload()
    waiting.locator(".spoiler summary").click()
    expect(waiting.get_by_text(SECRET)).to_be_visible()
    check_everywhere(reader)


def test_a_refused_comment_is_shown_with_its_reason_to_its_author(site, arrive):
    review = make_review(published_at=utc_now())
    moderator = make_moderator()
    for number, words in enumerate(("It is about another drama.", "다른 드라마 이야기예요.")):
        comment = make_comment(review=review, body=f"Refused {number}.", token=TOKEN, now=utc_now())
        make_decision(
            comment=comment,
            moderator=moderator,
            verdict=Verdict.REJECT,
            reason=words,
            shares_reason=True,
        )
    make_comment(review=review, body="It waits.", token=TOKEN, now=utc_now())
    visitor = arrive(site)
    set_token(visitor, token=TOKEN)
    page = visitor.open(REVIEW)
    expect(page.locator("#waiting > li")).to_have_count(3)
    refused = page.locator("#waiting .refused")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("Not published.")
    expect(refused.first).to_contain_text("It is about another drama.")
    check_everywhere(page)
    page.goto(f"{REVIEW}/comments/mine")
    expect(page.locator("#mine > .refused")).to_have_count(2)
    check_everywhere(page)
    # Sending another comment keeps the refused ones on the page.
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(REVIEW)
    expect(refused).to_have_count(2)
    write_comment(page, body="Another thought.")
    send(page)
    expect(page.locator("#waiting > li")).to_have_count(4)
    expect(page.locator("#waiting > li").last).to_contain_text("Another thought.")
