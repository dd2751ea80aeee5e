"""Accessibility of every public page in each of its states."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.db.transactions import write
from blog.reviews.commands import override_comments
from blog.reviews.models import CommentsOverride
from tests.browser.everybody import DESKTOP, check_colours, check_everywhere
from tests.browser.steps import QUEUE, REVIEW, send, set_token, write_comment
from tests.browser.talk import TOKEN, make_talk
from tests.browser.visitor import Visitor
from tests.builders import make_published_comment, make_published_reply, make_review

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ALL_MINE = "/reviews/comments/mine"


def test_the_demo_is_accessible(demo_site, arrive):
    check_pages(
        arrive(demo_site), "/", "/dramas", "/people", "/reviewers/hana-yoo", "/reviews/reply-1988"
    )


def test_the_fixed_pages_are_accessible(site, arrive):
    check_pages(arrive(site), "/about", "/privacy", "/terms", "/nothing-here", "/", QUEUE, ALL_MINE)


def check_pages(visitor: Visitor, *paths: str) -> None:
    """Open each path, and check the page."""
    page = visitor.context.new_page()
    for path in paths:
        page.goto(path)
        check_everywhere(page)


def test_a_review_with_closed_comments_is_accessible(site, arrive):
    review = make_review(published_at=utc_now(), body=EVERYTHING)
    comment = make_published_comment(
        review=review, body="> quoted\n\n`code` and https://example.org/a."
    )
    make_published_reply(to=comment, name="민아", body="좋아요! *정말* 좋아요.")
    write(override_comments, review_id=review.id, override=CommentsOverride.CLOSED)
    reader = arrive(site)
    check_pages(reader, REVIEW, f"{REVIEW}/comments")
    expect(reader.context.pages[0].locator("a.reply")).to_have_count(0)


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


def test_every_kind_of_comment_and_its_forms_are_accessible(site, arrive):
    talk = make_talk()
    visitor = arrive(site)
    set_token(visitor, token=TOKEN)
    page = visitor.open(REVIEW)
    expect(page.locator("li.own")).to_have_count(3)
    expect(page.locator(f"#comment-{talk.published.id} .own-tools")).to_be_visible()
    expect(page.locator(".gap > .state")).to_have_text("This comment was taken down.")
    check_everywhere(page)
    check_colours(page)
    page.set_viewport_size(DESKTOP)
    page.click(f"#to-{talk.reply.id}")
    page.locator(f"#comment-form-{talk.reply.id}").get_by_role("button", name="Send").click()
    expect(page.locator(f"#respond-{talk.reply.id} .faults")).to_be_focused()
    page.locator(f"#comment-{talk.waiting.id}").get_by_role("link", name="Edit").click()
    expect(page.locator(f"#body-edit-{talk.waiting.id}")).to_be_focused()
    check_everywhere(page)
    page.set_viewport_size(DESKTOP)
    page.fill(f"#author_name-{talk.reply.id}", "Jo")
    page.fill(f"#body-{talk.reply.id}", "A reply, sent at last.")
    page.locator(f"#comment-form-{talk.reply.id}").get_by_role("button", name="Send").click()
    expect(page.locator(f"#waiting-{talk.reply.id} .waiting")).to_be_focused()
    withdraw = page.locator(f"#comment-{talk.waiting.id} .withdraw")
    withdraw.locator("summary").click()
    withdraw.get_by_role("button").click()
    expect(page.locator(f"#comment-{talk.waiting.id}")).to_contain_text("Withdrawn.")
    check_everywhere(page)


def test_the_pages_of_a_comment_and_of_own_comments_are_accessible(site, arrive):
    talk = make_talk()
    visitor = arrive(site)
    set_token(visitor, token=TOKEN)
    parent = f"{REVIEW}/comments/{talk.parent.id}"
    waiting = f"{REVIEW}/comments/{talk.waiting.id}"
    check_pages(
        visitor,
        *(f"{parent}/replies", f"{parent}/replies/new", f"{waiting}/revisions/new"),
        *(f"{REVIEW}/comments/mine", ALL_MINE),
    )
    page = visitor.context.pages[0]
    page.get_by_role("button", name="Delete my comments").click()
    expect(page.locator("h1")).to_have_text("Delete your comments?")
    check_everywhere(page)


def test_the_page_after_sending_is_accessible(reader):
    write_comment(reader, body="Waiting for you.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_be_focused()
    check_everywhere(reader)
    reader.reload()
    expect(reader.locator("#waiting .waiting")).to_be_visible()
    check_everywhere(reader)
    reader.goto(f"{REVIEW}/comments/mine")
    check_everywhere(reader)


def test_a_refused_comment_is_accessible(reader):
    write_comment(reader, name="", email="nonsense", body="\u3164")
    send(reader)
    expect(reader.locator("#faults")).to_be_focused()
    check_everywhere(reader)
    # A browser without scripts sends the form plainly, and the response is a whole page.
    reader.evaluate("document.querySelector('#comment-form').submit()")
    expect(reader.locator("h1")).to_have_text("Your comment is not sent yet")
    check_everywhere(reader)


def test_a_failed_request_is_accessible(reader):
    reader.route(
        f"**{REVIEW}/comments",
        lambda route: route.continue_(url=route.request.url.replace("run-on", "gone")),
    )
    write_comment(reader, body="Words in a notice.")
    send(reader)
    expect(reader.locator("#notices textarea")).to_be_visible()
    check_everywhere(reader)


def test_a_404_page_that_returns_the_text_is_accessible(reader):
    write_comment(reader, body="Words for a page that is gone.")
    with not_public(reader):
        expect(reader.locator("#words")).to_have_value("Words for a page that is gone.")
        check_everywhere(reader)


@contextmanager
def not_public(page: Page):
    """Send the form plainly to a review that does not exist, and yield on the page of the 404."""
    page.evaluate(
        "(form => { form.action = form.action.replace('run-on', 'gone'); form.submit() })"
        "(document.querySelector('#comment-form'))"
    )
    page.wait_for_url("**/reviews/gone/comments")
    yield


def test_a_refused_sign_in_is_accessible(site, arrive):
    page = arrive(site).open("/admin/login")
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "not the password")
    page.click("main button")
    expect(page.locator("#faults")).to_be_visible()
    check_everywhere(page)
