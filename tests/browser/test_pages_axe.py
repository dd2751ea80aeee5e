"""Every page and each of its states, for everybody: axe-core, small screens, other settings."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.comments.models import Verdict
from blog.comments.queries import find_comment
from tests.browser.steps import QUEUE, REVIEW, check_axe, row_of, send, sign_in, write_comment
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_review,
)

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 640}

# WCAG 2.5.8: what is smaller than 24 pixels, but for links that stand in a sentence, and targets
# whose 24-pixel circle meets no other's.
SMALL_TARGETS = """() => {
  const seen = [...document.querySelectorAll("a[href], button, input, textarea, select, summary")]
    .filter((el) => el.type !== "hidden" && el.checkVisibility() && !el.closest(".unseen, .skip"))
    .filter((el) => !el.closest("[aria-hidden=true]"));
  const inSentence = (el) => getComputedStyle(el).display === "inline"
    && [...el.parentElement.childNodes].some((n) => n !== el && n.textContent.trim());
  return seen.filter((el) => {
    const box = (el.closest("label") ?? el).getBoundingClientRect();
    return (box.width < 23.9 || box.height < 23.9) && !inSentence(el);
  }).map((el) => el.outerHTML.slice(0, 160) + JSON.stringify(el.getBoundingClientRect()));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check_everywhere(page: Page) -> None:
    """Look at a page by day and night, on a phone and a desk, and in other ways."""
    page.emulate_media(reduced_motion="no-preference", forced_colors="none")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            check_axe(page)
        assert page.evaluate(SMALL_TARGETS) == [], f"targets too small at {size}"
    page.set_viewport_size(NARROWEST)
    assert page.evaluate(OVERFLOW) <= 0, "scrolls sideways at 320 px"
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert page.evaluate("document.getAnimations().length") == 0
    expect(page.locator("h1")).to_be_attached()
    expect(page.locator("main")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/tags/family", "/reviews/reply-1988"])
def test_the_demo_is_for_everybody(demo_site, arrive, path):
    check_everywhere(arrive(demo_site).open(path))


@pytest.mark.parametrize("path", ["/about", "/privacy", "/terms", "/nothing-here", "/", QUEUE])
def test_a_standing_page_is_for_everybody(site, arrive, path):
    check_everywhere(arrive(site).open(path))


@pytest.mark.parametrize("path", [REVIEW, f"{REVIEW}/comments", f"{REVIEW}/comments/mine"])
def test_a_review_and_its_comments_are_for_everybody(site, arrive, path):
    review = make_review(published_at=utc_now(), comments_open=False, body=EVERYTHING)
    make_published_comment(review=review, body="> quoted\n\n`code` and https://example.org/a.")
    make_published_comment(review=review, name="민아", body="좋아요! *정말* 좋아요.")
    check_everywhere(arrive(site).open(path))


EVERYTHING = """Words with [a link](https://example.org) in them, and `code`.

## A heading

| one | two |
| --- | --- |
| a | a rather long cell that would be too wide for any phone there is, and more |

> A quotation.

1. first
2. second

---

```
a line of code that is so long that it would not fit on any telephone that was ever made, ever
```
"""


def test_what_follows_sending_is_for_everybody(reader):
    write_comment(reader, body="Waiting for you.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_be_focused()
    check_everywhere(reader)
    reader.reload()
    expect(reader.locator("#waiting .waiting")).to_be_visible()
    check_everywhere(reader)
    reader.goto(f"{REVIEW}/comments/mine")
    check_everywhere(reader)


def test_a_refused_comment_is_for_everybody(reader):
    write_comment(reader, name="", email="nonsense", body="x")
    send(reader)
    expect(reader.locator("#faults")).to_be_focused()
    check_everywhere(reader)
    # As a browser without script sends it; the answer is a page.
    reader.evaluate("document.querySelector('#comment-form').submit()")
    expect(reader.locator("h1")).to_have_text("Your comment is not sent yet")
    check_everywhere(reader)


def test_a_failure_is_for_everybody(reader):
    reader.route(
        f"**{REVIEW}/comments",
        lambda route: route.continue_(url=route.request.url.replace("run-on", "gone")),
    )
    write_comment(reader, body="Words in a notice.")
    send(reader)
    expect(reader.locator("#notices textarea")).to_be_visible()
    check_everywhere(reader)


def test_a_page_that_gives_words_back_is_for_everybody(reader):
    write_comment(reader, body="Words for a page that is gone.")
    with not_public(reader):
        expect(reader.locator("#words")).to_have_value("Words for a page that is gone.")
        check_everywhere(reader)


@contextmanager
def not_public(page: Page):
    """Send the form, as a browser without script does, to a review that is not there."""
    page.evaluate(
        "(form => { form.action = form.action.replace('run-on', 'gone'); form.submit() })"
        "(document.querySelector('#comment-form'))"
    )
    page.wait_for_url("**/reviews/gone/comments")
    yield


def test_a_refused_sign_in_is_for_everybody(site, arrive):
    page = arrive(site).open("/admin/login")
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "not the password")
    page.click("main button")
    expect(page.locator("#faults")).to_be_visible()
    check_everywhere(page)


def test_the_queue_is_for_everybody_after_each_step(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    long = "A very long comment. " * 40 + "\n\n" + "가나다라마바사" * 60
    for number in range(5):
        make_comment(review=review, body=f"Number {number}. {long}", email="jo@example.org")
    other = make_moderator(email="other@example.org", name="Another")
    desk = arrive(site).open("/admin/login")
    sign_in(desk)
    check_everywhere(desk)

    desk.set_viewport_size(DESKTOP)
    row_of(desk, "Number 1.").get_by_role("button", name="Approve").click()
    expect(desk.locator("article.decided")).to_be_focused()
    check_everywhere(desk)

    desk.set_viewport_size(DESKTOP)
    row = row_of(desk, "Number 2.")
    number = int(row.get_attribute("id").partition("-")[2])
    decide_elsewhere(number, other)
    row.get_by_role("button", name="Spam").click()
    expect(row.locator(".row-notice")).to_contain_text("Another rejected this comment")
    expect(row).to_be_focused()
    check_everywhere(desk)

    for path in (f"{QUEUE}?q=Number", f"{QUEUE}?q=nothing", f"{QUEUE}?status=published"):
        desk.goto(path)
        check_everywhere(desk)


def decide_elsewhere(number: int, moderator) -> None:
    make_decision(
        comment=find_comment(comment_id=number), moderator=moderator, verdict=Verdict.REJECT
    )


def test_a_full_page_of_the_queue_is_for_everybody(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    for number in range(51):
        make_comment(review=review, body=f"Number {number}.")
    desk = arrive(site).open("/admin/login")
    sign_in(desk)
    expect(desk.get_by_role("link", name="Next page")).to_be_visible()
    check_everywhere(desk)


def test_an_empty_queue_is_for_everybody(site, arrive, moderator):
    desk = arrive(site).open("/admin/login")
    sign_in(desk)
    expect(desk.locator(".empty")).to_contain_text("Nothing waits.")
    check_everywhere(desk)
    desk.goto("/admin/nothing-here")
    check_everywhere(desk)
