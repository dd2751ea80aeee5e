"""How a page comes to stand, and how its text is set."""

import pytest
from playwright.sync_api import Page

from blog.clock import utc_now
from tests.browser.steps import REVIEW
from tests.builders import make_comment, make_published_comment, make_review

pytestmark = pytest.mark.browser

# Everything that moved without the reader's doing since the page began to load.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  const add = (list) => { for (const entry of list.getEntries()) sum += entry.value };
  const observer = new PerformanceObserver(add);
  observer.observe({ type: "layout-shift", buffered: true });
  // Two frames later the observer has been told of all that was buffered.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    add({ getEntries: () => observer.takeRecords() });
    resolve(sum);
  }));
})"""
# Of whole lines; the last of a paragraph is as long as it happens to be.
CHARACTERS_A_LINE = """() => {
  let characters = 0, lines = 0;
  for (const paragraph of document.querySelectorAll(".prose > p")) {
    const length = new Map();
    const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (let at = 0; at < texts.currentNode.length; at += 1) {
        const range = document.createRange();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + 1);
        const line = Math.round(range.getBoundingClientRect().bottom / 12);
        length.set(line, (length.get(line) ?? 0) + 1);
      }
    }
    const whole = [...length.values()].slice(0, -1);
    characters += whole.reduce((sum, count) => sum + count, 0);
    lines += whole.length;
  }
  return characters / lines;
}"""
STYLE_OF = """(element) => {
  const style = getComputedStyle(element);
  return [style.wordBreak, style.fontStyle, style.letterSpacing];
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", "/reviews/reply-1988"])
def test_nothing_moves_while_a_page_loads(demo_site, arrive, path, width):
    page = arrive(demo_site, viewport={"width": width, "height": 900}).open(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFT) < 0.02


@pytest.mark.parametrize("path", ["/", "/tags/family", "/reviews/reply-1988"])
def test_the_first_picture_loads_at_once_and_the_others_when_they_are_near(demo_site, arrive, path):
    page = arrive(demo_site).open(path)
    loading = page.locator("main img").evaluate_all("all => all.map(img => img.loading)")
    assert len(loading) > 1
    assert loading == ["auto"] + ["lazy"] * (len(loading) - 1)
    first = page.locator("main img").first
    assert first.evaluate("async img => { await img.decode(); return img.naturalWidth }") > 0


def test_lines_have_60_to_75_characters_on_a_desk(demo_site, arrive):
    page = arrive(demo_site).open("/reviews/reply-1988")
    assert 60 <= page.evaluate(CHARACTERS_A_LINE) <= 75


def test_korean_breaks_between_words_and_stands_upright(site, arrive):
    review = make_review(published_at=utc_now())
    make_published_comment(review=review, name="민아", body="정말 *좋아요*. 다시 보고 싶어요.")
    page = arrive(site).open(REVIEW)
    expected = ["keep-all", "normal", "normal"]
    assert style_of(page, ".comment-text p") == expected
    assert style_of(page, ".comment-text em") == expected
    assert style_of(page, ".comment-name")[:2] == expected[:2]


def test_one_comments_direction_leaves_the_next_alone(site, arrive):
    review = make_review(published_at=utc_now())
    make_published_comment(review=review, name="\u202eMina", body="\u202eturned round")
    make_published_comment(review=review, name="Jo", body="straight on")
    page = arrive(site).open(REVIEW)
    following = page.locator(".comment-text").nth(1)
    assert following.evaluate("text => getComputedStyle(text).direction") == "ltr"
    permalink = page.locator(".comment").nth(0).locator(".permalink")
    name = page.locator(".comment").nth(0).locator(".comment-name")
    assert name.bounding_box()["x"] < permalink.bounding_box()["x"]


def test_no_comment_is_wider_than_a_phone(site, arrive):
    review = make_review(published_at=utc_now())
    for body in ("w" * 3000, "https://example.org/" + "a" * 900, "`" + "x" * 2000 + "`"):
        make_published_comment(review=review, name="n" * 80, body=body)
    make_comment(review=review, body="Waiting " + "z" * 900)
    page = arrive(site, viewport={"width": 320, "height": 640}).open(REVIEW)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0


def style_of(page: Page, selector: str) -> list[str]:
    return page.locator(selector).first.evaluate(STYLE_OF)
