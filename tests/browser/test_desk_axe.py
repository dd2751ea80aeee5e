"""Accessibility of every moderation page in each of its states."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.moderation.states import Verdict
from blog.reports.models import Kind
from tests.browser.desk import (
    DECISIONS,
    LONG,
    HeldRequests,
    decide_elsewhere,
    decided,
    expect_quiet,
    fetch_changes,
    fill,
    open_queue,
    press,
    row,
)
from tests.browser.everybody import DESKTOP, check_colours, check_everywhere
from tests.browser.steps import QUEUE
from tests.browser.talk import make_talk
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_report,
    make_review,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADVERTISEMENT = "Row 1. Cheap subtitles for every drama, and the first month is free, code "


@pytest.fixture
def desk(site, arrive, review) -> Page:
    """The queue with copies, links, a report, a long text, a spoiler and Korean."""
    now = utc_now() - timedelta(days=1)
    for number in range(3):
        body = f"{ADVERTISEMENT}{number} https://example.org/"
        make_comment(review=review, body=body, name=f"Seller {number}", now=now)
    make_comment(review=review, body=f"Row 2. {LONG}", is_trapped=True, typed_seconds=1, now=now)
    make_comment(review=review, body="Row 3. 정말 *좋아요*.", name="민아", is_spoiler=True, now=now)
    body = f"Row 4. {'w' * 200}"
    make_comment(review=review, body=body, name="n" * 80, email="jo@example.org", now=now)
    published = make_published_comment(review=review, body="Row 5. Rude.", now=now)
    make_report(comment=published, kind=Kind.INSULT, words="Look at the last word.", now=now)
    fill(review, 3, first=6)
    return open_queue(arrive, site)


def check(page: Page) -> None:
    # Further down, the sticky heading would cover other elements.
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    check_everywhere(page)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(forced_colors="none", color_scheme="light")


def test_the_queue_with_every_kind_of_row_is_accessible(desk):
    check(desk)
    check_colours(desk)
    desk.set_viewport_size(DESKTOP)
    desk.emulate_media(color_scheme="light")
    # The reported comment is the first row.
    press(desk, *"jja")
    expect(row(desk, 1).locator("details.copies")).to_have_attribute("open", "")
    expect(desk.locator("#message")).to_have_class("shown-message")
    check(desk)
    desk.locator(".narrow summary").click()
    desk.locator(".menu summary").nth(1).click()
    check(desk)


def test_the_queue_after_each_step_is_accessible(desk, review):
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: press(desk, *"jsjs"))
    check(desk)
    held.release_all()
    expect(decided(desk)).to_have_count(2)
    check(desk)
    # Checking at phone size has changed the current row.
    row(desk, 6).focus()
    press(desk, *"xjx")
    expect(desk.locator("#picked")).to_have_text("2 selected")
    check(desk)
    press(desk, "a")
    expect(desk.locator("#bulk-result")).to_contain_text("2 published.")
    check(desk)
    press(desk, "z")
    expect(desk.locator("#bulk-result")).to_contain_text("2 undone.")
    expect_quiet(desk)
    check(desk)


def test_notices_and_updates_are_accessible(site, arrive, review):
    comments = fill(review, 6)
    desk = open_queue(arrive, site)
    decide_elsewhere(comments[0])
    decide_elsewhere(comments[1], verdict=Verdict.SPAM)
    press(desk, "j", "a")
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("Jun rejected")
    desk.route(DECISIONS, lambda route: route.abort())
    press(desk, "j", "a")
    expect(desk.get_by_role("button", name="2 restored")).to_be_visible()
    fill(review, 4, first=7)
    fetch_changes(desk)
    expect(desk.get_by_role("link", name="4 new")).to_be_visible()
    expect(row(desk, 2)).to_contain_text("by Jun")
    check(desk)


def test_each_dialog_is_accessible(desk):
    press(desk, *"jjjj")
    for key in ("Shift+A", "o", "?"):
        press(desk, key)
        expect(desk.locator("dialog[open]")).to_be_visible()
        check(desk)
        press(desk, "Escape")
        expect(desk.locator("dialog[open]")).to_have_count(0)


def test_a_full_page_of_the_queue_is_accessible(site, arrive, review):
    fill(review, 51)
    desk = open_queue(arrive, site)
    expect(desk.get_by_role("link", name="More comments")).to_be_visible()
    # Three rows are enough, and axe needs ten times as long for all.
    desk.locator("#queue > .row").evaluate_all("rows => rows.slice(3).forEach(r => r.remove())")
    check(desk)
    desk.goto(f"{QUEUE}?q=Row&reason=links")
    expect(desk.locator(".empty")).to_contain_text("No comments match")
    check(desk)


def test_an_empty_queue_is_accessible(site, arrive, review):
    desk = open_queue(arrive, site)
    expect(desk.locator(".empty")).to_contain_text("No comments are waiting.")
    check(desk)
    for path in ("/admin/log", "/admin/purges/new", "/admin/nothing-here"):
        desk.goto(path)
        check(desk)


def test_the_pages_around_the_queue_are_accessible(site, arrive, review):
    comments = fill(review, 5)
    other = make_moderator(email="other@example.org", name="Jun")
    make_moderator_reply(comment=comments[0], moderator=other)
    for comment, verdict in zip(comments[1:4], ("spam", "reject", "approve_spoiler"), strict=True):
        make_decision(
            comment=comment, moderator=other, verdict=Verdict(verdict), reason="Not about it"
        )
    desk = open_queue(arrive, site)
    paths = (
        *(f"{QUEUE}?status={status}" for status in ("published", "spam")),
        *(f"{QUEUE}/{comments[number].id}" for number in (0, 4)),
        "/admin/bulks/new?verdict=reject&q=Row",
        "/admin/bulks/new?verdict=spam&q=nothing",
        "/admin/purges/new",
        "/admin/log",
        "/admin/log/moderators",
        "/admin/log?verdict=take_down",
        "/admin/account?done=password",
        "/admin/reviewers?done=saved",
        "/admin/reviewers/new",
        f"{QUEUE}?age=century",
    )
    for path in paths:
        desk.goto(path)
        check(desk)


def test_a_refused_password_is_for_everybody(site, arrive, review):
    desk = open_queue(arrive, site)
    desk.goto("/admin/account")
    desk.get_by_role("button", name="Change password").click()
    expect(desk.locator("#faults")).to_be_focused()
    check(desk)
    desk.goto("/admin/login?done=sessions")
    check(desk)


def test_the_rules_in_each_state_are_for_everybody(site, arrive, review):
    other = make_moderator(email="other@example.org", name="Jun")
    comments = fill(review, 6)
    waiting = make_comment(review=review, body="Row 7. From an address.", now=utc_now())
    verdicts = ["approve", "spam"] * 3
    for comment, verdict in zip(comments, verdicts, strict=False):
        make_decision(comment=comment, moderator=other, verdict=Verdict(verdict))
    desk = open_queue(arrive, site)
    desk.goto(f"/admin/rules/new?kind=client&comment={waiting.id}")
    expect(desk.locator(".rule-sender")).to_contain_text("This rule expires on")
    desk.get_by_role("button", name="Try the rule").click()
    expect(desk.locator("#trial")).to_be_focused()
    check(desk)
    desk.get_by_role("button", name="Save this rule").click()
    expect(desk.get_by_role("status").first).to_contain_text("The rule is saved")
    desk.goto("/admin/rules/new")
    desk.get_by_role("button", name="Try the rule").click()
    expect(desk.locator("#faults")).to_be_focused()
    check(desk)
    desk.fill("#pattern", "Row")
    desk.fill("#note", "정말 " + "w" * 180)
    desk.get_by_role("button", name="Try the rule").click()
    expect(desk.locator(".trial-counts .is-wrong")).to_contain_text("3")
    check(desk)
    desk.get_by_role("button", name="Save this rule").click()
    expect(desk.locator(".rule-list > li")).to_have_count(2)
    check(desk)
    desk.get_by_role("link", name="Change").first.click()
    expect(desk.locator("h1")).to_contain_text("Rule ")
    check(desk)


def test_the_list_of_reviews_is_accessible(site, arrive, review):
    make_review(slug="to-come", published_at=utc_now() + timedelta(days=1), title="정말 " * 20)
    make_review(slug="closed", published_at=utc_now(), comments_open=False)
    fill(review, 2)
    desk = open_queue(arrive, site)
    desk.goto("/admin/reviews")
    closure = desk.locator(f"#review-{review.id}")
    closure.get_by_role("button", name="Close").click()
    expect(closure).to_contain_text("Closed by a moderator")
    expect(closure.get_by_role("button", name="Close")).to_be_focused()
    expect(closure.get_by_role("status")).to_have_text("Saved.")
    expect(closure.get_by_role("status")).to_be_in_viewport()
    check(desk)


def test_replies_and_edits_in_the_queue_are_accessible(site, arrive, review):
    make_talk(review)
    desk = open_queue(arrive, site)
    check(desk)
    desk.get_by_role("link", name="No. ").last.click()
    check(desk)


def test_the_responses_to_plain_forms_are_accessible(site, arrive, review):
    comments = fill(review, 3)
    desk = open_queue(arrive, site)
    # Blocked scripts replace a browser without JavaScript, which axe could not check.
    desk.route("**/static/**/*.js", lambda route: route.abort())
    desk.goto(QUEUE)
    check(desk)
    decide_elsewhere(comments[1])
    for number in (1, 2):
        row(desk, number).get_by_role("checkbox").check()
    desk.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(desk.locator(".failed")).to_be_visible()
    check(desk)
    desk.goto(QUEUE)
    decide_elsewhere(comments[2])
    row(desk, 3).get_by_role("button", name="Spam").click()
    expect(desk.locator("h1")).to_have_text("Nothing was changed")
    check(desk)
    desk.goto(QUEUE)
    desk.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(desk.locator("h1")).to_have_text("Nothing was changed")
    check(desk)
