"""Which drama is it, and is it good? The first screen says so, on a phone and on a desktop."""

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from tests.builders import make_review

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
# A line of text is a little higher than its letters.
LEADING = 5
KINDS = {
    "korean": {"drama_korean_title": "런온", "rating": 8.5},
    "fifteen syllables": {
        "drama_korean_title": "슬기로운 감빵생활 그리고 다음 이야기",
        "rating": 10,
    },
    "latin alone": {"drama_korean_title": None, "drama_title": "D.P.", "rating": 9},
    "long word": {"drama_title": LONG, "title": LONG, "drama_network": LONG, "rating": 7.5},
    "arabic": {"title": "مسلسل رائع جدا", "body": "مسلسل رائع", "language": "ar", "rating": 8},
}
WATCH = [("Netflix", "https://netflix.example/")]
# Each text of the heading with its box, and whether the page is too wide.
MEASURE = """() => {
  const boxOf = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { top, bottom, left, right } = range.getBoundingClientRect();
    return { top, bottom, left, right, size: parseFloat(getComputedStyle(element).fontSize) };
  };
  const find = (name) => boxOf(document.querySelector(`main ${name}`));
  const { scrollWidth, clientWidth } = document.documentElement;
  return {
    drama: find(".drama-name"), headline: find(".headline"), score: find(".score b"),
    isTooWide: scrollWidth > clientWidth, height: innerHeight,
  };
}"""


def check_first_screen(page: Page) -> None:
    found = page.evaluate(MEASURE)
    drama, headline, score = found["drama"], found["headline"], found["score"]
    assert drama["size"] >= 16
    assert drama["bottom"] <= headline["top"] + LEADING
    for box in (drama, score):
        assert 0 <= box["top"] < box["bottom"] <= found["height"]
    assert not overlap(drama, score)
    assert not overlap(headline, score)
    assert not found["isTooWide"]


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"] - LEADING
        and other["top"] < one["bottom"] - LEADING
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_first_screen_names_the_drama_and_its_rating(site, arrive, kind):
    make_review(published_at=utc_now(), watch=WATCH, **kind)
    page = arrive(site).context.new_page()
    for width, height in ((390, 844), (1280, 900), (320, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for path in ("/", "/reviews/run-on"):
            page.goto(path)
            check_first_screen(page)
            if path != "/":
                expect(page.get_by_role("link", name="Netflix").first).to_be_in_viewport()
