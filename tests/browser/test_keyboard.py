"""Commenting and moderating by keyboard: the focus is visible and changes are announced."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.moderation.states import Status
from tests.browser.life import TOKEN, set_token
from tests.browser.steps import FOCUS_IS_SEEN, QUEUE, REVIEW, expect_focus, focused, set_marker
from tests.builders import (
    PASSWORD,
    make_comment,
    make_moderator_reply,
    make_published_comment,
    make_review,
)
from tests.desk.desk import make_crowd

pytestmark = pytest.mark.browser

WORDS = "Written without a mouse."
HEARD = [
    "Your draft is restored.",
    "Sending…",
    "Saved. Your comment is still awaiting approval.",
    "Withdrawn.",
]
# Record every announcement of a live region in `window.heard`, in order.
LISTEN = """() => {
  const live = "[role=status], [role=alert], [aria-live]";
  window.heard = [];
  new MutationObserver((changes) => {
    for (const change of changes) {
      const place = change.target.closest ? change.target : change.target.parentElement;
      const region = place?.closest(live);
      const words = region?.textContent.trim();
      if (words) window.heard.push(words);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_a_comment_is_sent_and_approved_by_keyboard(site, arrive, moderator):
    make_review(published_at=utc_now())
    page = arrive(site).open(REVIEW)
    page.evaluate(LISTEN)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, "#body")
    page.keyboard.type(WORDS)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect_focus(page, "#author_name")
    page.keyboard.type("Jo")
    tab_to(page, "[data-remember]")
    page.keyboard.press("Space")
    expect(page.locator("[data-remember]")).not_to_be_checked()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS_IS_SEEN)
    page.keyboard.press("Enter")
    expect(page.locator("#waiting .waiting")).to_be_focused()
    assert page.evaluate("window.heard") == ["Sending…"], "the focus announces it, once"
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Edit")).to_be_focused()
    tab_to(page, "#sent a")
    page.keyboard.press("Enter")
    expect_focus(page, "#body")

    desk = arrive(site).open(QUEUE)
    tab_to(desk, "#email")
    desk.keyboard.type("mina@example.org")
    desk.keyboard.press("Tab")
    desk.keyboard.type(PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.locator("article.row")).to_have_count(1)
    tab_to(desk, ".approve")
    desk.keyboard.press("Space")
    expect(desk.locator("article.decided")).to_contain_text("Published")
    expect(desk.locator(".empty")).to_be_focused()

    page.goto(REVIEW)
    expect(page.locator("#comment-list .comment-text")).to_have_text([WORDS])


def test_a_reply_is_sent_edited_and_withdrawn_by_keyboard(site, arrive):
    other = make_published_comment(review=make_review(published_at=utc_now()), now=utc_now())
    page = arrive(site).open(REVIEW)
    page.evaluate(LISTEN)
    reply, body = f"#to-{other.id}", f"#body-{other.id}"
    tab_to(page, reply)
    page.keyboard.press("Enter")
    expect_focus(page, body)
    page.keyboard.type("A word that is kept")
    tab_to(page, f"#comment-form-{other.id} .cancel")
    page.keyboard.press("Enter")
    expect_focus(page, f"#comment-{other.id}")
    assert page.evaluate(FOCUS_IS_SEEN)
    tab_to(page, reply)
    page.keyboard.press("Enter")
    expect(page.locator(body)).to_have_value("A word that is kept")
    tab_to(page, f"#author_name-{other.id}")
    page.keyboard.type("Jo")
    tab_to(page, f"#comment-form-{other.id} [type=submit]")
    page.keyboard.press("Enter")
    own = page.locator(f"#waiting-{other.id} .waiting")
    expect(own).to_be_focused()
    assert page.evaluate(FOCUS_IS_SEEN)

    tab_to(page, f"#waiting-{other.id} a[data-hx-get]")
    page.keyboard.press("Enter")
    expect(own.get_by_role("textbox", name="Comment")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(WORDS)
    tab_to(page, f"#waiting-{other.id} .comment-form [type=submit]")
    page.keyboard.press("Enter")
    expect(own).to_be_focused()
    expect(own.locator("[data-reader-text]")).to_have_text(WORDS)
    # Opening the form again leaves the waiting reply in place and usable.
    page.locator(reply).focus()
    page.keyboard.press("Enter")
    expect_focus(page, body)
    expect(own.locator("[data-reader-text]")).to_have_text(WORDS)
    page.locator(f"#waiting-{other.id} .withdraw summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    withdrawn = page.locator(f"#waiting-{other.id} > li")
    expect(withdrawn).to_contain_text("Withdrawn.")
    expect(withdrawn).to_be_focused()
    assert page.evaluate(FOCUS_IS_SEEN)
    heard = page.evaluate("window.heard")
    assert [words for words in dict.fromkeys(heard) if words in HEARD] == HEARD
    assert heard[-1] == HEARD[-1]


def test_escape_closes_an_open_form_and_keeps_its_words_as_a_draft(site, arrive):
    review = make_review(published_at=utc_now())
    other = make_published_comment(review=review, now=utc_now())
    own = make_comment(review=review, token=TOKEN, now=utc_now())
    page = set_token(arrive(site).context.new_page())
    page.goto(REVIEW)
    places = {
        f"#to-{other.id}": f"#body-{other.id}",
        f"#comment-{own.id} .own-tools > a": f"#body-edit-{own.id}",
    }
    for link, body in places.items():
        page.locator(link).press("Enter")
        expect_focus(page, body)
        page.keyboard.type("A word that is kept. ")
        composed = {"key": "Escape", "isComposing": True}
        page.locator(body).dispatch_event("keydown", composed)
        expect_focus(page, body)
        words = page.locator(body).input_value()
        page.keyboard.press("Escape")
        expect(page.locator(body)).to_have_count(0)
        expect_focus(page, link)
        assert page.evaluate(FOCUS_IS_SEEN)
        page.keyboard.press("Enter")
        expect(page.locator(body)).to_have_value(words)
    # The form below all comments was not opened, so it stays.
    page.locator("#body").press("Escape")
    expect_focus(page, "#body")


def test_a_refusal_takes_the_focus_to_its_summary_which_leads_to_the_field(reader):
    tab_to(reader, "#comment-form .contact summary")
    reader.keyboard.press("Enter")
    tab_to(reader, "#author_email")
    reader.keyboard.type("no address")
    set_marker(reader)
    reader.evaluate(LISTEN)
    reader.keyboard.press("Enter")
    expect_focus(reader, "#faults")
    assert reader.evaluate(FOCUS_IS_SEEN)
    assert reader.evaluate("window.heard") == ["Sending…"], "the focus announces it, once"
    tab_to(reader, "#faults a[href='#author_email']")
    reader.keyboard.press("Enter")
    expect_focus(reader, "#author_email")
    expect(reader.locator("#author_email")).to_have_value("no address")
    described = reader.locator("#author_email").get_attribute("aria-describedby").split()
    assert described == ["author_email-fault", "author_email-hint"]


def test_a_decision_is_announced_and_moves_the_focus_to_the_next_row(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    for words in ("The first.", "The second.", "The third."):
        make_comment(review=review, body=words, now=utc_now())
    desk = arrive(site).open(f"/admin/login?next={QUEUE}")
    desk.fill("#email", "mina@example.org")
    desk.fill("#password", PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.locator("article.row")).to_have_count(3)
    desk.evaluate(LISTEN)
    tab_to(desk, ".spam")
    desk.keyboard.press("Enter")
    expect(desk.locator("article.row").nth(1)).to_be_focused()
    assert desk.evaluate(FOCUS_IS_SEEN)
    expect(desk.locator("article.decided")).to_contain_text("Marked as spam")
    expect(desk.locator("#message")).to_have_text("Marked as spam. 2 left")
    assert desk.evaluate("window.heard") == ["Marked as spam. 2 left"]
    expect(desk.locator("article.row").nth(1)).to_be_focused()
    tab_to(desk, ".approve")
    expect(desk.locator("article.row").nth(1).locator(".approve")).to_be_focused()


def test_more_comments_are_loaded_with_their_replies_and_get_the_focus(site, arrive, review):
    make_crowd(review, 51, status=Status.PUBLISHED, now=utc_now() - timedelta(hours=1))
    last = make_published_comment(review=review, body="The last.", now=utc_now())
    make_moderator_reply(comment=last, body="To the last one.", now=utc_now())
    page = arrive(site).open(REVIEW)
    set_marker(page)
    page.route("**/comments?*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    page.click("#more-comments a")
    expect(page.locator("#notices")).to_contain_text("The site did not respond.")
    page.unroute("**/comments?*")
    page.evaluate(LISTEN)
    page.locator("#more-comments a").focus()
    page.keyboard.press("Enter")
    items = page.locator("#comment-list > li")
    expect(items).to_have_count(52)
    expect(items.nth(50)).to_be_focused()
    assert page.evaluate(FOCUS_IS_SEEN)
    expect(items.last.locator("ol.replies")).to_contain_text("To the last one.")
    assert page.evaluate("window.heard") == []
    assert page.evaluate("window.marker")


def test_every_focused_element_of_a_page_is_visible(site, arrive):
    make_review(published_at=utc_now(), tags=["romance"], trailer_url="https://example.org/trailer")
    page = arrive(site).open(REVIEW)
    stops = tab_to(page, ".site-foot a[href='/feed.atom']")
    assert len(stops) > 12
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Terms"


def tab_to(page: Page, selector: str) -> list[str]:
    """Press Tab until an element has the focus; return the ids of the elements focused on the way.

    Check that the focus is visible on each of them.
    """
    # The element may be visible before the stylesheet has loaded.
    page.wait_for_load_state("load")
    stops = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stops.append(focused(page))
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return stops
    raise AssertionError(f"{selector} is not reached with Tab: {stops}")
