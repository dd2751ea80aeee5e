"""What a moderator reads is seen: no line is cut in two, and no row begins under the heading."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import fetch_changes, fill, fill_with, open_queue, press, row
from tests.browser.steps import QUEUE

pytestmark = pytest.mark.browser

SIZES = [(390, 2), (1280, 1)]
# Without it, a jump takes its time.
STILL = {"reduced_motion": "reduce"}
# How many lines of the texts are cut by the lower edge of their box, and how many are below it.
LINES = """() => [...document.querySelectorAll(".comment-text")].map((text) => {
  const { bottom } = text.getBoundingClientRect();
  const range = document.createRange();
  range.selectNodeContents(text);
  const lines = [...range.getClientRects()].filter((line) => line.width > 1 && line.height > 1);
  const cut = lines.filter((line) => line.top < bottom - 1 && line.bottom > bottom + 1);
  return [cut.length, lines.filter((line) => line.top >= bottom - 1).length > 0];
})"""
# Each begins with another number of lines before what makes the lines uneven.
TEXTS = {
    "paragraphs": "\n\n".join(["A paragraph of one line."] * 14),
    "a quote": "First.\n\n> " + "Quoted words of the second lead. " * 12 + "\n\n" + "Last. " * 40,
    "a list": "My favourites:\n\n" + "\n".join(f"- Drama `number {n}`" for n in range(14)),
    "Korean": "한국어로 쓴 문단입니다.\n\n" * 3 + "드라마를 다시 보았습니다. " * 60,
    "accents": "Heaps.\n\n" + ("a" + "\u0301" * 12 + " word ") * 140,
    "Arabic": "فقرة أولى.\n\n" * 3 + "شاهدت المسلسل مرة أخرى. " * 40,
}


def enlarge(page: Page, factor: int) -> None:
    """Set the size of text that the reader has chosen in the browser."""
    page.evaluate("size => { document.documentElement.style.fontSize = size }", f"{factor * 100}%")


@pytest.mark.parametrize(("width", "factor"), SIZES)
def test_a_long_text_is_never_cut_in_the_middle_of_a_line(site, arrive, review, width, factor):
    fill_with(review, list(TEXTS.values()))
    desk = open_queue(arrive, site, viewport={"width": width, "height": 900})
    enlarge(desk, factor)
    assert desk.evaluate(LINES) == [[0, True]] * len(TEXTS)
    for button in desk.get_by_text("Show full text").all():
        button.click()
    assert desk.evaluate(LINES) == [[0, False]] * len(TEXTS)


@pytest.mark.parametrize(("width", "factor"), SIZES)
def test_no_name_is_under_the_heading_after_a_jump(site, arrive, review, width, factor):
    comments = fill(review, 12)
    desk = open_queue(arrive, site, viewport={"width": width, "height": 900}, **STILL)
    enlarge(desk, factor)
    fill(review, 3, first=13)
    fetch_changes(desk)
    expect(desk.get_by_role("link", name="3 new")).to_be_visible()
    linked = f"#comment-{comments[5].id}"
    # A link to a row; the first field of the row above; the keys.
    desk.evaluate("name => { location.hash = name }", linked)
    expect_name_in_sight(desk, linked)
    row(desk, 5).get_by_role("checkbox", name="Select").focus()
    expect_name_in_sight(desk, ".row:focus-within")
    for key in "jkkkkjj":
        press(desk, key)
        expect_name_in_sight(desk, ".row:focus")


def test_a_page_that_opens_at_a_row_shows_its_name_below_the_heading(site, arrive, review):
    comments = fill(review, 12)
    desk = open_queue(arrive, site, viewport={"width": 320, "height": 500}, **STILL)
    desk.goto("about:blank")
    desk.goto(f"{QUEUE}#comment-{comments[5].id}")
    expect(desk.locator("body.has-scripts")).to_be_attached()
    expect_name_in_sight(desk, f"#comment-{comments[5].id}")
    expect(desk.locator(".row.current")).to_have_attribute("data-row", str(comments[5].id))


def expect_name_in_sight(page: Page, selector: str) -> None:
    heading = page.locator(".queue-title").bounding_box()
    name = page.locator(f"{selector} [data-reader-name]").bounding_box()
    assert heading["y"] + heading["height"] <= name["y"]
    assert name["y"] + name["height"] <= page.viewport_size["height"]
