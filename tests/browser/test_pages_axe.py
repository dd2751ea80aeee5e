"""Every page and each of its states, for everybody: axe-core, small screens, other settings."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from tests.browser.everybody import check_everywhere
from tests.browser.steps import QUEUE, REVIEW, send, write_comment
from tests.builders import make_published_comment, make_review

pytestmark = pytest.mark.browser


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
