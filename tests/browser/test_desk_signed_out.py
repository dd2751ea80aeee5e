"""Signed out while writing at the desk: the words are back, for their writer only."""

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.comments.models import Comment
from tests.browser.desk import (
    decide_elsewhere,
    expect_left,
    expect_quiet,
    fill,
    open_queue,
    row,
    states,
)
from tests.browser.steps import QUEUE
from tests.builders import PASSWORD, make_moderator, make_review

pytestmark = pytest.mark.browser

REPLY = 'Two lines,\n\n"and" a <b> 좋아.'
NO_REFERRER = """document.head.append(
  Object.assign(document.createElement("meta"), { name: "referrer", content: "no-referrer" })
)"""
KEPT = "sessionStorage.getItem('second-lead-unsent')"


@pytest.fixture
def comments(site) -> list[Comment]:
    return fill(make_review(published_at=utc_now()), 3)


@pytest.fixture
def desk(site, arrive, moderator, comments) -> Page:
    return open_queue(arrive, site)


def write_in(page: Page, number: int, label: str, words: str) -> None:
    toggle_menu(page, number)
    row(page, number).get_by_label(label).fill(words)


def toggle_menu(page: Page, number: int) -> None:
    row(page, number).locator(".menu summary").click()


def press_button(page: Page, number: int, name: str) -> None:
    row(page, number).get_by_role("button", name=name).click()


def sign_in_again(page: Page, *, email: str = "mina@example.org") -> None:
    """Sign in on the page to which the browser was led."""
    expect(page.locator("h1")).to_have_text("Sign in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("Sign in")
    page.wait_for_load_state()


def test_words_written_in_the_queue_are_back_in_their_rows_after_signing_in(desk, comments):
    desk.goto(f"{QUEUE}?status=pending&q=Row")
    write_in(desk, 1, "Other reason", "Not about the drama")
    row(desk, 1).get_by_label("Share the reason with the author").check()
    toggle_menu(desk, 1)
    write_in(desk, 3, "Your reply", "For a row that is gone.")
    toggle_menu(desk, 3)
    write_in(desk, 2, "Your reply", REPLY)
    desk.context.clear_cookies()
    press_button(desk, 2, "Approve and reply")
    expect(desk.locator("h1")).to_have_text("Sign in")
    decide_elsewhere(comments[2])
    sign_in_again(desk)

    expect(desk.locator("#q")).to_have_value("Row")
    expect(row(desk, 2).get_by_label("Your reply")).to_have_value(REPLY)
    expect(row(desk, 1).get_by_label("Other reason")).to_have_value("Not about the drama")
    expect(row(desk, 1).get_by_label("Share the reason with the author")).to_be_checked()
    expect(desk.locator(".unsent").filter(has_text="in its form again")).to_be_visible()
    expect(desk.locator(".unsent textarea")).to_have_value("For a row that is gone.")
    assert states()["Row 1."] == states()["Row 2."] == "pending"
    assert desk.evaluate(KEPT) is None
    press_button(desk, 2, "Approve and reply")
    expect(row(desk, 2).locator("strong")).to_have_text("Published, with your reply")


def test_another_moderator_who_signs_in_in_the_tab_never_sees_the_words(desk):
    make_moderator(email="jun@example.org", name="Jun")
    write_in(desk, 2, "Your reply", REPLY)
    desk.context.clear_cookies()
    press_button(desk, 2, "Approve and reply")
    sign_in_again(desk, email="jun@example.org")
    expect_left(desk, 3)
    expect(desk.locator(".unsent")).to_have_count(0)
    expect(row(desk, 2).locator("textarea")).to_have_value("")
    assert desk.evaluate(KEPT) is None


def test_a_rule_that_was_being_written_is_back_and_is_kept_no_longer(desk):
    desk.goto("/admin/rules/new")
    desk.get_by_label("Where to look").select_option("domain")
    desk.get_by_label("Look for").fill("spam.example")
    desk.get_by_label("Mark as spam").check()
    desk.context.clear_cookies()
    desk.get_by_role("button", name="Try the rule").click()
    sign_in_again(desk)
    expect(desk.get_by_label("Where to look")).to_have_value("domain")
    expect(desk.get_by_label("Look for")).to_have_value("spam.example")
    expect(desk.get_by_label("Look for")).to_be_focused()
    expect(desk.get_by_label("Mark as spam")).to_be_checked()
    desk.get_by_role("button", name="Try the rule").click()
    expect(desk.locator("#trial")).to_be_visible()
    expect_quiet(desk)
    desk.reload()
    expect(desk.get_by_label("Look for")).to_have_value("")


def test_words_are_back_in_a_browser_that_sends_no_referer(desk):
    desk.goto(f"{QUEUE}?status=pending&q=Row")
    desk.evaluate(NO_REFERRER)
    write_in(desk, 2, "Your reply", REPLY)
    desk.context.clear_cookies()
    press_button(desk, 2, "Approve and reply")
    sign_in_again(desk)
    expect(desk.locator("#q")).to_have_value("Row")
    expect(row(desk, 2).get_by_label("Your reply")).to_have_value(REPLY)
