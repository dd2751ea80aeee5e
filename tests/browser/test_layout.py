"""The layout of pages: shifts while loading, line lengths, Korean text, narrow screens."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, Route, expect

from blog.clock import utc_now
from blog.moderation.states import Verdict
from tests.browser.desk import fill, open_queue
from tests.browser.everybody import OVERFLOW
from tests.browser.steps import QUEUE, REVIEW, set_token
from tests.browser.talk import TOKEN, make_talk
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_published_reply,
    make_review,
    make_reviewer,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARTICLE = "/reviews/reply-1988"
# Return the sum of all layout shifts since the page began to load.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  const add = (list) => { for (const entry of list.getEntries()) sum += entry.value };
  const observer = new PerformanceObserver(add);
  observer.observe({ type: "layout-shift", buffered: true });
  // After two frames the observer has received all buffered entries.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    add({ getEntries: () => observer.takeRecords() });
    resolve(sum);
  }));
})"""
# Return the average length of lines, without the last line of each paragraph.
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
EDGE_IS_SEEN = """(picture) => {
  const { left, top } = picture.getBoundingClientRect();
  return document.elementFromPoint(left + 2, Math.max(top, 0) + 2) === picture;
}"""
STYLE_OF = """(element) => {
  const style = getComputedStyle(element);
  return [style.wordBreak, style.fontStyle, style.letterSpacing];
}"""


def test_a_page_does_not_shift_while_it_loads(demo_site, arrive):
    page = arrive(demo_site).context.new_page()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/", ARTICLE):
            page.goto(path)
            # Only pictures near the window are loaded.
            page.locator("main img").first.evaluate("img => img.decode()")
            assert page.evaluate(SHIFT) < 0.02, (path, width)


def test_pictures_load_lazily_and_lines_have_60_to_75_characters(demo_site, arrive):
    page = arrive(demo_site).context.new_page()
    for path in ("/", "/tags/family", ARTICLE):
        page.goto(path)
        loading = page.locator("main img").evaluate_all("all => all.map(img => img.loading)")
        assert len(loading) > 1
        assert loading == ["auto"] + ["lazy"] * (len(loading) - 1)
        first = page.locator("main img").first
        assert first.evaluate("async img => { await img.decode(); return img.naturalWidth }") > 0
    # The last page is the article. Its pictures are wider than its lines, and not cut off.
    first.scroll_into_view_if_needed()
    assert first.evaluate(EDGE_IS_SEEN)
    assert 60 <= page.evaluate(CHARACTERS_A_LINE) <= 75


def test_korean_breaks_between_words_and_is_not_italic(site, arrive):
    review = make_review(
        published_at=utc_now(), title="멈춘 사람", body="정말 *좋은* 드라마였다.", language="ko"
    )
    make_published_comment(review=review, name="민아", body="정말 *좋아요*. 다시 보고 싶어요.")
    page = arrive(site).open(REVIEW)
    expected = ["keep-all", "normal", "normal"]
    for place in (".headline", ".prose p", ".prose em"):
        assert style_of(page, place) == expected, place
    assert style_of(page, ".comment-text p") == expected
    assert style_of(page, ".comment-text em") == expected
    assert style_of(page, ".comment-name")[:2] == expected[:2]


def test_the_direction_of_one_comment_does_not_affect_the_next(site, arrive):
    review = make_review(published_at=utc_now())
    make_published_comment(review=review, name="\u202eMina", body="\u202eturned round")
    make_published_comment(review=review, name="Jo", body="straight on")
    page = arrive(site).open(REVIEW)
    following = page.locator(".comment-text").nth(1)
    assert following.evaluate("text => getComputedStyle(text).direction") == "ltr"
    permalink = page.locator(".comment").nth(0).locator(".permalink")
    name = page.locator(".comment").nth(0).locator(".comment-name")
    assert name.bounding_box()["x"] < permalink.bounding_box()["x"]


def test_heaps_of_accents_paint_over_no_neighbour(site, arrive):
    review = make_review(published_at=utc_now())
    heap = "".join(letter + "\u030d\u0329" * 15 for letter in "zo")
    parent = make_published_comment(review=review, token=TOKEN)
    for name, body in (("Jo", "Before."), (heap, f"{heap}\n\n{heap}"), ("Jo", "After.")):
        make_published_reply(to=parent, name=name, body=body, token=TOKEN)
        make_comment(review=review, name=name, body=f"{body} In the queue.")
    visitor = arrive(site)
    check_neighbours(visitor.open(REVIEW), ".reply-item")
    set_token(visitor, token=TOKEN)
    check_neighbours(visitor.open(f"{REVIEW}/comments/mine"), "li.own")
    make_moderator()
    check_neighbours(open_queue(arrive, site), "article.row")


