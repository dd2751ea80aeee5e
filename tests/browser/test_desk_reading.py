"""What a moderator reads is seen: no line is cut in two, and no row begins under the heading."""

import pytest
from playwright.sync_api import Page

from tests.browser.desk import fill_with, open_queue

pytestmark = pytest.mark.browser

SIZES = [(390, 1), (390, 2), (1280, 1), (1280, 2)]
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
