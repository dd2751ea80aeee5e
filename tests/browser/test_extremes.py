"""The looks of pages at their extremes: narrow screens, large text, long words, print."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.everybody import OVERFLOW, OVERLAPPING
from tests.browser.extremes import EXTREMES
from tests.builders import make_review

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Each view: its width, its height and the size of its text in pixels; 16 is a browser's own.
VIEWS = [(320, 640, 16), (390, 844, 32), (1280, 900, 16), (1280, 900, 32)]
# Return texts that are cut off: beyond the window, or by a box that neither scrolls nor grows.
CUT_OFF = """() => {
  const cut = [];
  const boxes = (element) => element && element !== document.documentElement
    ? [element, ...boxes(element.parentElement)] : [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, parent = text.parentElement;
    const isSeen = text.textContent.trim() && parent.checkVisibility()
      && !parent.closest(".unseen, .skip, script, style, template, textarea, #notices");
    if (!isSeen) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()];
    const all = boxes(parent);
    // Heaps of accents are cut off on purpose, above and below their line.
    const cutting = all.filter((box) => !box.matches("[data-hx-ignore]")
      && ["hidden", "clip"].includes(getComputedStyle(box).overflowX));
    const scrolls = all.some((box) => ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
      && box.scrollWidth > box.clientWidth);
    const isOut = rects.some(({ left, right, top, bottom }) =>
      (!scrolls && (left < -1 || right > innerWidth + 1))
      || cutting.map((box) => box.getBoundingClientRect()).some((box) => left < box.left - 1
        || right > box.right + 1 || top < box.top - 4 || bottom > box.bottom + 4));
    if (isOut) cut.push(text.textContent.trim().slice(0, 80));
  }
  return cut;
}"""
# Return pairs of texts that lie over each other by more than a third of a line.
OVER_ANOTHER = """() => {
  const lines = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, parent = text.parentElement;
    const isSeen = text.textContent.trim() && parent.checkVisibility()
      && !parent.closest(".unseen, .skip, script, template, textarea, [data-hx-ignore]");
    if (!isSeen) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (right - left > 1) lines.push({ left, right, top, bottom, text });
    }
  }
  lines.sort((a, b) => a.top - b.top);
  const pairs = [];
  for (const [at, one] of lines.entries()) {
    for (const other of lines.slice(at + 1)) {
      if (other.top > one.bottom) break;
      const shared = Math.min(one.bottom, other.bottom) - other.top;
      const least = Math.min(one.bottom - one.top, other.bottom - other.top);
      const meet = one.left + 2 < other.right && other.left + 2 < one.right;
      if (meet && one.text !== other.text && shared > least / 3) {
        pairs.push([one, other].map((line) => line.text.textContent.trim().slice(0, 60)));
      }
    }
  }
  return pairs;
}"""


def set_text_size(page: Page, pixels: int) -> None:
    """Set the size of text that a reader chose in the browser."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels}})


def check_looks(page: Page) -> None:
    """Check that nothing scrolls sideways, is cut off or lies over another thing."""
    at = f"{page.url} at {page.viewport_size['width']}"
    assert page.evaluate(OVERFLOW) <= 0, f"{at} scrolls sideways"
    assert page.evaluate(CUT_OFF) == [], at
    assert page.evaluate(OVER_ANOTHER) == [], at
    assert page.evaluate(OVERLAPPING) == [], at


@pytest.fixture
def page(site, arrive) -> Page:
    return arrive(site).context.new_page()


def check_views(page: Page, *paths: str) -> None:
    """Check the looks of pages in each view, at last in the colours of the system alone."""
    for width, height, text in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        set_text_size(page, text)
        for path in paths:
            page.goto(path)
            check_looks(page)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    check_looks(page)
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("make", EXTREMES)
def test_nothing_is_cut_off_or_lies_over_another_thing(page, make):
    check_views(page, f"/reviews/{make().slug}")


def test_nothing_is_cut_off_in_lists_of_extreme_reviews(page):
    slugs = [make().slug for make in EXTREMES]
    assert len(set(slugs)) == len(EXTREMES)
    check_views(page, "/", "/dramas", "/people")


def test_the_link_to_the_content_is_hidden_when_text_is_large(page):
    make_review()
    set_text_size(page, 32)
    page.goto("/")
    skip = page.locator(".skip")
    assert skip.bounding_box()["y"] + skip.bounding_box()["height"] <= 0
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