def check_neighbours(page: Page, comments: str) -> None:
    """Check that the comments beside one with heaps of accents look the same without its text."""
    texts = page.locator(comments).filter(has_text="\u030d\u0329").locator('[dir="auto"]')
    plain = page.locator(comments).filter(has_not_text="\u030d\u0329")
    assert texts.count() >= 2
    assert plain.count() >= 2
    before = [picture_of(one) for one in plain.all()]
    texts.evaluate_all("all => all.forEach(one => { one.style.visibility = 'hidden' })")
    for one, picture in zip(plain.all(), before, strict=True):
        changes = ImageChops.difference(picture, picture_of(one)).getextrema()
        # Round corners may differ by one step in 255.
        assert max(most for _least, most in changes) < 8


def picture_of(element: Locator) -> Image.Image:
    return Image.open(BytesIO(element.screenshot())).convert("RGB")


def test_no_comment_is_wider_than_a_phone(site, arrive):
    talk = make_talk()
    for body in ("w" * 3000, "https://example.org/" + "a" * 900, "`" + "x" * 2000 + "`"):
        long = make_published_comment(review=talk.review, name="n" * 80, body=body)
        make_published_reply(to=make_published_reply(to=long, name="n" * 80), body=body)
    visitor = arrive(site, viewport={"width": 320, "height": 640})
    set_token(visitor, token=TOKEN)
    page = visitor.open(REVIEW)
    page.click(f"#to-{talk.reply.id}")
    expect(page.locator(f"#body-{talk.reply.id}")).to_be_focused()
    page.locator(f"#comment-{talk.published.id}").get_by_role("link", name="Edit").click()
    expect(page.locator(f"#body-edit-{talk.published.id}")).to_be_focused()
    assert page.evaluate(OVERFLOW) <= 0
    widths = page.locator("[name=body]").evaluate_all("all => all.map(one => one.clientWidth)")
    assert len(widths) == 3
    assert min(widths) >= 200, "a text field is too narrow"
    page.goto("/reviews/comments/mine")
    assert page.evaluate(OVERFLOW) <= 0


def test_no_name_in_a_list_is_wider_than_a_phone(site, arrive):
    long = "x" * 100
    named = {"drama_title": long, "drama_network": long, "cast": [(long, long)], "byline": long}
    make_reviewer(slug="x", name=long, biography=long)
    for slug in ("a", "b"):
        make_review(slug=slug, published_at=utc_now(), tags=["x" * 40], **named)
    page = arrive(site, viewport={"width": 320, "height": 700}).context.new_page()
    for path in ("/dramas", "/people", f"/people/{long}", "/reviewers/x", "/reviews/a"):
        page.goto(path)
        assert page.evaluate(OVERFLOW) <= 0, path


def test_own_comments_join_the_page_without_moving_the_visible_text(site, arrive):
    talk = make_talk()
    visitor = arrive(site, viewport={"width": 360, "height": 640})
    set_token(visitor, token=TOKEN)
    held: list[Route] = []
    page = visitor.context.new_page()
    page.route(f"**{REVIEW}/comments/mine", lambda route: held.append(route))
    with page.expect_request("**/comments/mine"):
        page.goto(REVIEW)
    # The reader's own comment, which gets the buttons, is above this reply.
    reply = page.locator(f"#comment-{talk.reply.id} > .comment-text")
    reply.evaluate("text => text.scrollIntoView({ behavior: 'instant' })")
    before = reply.bounding_box()["y"]
    held[0].continue_()
    expect(page.locator("li.own")).to_have_count(3)
    expect(page.locator(f"#comment-{talk.published.id} .own-tools")).to_be_attached()
    assert abs(reply.bounding_box()["y"] - before) < 1


def test_approve_has_the_second_colour_and_red_is_for_what_destroys(site, arrive, review):
    fill(review, 1)
    make_decision(
        comment=make_comment(review=review),
        moderator=make_moderator(email="o@example.org"),
        verdict=Verdict.SPAM,
    )
    page = open_queue(arrive, site)
    colours = {}
    for name, path in (
        ("Approve", QUEUE),
        ("Reject: 1", "/admin/bulks/new?verdict=reject&q=Row"),
        ("Delete permanently", "/admin/purges/new"),
    ):
        page.goto(path)
        button = page.locator("main").get_by_role("button", name=name).first
        button.hover()
        colours[name] = button.evaluate("button => getComputedStyle(button).backgroundColor")
    assert colours["Approve"] == colours["Reject: 1"] == "rgb(31, 95, 98)"
    assert colours["Delete permanently"] == "rgb(171, 26, 50)"


def style_of(page: Page, selector: str) -> list[str]:
    return page.locator(selector).first.evaluate(STYLE_OF)
