"""The desk as plain forms, without JavaScript; and what becomes of who was signed out."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.comments.models import Verdict
from tests.browser.desk import (
    decide_elsewhere,
    enter,
    expect_left,
    fill,
    row,
    states,
    verdicts_on,
)
from tests.browser.steps import QUEUE, sign_in
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_report,
    make_review,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def review(site, moderator):
    return make_review(published_at=utc_now())


@pytest.fixture
def desk(site, arrive, review) -> Page:
    fill(review, 5)
    return enter(arrive, site, java_script_enabled=False)


def button(page: Page, number: int, name: str):
    return row(page, number).get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize(
    ("name", "state"),
    [("Approve", "published"), ("Fold", "published"), ("Reject", "rejected"), ("Spam", "spam")],
)
def test_each_decision_is_a_plain_form(desk, site, name, state):
    expect(desk.locator("kbd:visible")).to_have_count(0)
    button(desk, 2, name).click()
    expect(desk).to_have_url(f"{site.url}{QUEUE}")
    expect(row(desk, 2)).to_have_count(0)
    expect_left(desk, 4)
    assert states()["Row 2."] == state


def test_a_decision_is_undone_from_the_log(desk, site):
    button(desk, 1, "Reject").click()
    desk.get_by_role("link", name="Log").click()
    expect(desk.locator(".log tbody tr")).to_have_count(1)
    desk.get_by_role("button", name="Undo: Rejected, no.").click()
    expect(desk).to_have_url(f"{site.url}/admin/log")
    expect(desk.locator(".log tbody tr")).to_have_count(2)
    expect(desk.locator(".log")).to_contain_text("undone since")
    desk.get_by_role("link", name="Queue").click()
    expect_left(desk, 5)
    expect(desk.locator("#queue > .row").first).to_contain_text("Row 1.")


def test_a_stale_decision_is_a_page_that_tells_and_lets_it_be_decided_anew(site, arrive, review):
    comments = fill(review, 2)
    desk = enter(arrive, site, java_script_enabled=False)
    decide_elsewhere(comments[0])
    button(desk, 1, "Approve").click()
    expect(desk.locator("h1")).to_have_text("Nothing was changed")
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("Jun rejected this comment at")
    button(desk, 1, "Approve").click()
    expect_left(desk, 1)
    assert verdicts_on("Row 1.") == ["reject", "approve"]


def test_those_that_are_ticked_are_decided_on_together_and_undone_as_one(desk, site):
    for number in (1, 3):
        row(desk, number).get_by_role("checkbox").check()
    desk.locator("#bulk").get_by_role("button", name="Spam").click()
    expect(desk.locator("h1")).to_have_text("Decided")
    expect(desk.locator("#bulk-result")).to_contain_text("2 marked as spam.")
    assert [*states().values()][:3] == ["spam", "pending", "spam"]
    desk.get_by_role("button", name="Undo all").click()
    expect(desk.locator("#bulk-result")).to_contain_text("2 back as before.")
    desk.get_by_role("link", name="Back to the queue").click()
    expect(desk).to_have_url(f"{site.url}{QUEUE}")
    expect_left(desk, 5)


def test_a_bulk_tells_of_those_that_were_decided_elsewhere(site, arrive, review):
    comments = fill(review, 3)
    desk = enter(arrive, site, java_script_enabled=False)
    decide_elsewhere(comments[1], verdict=Verdict.SPAM)
    for number in (1, 2, 3):
        row(desk, number).get_by_role("checkbox").check()
    desk.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(desk.locator("#bulk-result")).to_contain_text("2 published, 1 already decided by Jun.")
    expect(desk.locator(".failed")).to_contain_text("Jun marked as spam this comment at")


def test_nothing_ticked_is_said_and_nothing_is_changed(desk):
    desk.locator("#bulk").get_by_role("button", name="Reject").click()
    expect(desk.locator("main")).to_contain_text("Nothing is selected: tick the comments")
    desk.get_by_role("link", name="Back to the queue").click()
    expect_left(desk, 5)


def test_a_reason_is_given_and_told(desk):
    menu = row(desk, 1).locator(".menu")
    menu.locator("summary").click()
    menu.get_by_label("In your words").fill("Not about the drama")
    menu.get_by_label("Tell the commenter").check()
    menu.get_by_role("button", name="Reject with this reason").click()
    expect_left(desk, 4)
    desk.goto("/admin/log")
    expect(desk.locator(".log-reason")).to_have_text("Not about the drama told the reader")


def test_a_reason_that_is_missing_is_asked_for(desk):
    menu = row(desk, 1).locator(".menu")
    menu.locator("summary").click()
    menu.get_by_label("Tell the commenter").check()
    menu.get_by_role("button", name="Reject with this reason").click()
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("There is no reason to tell")
    assert states()["Row 1."] == "pending"


def test_an_answer_stands_under_its_comment(desk):
    menu = row(desk, 1).locator(".menu")
    menu.locator("summary").click()
    menu.get_by_label("Your answer").fill("Thank you for this.")
    menu.get_by_role("button", name="Approve and answer").click()
    expect_left(desk, 4)
    desk.goto("/reviews/run-on")
    expect(desk.locator(".answers")).to_contain_text("Thank you for this.")


def test_a_refused_answer_gives_its_words_back(site, arrive, review):
    comments = fill(review, 1)
    desk = enter(arrive, site, java_script_enabled=False)
    row(desk, 1).locator(".menu summary").click()
    row(desk, 1).get_by_label("Your answer").fill("Words that must not be lost.")
    decide_elsewhere(comments[0])
    row(desk, 1).get_by_role("button", name="Approve and answer").click()
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("Jun rejected this comment")
    expect(row(desk, 1).locator("textarea")).to_have_value("Words that must not be lost.")


def test_the_queue_is_filtered_and_all_that_match_are_decided_on(site, arrive, review):
    for number in range(1, 4):
        body = f"Row {number}. https://{'abc'[number - 1] * 9}.example/offer"
        make_comment(review=review, body=body, now=utc_now())
    fill(review, 2, first=4)
    desk = enter(arrive, site, java_script_enabled=False)
    desk.locator(".narrow summary").click()
    desk.locator("#reason").select_option("Carries links")
    desk.get_by_role("button", name="Show").click()
    expect(desk.locator(".matching")).to_contain_text("3 match.")
    desk.get_by_role("link", name="spam…").click()
    expect(desk.locator("h1")).to_have_text("Mark as spam: 3 comments?")
    make_comment(review=review, body="Row 9. https://late.example/", now=utc_now())
    desk.get_by_role("button", name="Mark as spam: 3").click()
    expect(desk.locator("#bulk-result")).to_contain_text("3 marked as spam.")
    assert states()["Row 9."] == "pending", "it had not been counted"
    desk.get_by_role("link", name="Back to the queue").click()
    expect(desk).to_have_url(re.compile("reason=links"))
    expect(desk.locator(".matching")).to_contain_text("1 match")


def test_copies_are_one_row_with_one_decision(site, arrive, review):
    for number in range(3):
        body = f"Row 1. Cheap subtitles for every drama, and the first month is free, code {number}"
        make_comment(review=review, body=body, now=utc_now() - timedelta(days=1))
    fill(review, 1, first=2)
    desk = enter(arrive, site, java_script_enabled=False)
    expect(desk.locator("#queue > .row")).to_have_count(2)
    row(desk, 1).locator(".copies summary").click()
    expect(row(desk, 1).locator(".copies li")).to_have_count(3)
    row(desk, 1).locator(".copies").get_by_role("button", name="Approve").click()
    expect_left(desk, 1)
    desk.goto("/admin/log")
    desk.get_by_role("button", name="Undo all 3").click()
    expect(desk.locator("main")).to_contain_text("3 back as before.")
    desk.goto(QUEUE)
    expect_left(desk, 4)
    button(desk, 1, "Spam").click()
    expect_left(desk, 1)


def test_everything_from_one_sender_is_marked_as_spam_after_being_asked(site, arrive, review):
    for number in range(1, 4):
        body = f"Row {number}. {'abc'[number - 1] * 9}"
        make_comment(review=review, body=body, address="10.9.9.9", now=utc_now())
    fill(review, 1, first=4)
    desk = enter(arrive, site, java_script_enabled=False)
    row(desk, 1).locator(".menu summary").click()
    row(desk, 1).get_by_role("link", name="Spam, and everything waiting from this sender").click()
    desk.get_by_role("button", name="Mark as spam: 3").click()
    expect(desk.locator("#bulk-result")).to_contain_text("3 marked as spam.")
    assert [*states().values()] == ["spam", "spam", "spam", "pending"]


def test_spam_is_emptied_after_being_asked(site, arrive, review):
    comments = fill(review, 2)
    for comment in comments:
        other = make_moderator(email=f"other{comment.id}@example.org")
        make_decision(comment=comment, moderator=other, verdict=Verdict.SPAM, now=utc_now())
    desk = enter(arrive, site, java_script_enabled=False)
    desk.get_by_role("link", name="Spam 2").click()
    desk.get_by_role("link", name="Empty the spam").click()
    desk.get_by_role("button", name="Delete for good").click()
    expect(desk.locator(".done")).to_contain_text("2 deleted for good.")
    assert states() == {}


def test_a_published_comment_is_taken_down_and_put_back(site, arrive, review):
    make_published_comment(review=review, body="Row 1. Spoils it all.", now=utc_now())
    desk = enter(arrive, site, java_script_enabled=False)
    desk.goto(f"{QUEUE}?status=published")
    row(desk, 1).locator(".menu summary").click()
    row(desk, 1).get_by_role("button", name="Take down").click()
    expect(row(desk, 1).get_by_role("alert")).to_contain_text(
        "Taking a comment down takes a reason"
    )
    row(desk, 1).locator(".menu summary").click()
    row(desk, 1).get_by_label("In your words").fill("Told the ending")
    row(desk, 1).get_by_role("button", name="Take down").click()
    assert states() == {"Row 1.": "removed"}
    desk.goto("/admin/log")
    desk.get_by_role("button", name="Undo: Taken down, no.").click()
    assert states() == {"Row 1.": "published"}


def test_a_reported_comment_is_kept(site, arrive, review):
    comment = make_published_comment(review=review, body="Row 1. Rude.", now=utc_now())
    make_report(comment=comment, words="Look at the last word.", now=utc_now())
    desk = enter(arrive, site, java_script_enabled=False)
    expect(row(desk, 1)).to_contain_text("Look at the last word.")
    button(desk, 1, "Keep").click()
    expect_left(desk, 0)
    assert states() == {"Row 1.": "published"}


def test_a_comment_has_a_page_of_its_own_where_it_is_decided_on(desk, site):
    row(desk, 2).get_by_role("link", name="No.").click()
    expect(desk.locator("h1")).to_contain_text("Comment no.")
    expect(desk.get_by_role("heading", level=2)).to_have_text(
        ["In its place", "From the same browser", "Decisions"]
    )
    button(desk, 2, "Approve").click()
    expect(desk.locator("h1")).to_contain_text("Comment no.")
    expect(desk.locator("#whole")).to_contain_text("approve, from pending to published")


def test_the_next_page_is_a_link_and_a_decision_leads_back_to_its_page(site, arrive, review):
    fill(review, 52)
    desk = enter(arrive, site, java_script_enabled=False)
    expect(desk.locator("#queue > .row")).to_have_count(50)
    desk.get_by_role("link", name="More").click()
    expect(desk.locator("#queue > .row")).to_have_count(2)
    button(desk, 51, "Approve").click()
    expect(desk.locator("#queue > .row")).to_have_count(1)
    desk.get_by_role("link", name="First page").click()
    expect_left(desk, 51)


def test_a_clamped_text_is_opened_without_script(site, arrive, review):
    make_comment(review=review, body="Row 1. " + "Many words. " * 200, now=utc_now())
    desk = enter(arrive, site, java_script_enabled=False)
    text = row(desk, 1).locator(".comment-text")
    before = text.bounding_box()["height"]
    row(desk, 1).locator(".more-or-less").click()
    assert text.bounding_box()["height"] > 2 * before


def test_who_was_signed_out_is_asked_to_sign_in_and_nothing_is_decided(desk):
    desk.context.clear_cookies()
    button(desk, 1, "Approve").click()
    expect(desk.locator("h1")).to_have_text("Sign in")
    assert set(states().values()) == {"pending"}
    sign_in(desk)
    expect_left(desk, 5)


def test_signed_out_in_another_tab_the_page_leads_to_signing_in_and_back(desk, site):
    desk.goto(f"{QUEUE}?q=Row")
    other = desk.context.new_page()
    other.goto(QUEUE)
    other.get_by_role("button", name="Sign out").click()
    desk.reload()
    expect(desk.locator("h1")).to_have_text("Sign in")
    desk.fill("#email", "mina@example.org")
    desk.fill("#password", "correct horse battery")
    desk.click("main button[type=submit]")
    expect(desk).to_have_url(f"{site.url}{QUEUE}?q=Row")


def test_a_page_from_before_signing_in_again_is_refused_in_words_and_works_the_second_time(desk):
    other = desk.context.new_page()
    other.goto(QUEUE)
    other.get_by_role("button", name="Sign out").click()
    sign_in(other)
    button(desk, 1, "Approve").click()
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("This page had expired")
    assert states()["Row 1."] == "pending"
    button(desk, 1, "Approve").click()
    expect_left(desk, 4)
