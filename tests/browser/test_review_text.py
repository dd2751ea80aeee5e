"""The text of a review in a browser: wide tables, folded details, and the contents."""

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from tests.browser.everybody import NARROWEST, OVERFLOW, check_everywhere
from tests.browser.steps import REVIEW
from tests.builders import make_review

pytestmark = pytest.mark.browser

ROW = "|".join(f"number {column}" for column in range(8))
TABLE = "\n".join([ROW, "|".join([":--", "--:", ":-:", "---"] * 2), *[ROW] * 12])
DETAILS = "<details open><summary>How it ends</summary>\n\nThey meet.\n\n</details>"
PARTS = "\n\n".join(f"## Part {n}\n\n{'They run, and then they talk. ' * 70}" for n in range(3))
ALIGNMENTS = "cells => cells.slice(0, 4).map(cell => getComputedStyle(cell).textAlign)"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_wide_table_scrolls_inside_itself_by_keyboard_and_keeps_its_alignment(
    site, arrive, language
):
    make_review(published_at=utc_now(), body=f"{TABLE}\n\n{DETAILS}", language=language)
    page = arrive(site, viewport=NARROWEST).open(REVIEW)
    assert page.evaluate(OVERFLOW) <= 0
    region = page.locator(".scroll")
    assert region.evaluate("all => all.scrollWidth > all.clientWidth + 100")
    assert "gradient" in region.evaluate("all => getComputedStyle(all).backgroundImage")
    alignments = region.locator("tbody td").evaluate_all(ALIGNMENTS)
    assert alignments == ["left", "right", "center", "start"]
    region.focus()
    page.keyboard.press("ArrowLeft" if language == "ar" else "ArrowRight")
    expect(region).not_to_have_js_property("scrollLeft", 0)
    expect(page.get_by_text("They meet.")).to_be_hidden()
    page.locator(".prose summary").press("Enter")
    expect(page.get_by_text("They meet.")).to_be_visible()


def test_the_contents_are_folded_on_a_phone_and_lead_to_the_parts(site, arrive):
    make_review(published_at=utc_now(), body=f"{PARTS}\n\n{TABLE}\n\n{DETAILS}")
    page = arrive(site, viewport=NARROWEST).open(REVIEW)
    link = page.locator(".contents a").nth(2)
    expect(link).to_be_hidden()
    page.locator(".contents summary").press("Enter")
    assert link.bounding_box()["height"] >= 44
    link.press("Enter")
    expect(page.locator("#part-part-2")).to_be_in_viewport()
    assert page.url.endswith("#part-part-2")
    page.reload()
    check_everywhere(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(link).to_be_visible()
    expect(page.locator(".contents summary")).to_be_hidden()
