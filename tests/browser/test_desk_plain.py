"""The queue without JavaScript in a real browser; tests/desk/queue/test_plain_forms.py has more."""

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.clock import utc_now
from tests.browser.desk import (
    decide_elsewhere,
    expect_left,
    fill,
    open_queue,
    row,
    states,
    verdicts_on,
)
from tests.browser.steps import QUEUE
from tests.builders import make_comment, make_review

pytestmark = pytest.mark.browser


def button(page: Page, number: int, name: str) -> Locator:
    return row(page, number).get_by_role("button", name=name, exact=True)


def test_the_queue_works_without_scripts(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    comments = fill(review, 6)
    make_comment(review=review, body="Row 7. " + "Many words. " * 200, now=utc_now())
    desk = open_queue(arrive, site, java_script_enabled=False)
    expect(desk.locator("kbd:visible")).to_have_count(0)

    text = row(desk, 7).locator(".comment-text")
    before = text.bounding_box()["height"]
    row(desk, 7).locator(".more-or-less").click()
    assert text.bounding_box()["height"] > 2 * before

    button(desk, 1, "Approve").click()
    expect(desk).to_have_url(f"{site.url}{QUEUE}")
    expect(row(desk, 1)).to_have_count(0)
    expect_left(desk, 6)

    decide_elsewhere(comments[1])
    button(desk, 2, "Approve").click()
    expect(desk.locator("h1")).to_have_text("Nothing was changed")
    expect(row(desk, 2).get_by_role("alert")).to_contain_text("Jun rejected this comment at")
    button(desk, 2, "Approve").click()
    expect_left(desk, 5)
    assert verdicts_on("Row 2.") == ["reject", "approve"]

    menu = row(desk, 3).locator(".menu")
    menu.locator("summary").click()
    menu.get_by_label("Other reason").fill("Not about the drama")
    menu.get_by_label("Share the reason with the author").check()
    menu.get_by_role("button", name="Reject with this reason").click()
    expect_left(desk, 4)

    row(desk, 4).locator(".menu summary").click()
    row(desk, 4).get_by_label("Your reply").fill("Thank you for this.")
    row(desk, 4).get_by_role("button", name="Approve and reply").click()
    expect_left(desk, 3)
    assert states()["Thank you for this."] == "published"

    # The checkboxes belong to a form elsewhere on the page.
    for number in (5, 7):
        row(desk, number).get_by_role("checkbox", name="Select").check()
    desk.locator("#bulk").get_by_role("button", name="Spam").click()
    expect(desk.locator("#bulk-result")).to_contain_text("2 marked as spam.")
    desk.get_by_role("button", name="Undo all").click()
    expect(desk.locator("#bulk-result")).to_contain_text("2 undone.")

    desk.get_by_role("link", name="Log").click()
    told = "Not about the drama shared with the author"
    expect(desk.locator(".log-reason").filter(has_text="Not")).to_have_text(told)
    desk.get_by_role("button", name=f"Undo: Rejected, no. {comments[2].id}").click()
    expect(desk.locator(".log")).to_contain_text("later undone")
    desk.get_by_role("link", name="Queue").click()
    expect_left(desk, 4)

    desk.locator(".narrow summary").click()
    desk.locator("#q").fill("Row 3.")
    desk.get_by_role("button", name="Search").click()
    expect(desk.locator(".matching")).to_contain_text("1 match")
    expect(row(desk, 3)).to_be_visible()
