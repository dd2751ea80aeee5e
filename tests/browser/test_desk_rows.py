"""How a row of the queue looks: quiet until it is current, with its sender's history beside it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import fill, open_queue, press, row

pytestmark = pytest.mark.browser

TOKEN = "ab" * 16
STYLES = """row => [...row.querySelectorAll(".verdict-form button")].map((button) => {
  const { color, borderColor, backgroundColor } = getComputedStyle(button);
  return [color, borderColor, backgroundColor].join(" ");
})"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


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


def test_under_a_thumb_every_button_looks_like_one(site, arrive, review):
    fill(review, 2)
    desk = open_queue(arrive, site, **PHONE)
    assert styles(desk, 2)[1:] == styles(desk, 1)[1:]
