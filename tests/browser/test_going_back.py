"""Back leads to the place in the comments that the reader left."""

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from tests.browser.steps import REVIEW
from tests.builders import make_published_comment, make_published_reply, make_review
from tests.patience import wait_until

pytestmark = pytest.mark.browser

TOP = "document.querySelector('{}').getBoundingClientRect().top"


def test_back_after_more_comments_shows_them_again_at_the_same_place(site, arrive):
    review, now = make_review(published_at=utc_now()), utc_now()
    comments = [make_published_comment(review=review, now=now) for _ in range(60)]
    thread, last = comments[10], comments[-1]
    replies = [make_published_reply(to=thread, now=now) for _ in range(21)]
    page = arrive(site).open(REVIEW)
    page.get_by_role("link", name="More replies").click()
    expect(page.locator(f"#comment-{replies[-1].id}")).to_be_visible()
    page.get_by_role("link", name="More comments").click()
    expect(page.locator(f"#comment-{last.id}")).to_be_attached()
    wanted = f"#comment-{comments[55].id}"
    page.locator(wanted).scroll_into_view_if_needed()
    before = page.evaluate(TOP.format(wanted))
    page.goto("/about")
    page.go_back()
    expect(page.locator(f"#comment-{last.id}")).to_be_attached()
    expect(page.locator(f"#comment-{replies[-1].id}")).to_be_attached()
    wait_until(lambda: abs(page.evaluate(TOP.format(wanted)) - before) < 2)
