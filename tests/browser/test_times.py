"""How long ago a comment was sent, in the words of the page's script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from tests.browser.desk import make_session
from tests.browser.steps import QUEUE, REVIEW
from tests.builders import (
    NOON,
    make_comment,
    make_published_comment,
    make_report,
    make_review,
)

pytestmark = pytest.mark.browser


def test_times_are_never_in_the_future_and_go_on_while_the_page_is_open(site, arrive):
    # An hour after noon is the same day.
    comment = make_published_comment(review=make_review(published_at=NOON), now=NOON)
    page = arrive(site, timezone_id="UTC").context.new_page()
    # The reader's clock is ten minutes slow.
    page.clock.install(time=NOON - timedelta(minutes=10))
    page.goto(REVIEW)
    sent = page.locator(f"#comment-{comment.id} time")
    expect(sent).to_have_text("just now")
    page.clock.run_for(15 * 60_000)
    expect(sent).to_have_text("5 minutes ago")
    page.clock.run_for(60 * 60_000)
    expect(sent).to_have_text("1 hour ago")
    page.clock.fast_forward(timedelta(days=8) // timedelta(milliseconds=1))
    expect(sent).to_have_text(re.compile(r"^\d{1,2} \w+ \d{4}$"))


def test_ages_at_the_desk_go_on_while_the_page_is_open(site, arrive, review):
    now = utc_now()
    waiting = make_comment(review=review, now=now - timedelta(minutes=50))
    reported = make_published_comment(review=review, body="Two.", now=now - timedelta(days=1))
    make_report(comment=reported, now=now - timedelta(hours=2))
    visitor = arrive(site)
    visitor.context.add_cookies([make_session(site)])
    page = visitor.context.new_page()
    page.clock.install(time=now)
    page.goto(QUEUE)
    age = page.locator(f"#comment-{waiting.id} .row-meta time")
    expect(age).to_have_text("50 minutes")
    page.clock.run_for(11 * 60_000)
    expect(age).to_have_text("1 hour")
    expect(page.locator(f"#comment-{reported.id} .row-meta time")).to_have_text("2 hours ago")
