"""How a row of the queue looks: quiet until it is current, with its sender's history beside it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.moderation.states import Verdict
from tests.browser.desk import fill, open_queue, press, row
from tests.builders import make_comment, make_decision, make_moderator

pytestmark = pytest.mark.browser

TOKEN = "ab" * 16
STYLES = """row => [...row.querySelectorAll(".verdict-form button")].map((button) => {
  const { color, borderColor, backgroundColor } = getComputedStyle(button);
  return [color, borderColor, backgroundColor].join(" ");
})"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def make_history(review) -> None:
    """Submit three comments from one browser, of which one is published and one is spam."""
    moderator = make_moderator(email="jun@example.org", name="Jun")
    for days, verdict in ((9, Verdict.APPROVE), (2, Verdict.SPAM), (0, None)):
        now = utc_now() - timedelta(days=days, hours=2)
        body = "Row 1. Now." if verdict is None else f"{verdict} before."
        comment = make_comment(review=review, body=body, token=TOKEN, now=now)
        if verdict:
            make_decision(comment=comment, moderator=moderator, verdict=verdict, now=now)


def styles(page: Page, number: int) -> list[str]:
    return row(page, number).evaluate(STYLES)


def test_the_buttons_of_a_row_are_quiet_until_it_is_current(site, arrive, review):
    fill(review, 4)
    desk = open_queue(arrive, site)
    loud, quiet = styles(desk, 1), styles(desk, 2)
    assert not set(loud) & set(quiet)
    expect(row(desk, 1).locator("kbd:visible")).to_have_count(5)
    expect(row(desk, 2).locator("kbd:visible")).to_have_count(0)
    press(desk, "j", "j")
    assert (styles(desk, 1), styles(desk, 2)) == (quiet, loud)
    row(desk, 3).hover()
    assert styles(desk, 3) == loud


def test_the_buttons_are_plain_under_the_pointer_and_the_focus_without_scripts(
    site, arrive, review
):
    fill(review, 2)
    desk = open_queue(arrive, site, java_script_enabled=False)
    quiet = styles(desk, 1)
    row(desk, 1).hover()
    assert not set(styles(desk, 1)) & set(quiet)
    row(desk, 2).get_by_role("checkbox", name="Select").focus()
    assert not set(styles(desk, 2)) & set(quiet)


def test_a_wide_row_shows_the_history_of_its_sender_beside_the_text(site, arrive, review):
    make_history(review)
    fill(review, 1, first=2)
    desk = open_queue(arrive, site, viewport={"width": 1100, "height": 900})
    text, history, buttons = (
        row(desk, 1).locator(part).bounding_box() for part in (".row-words", ".sender", ".verdicts")
    )
    assert text["x"] + text["width"] < history["x"]
    assert history["x"] + history["width"] < buttons["x"]
    assert abs(history["y"] - buttons["y"]) < 2
    expect(row(desk, 1).locator(".history")).to_be_hidden()
    # A row without a known sender has its text and buttons in the same places.
    for part, box in ((".row-words", text), (".verdicts", buttons)):
        other = row(desk, 2).locator(part).bounding_box()
        assert (other["x"], other["width"]) == (box["x"], box["width"])
    row(desk, 1).get_by_role("link", name="Comments from this sender").click()
    expect(desk.locator("#queue > .row")).to_have_count(3)


def test_a_narrow_row_has_the_history_of_its_sender_in_its_first_lines(site, arrive, review):
    make_history(review)
    desk = open_queue(arrive, site, viewport={"width": 1000, "height": 900})
    expect(row(desk, 1).locator(".sender")).to_be_hidden()
    expect(row(desk, 1).locator(".history")).to_have_text("1 published, 1 refused before")


def test_under_a_thumb_every_button_looks_like_one(site, arrive, review):
    fill(review, 2)
    desk = open_queue(arrive, site, **PHONE)
    assert styles(desk, 2)[1:] == styles(desk, 1)[1:]
