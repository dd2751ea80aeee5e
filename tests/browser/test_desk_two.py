"""Two moderators at the same time, in two browsers that never reload a page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.reviews.models import Review
from tests.browser.desk import (
    CHANGES,
    DECISIONS,
    HeldRequests,
    expect_left,
    expect_quiet,
    fetch_changes,
    fill,
    focused_row,
    open_queue,
    press,
    request_changes,
    row,
    states,
    top_of,
    verdicts_on,
)
from tests.browser.server import Site
from tests.browser.steps import QUEUE, expect_same_page, set_marker
from tests.builders import (
    PASSWORD,
    make_moderator,
    make_published_comment,
    make_report,
    make_review,
)

pytestmark = pytest.mark.browser

# Make the page believe that its tab is hidden or shown.
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def review(site) -> Review:
    """A review with twelve waiting comments."""
    review = make_review(published_at=utc_now())
    fill(review, 12)
    return review


@pytest.fixture
def mina(site, arrive, review) -> Page:
    return open_desk(arrive, site, "Mina")


@pytest.fixture
def jun(site, arrive, review) -> Page:
    return open_desk(arrive, site, "Jun")


def open_desk(arrive: Callable, site: Site, name: str) -> Page:
    """Open the queue as a new moderator of this name; return the page."""
    email = f"{name.lower()}@example.org"
    make_moderator(email=email, name=name)
    page = open_queue(arrive, site, email=email)
    set_marker(page)
    return page


def test_a_row_decided_by_one_moderator_turns_grey_for_the_other(mina, jun):
    press(mina, "j", *"ar")
    expect_left(mina, 10)
    press(jun, *"jjj")
    fetch_changes(jun)
    for number, words in ((1, "Published by Mina,"), (2, "Rejected by Mina,")):
        grey = row(jun, number)
        expect(grey).to_contain_text(words)
        expect(grey).to_have_class(f"row decided is-{words.split()[0].lower()} is-elsewhere")
        expect(grey.get_by_role("button", name="Undo")).to_be_visible()
        assert grey.evaluate("row => [...row.parentElement.children].indexOf(row)") == number - 1
    expect_left(jun, 10)
    expect(jun.locator("#count-published")).to_have_text("1")
    assert focused_row(jun) == "Row 3."
    expect_same_page(jun)


def test_a_focused_row_decided_elsewhere_keeps_the_focus(mina, jun):
    press(jun, "j")
    press(mina, "j", "s")
    expect_left(mina, 11)
    fetch_changes(jun)
    expect(row(jun, 1)).to_contain_text("Marked as spam by Mina")
    expect(row(jun, 1)).to_be_focused()
    press(jun, "a")
    expect_quiet(jun)
    assert verdicts_on("Row 1.") == ["spam"], "the key acted on a decided row"
    press(jun, "j", "a")
    assert focused_row(jun) == "Row 3."


def test_a_decision_after_another_moderators_is_refused_with_a_message(mina, jun):
    press(mina, "j", "r")
    expect_left(mina, 11)
    press(jun, "j", "a")
    expect(row(jun, 1).get_by_role("alert")).to_contain_text("Mina rejected this comment at")
    expect_left(jun, 11)
    assert focused_row(jun) == "Row 2."
    assert verdicts_on("Row 1.") == ["reject"]
    row(jun, 1).get_by_role("button", name="Approve").click()
    expect(row(jun, 1).locator("strong")).to_have_text("Published")
    assert verdicts_on("Row 1.") == ["reject", "approve"]


def test_an_undo_after_another_moderators_undo_is_refused_with_a_message(mina, jun):
    approve_and_undo(mina, jun)
    press(mina, "z")
    expect(row(mina, 1).get_by_role("alert")).to_contain_text(
        "Jun undid a decision on this comment"
    )
    assert verdicts_on("Row 1.") == ["approve", "reopen"]


def test_a_reply_being_written_is_not_lost(mina, jun):
    row(jun, 1).locator(".menu summary").click()
    row(jun, 1).locator("textarea").fill("Thank you. We thought so too.")
    press(mina, "j", *"aa")
    expect_left(mina, 10)
    fetch_changes(jun)
    expect(row(jun, 2)).to_contain_text("Published by Mina")
    expect(row(jun, 1).locator("textarea")).to_have_value("Thank you. We thought so too.")
    row(jun, 1).get_by_role("button", name="Approve and reply").click()
    expect(row(jun, 1).get_by_role("alert")).to_contain_text("Mina published this comment at")
    expect(row(jun, 1).locator("textarea")).to_have_value("Thank you. We thought so too.")


def test_new_comments_are_counted_and_added_on_a_click(mina, review):
    press(mina, *"jjj")
    before = top_of(mina)
    fill(review, 4, first=101)
    fetch_changes(mina)
    link = mina.get_by_role("link", name="4 new")
    expect(link).to_be_visible()
    expect(mina.locator("#queue > .row")).to_have_count(12)
    expect_left(mina, 16)
    assert top_of(mina) == before
    link.press("Enter")
    expect(mina.locator("#queue > .row")).to_have_count(16)
    expect(mina.locator("#arrivals")).to_be_empty()
    assert top_of(mina) == before
    assert focused_row(mina) == "Row 3."
    expect(mina.locator("#queue > .row").last).to_contain_text("Row 104.")
    fill(review, 1, first=105)
    fetch_changes(mina)
    mina.get_by_role("link", name="1 new").click()
    expect(mina.locator("#queue > .row")).to_have_count(17)
    expect(row(mina, 105)).to_be_visible()
    expect_same_page(mina)


def test_new_comments_replace_the_message_of_an_empty_queue(mina, review):
    press(mina, "j", *"a" * 12)
    expect(mina.locator("#queue > .empty")).to_be_visible()
    fill(review, 1, first=101)
    fetch_changes(mina)
    mina.get_by_role("link", name="1 new").press("Enter")
    expect(row(mina, 101)).to_be_visible()
    expect(mina.locator("#queue > .empty")).to_be_hidden()
    press(mina, "j", "a")
    expect(mina.locator("#queue > .empty")).to_be_visible()
    expect_left(mina, 0)


def test_a_reported_comment_is_added_to_the_queue(mina, review):
    comment = make_published_comment(review=review, body="Row 101. Rude.", now=utc_now())
    fetch_changes(mina)
    make_report(comment=comment, words="Look at the last word.", now=utc_now())
    fetch_changes(mina)
    mina.get_by_role("link", name="1 new").click()
    expect(row(mina, 101)).to_contain_text("Look at the last word.")
    row(mina, 101).get_by_role("button", name="Keep").click()
    expect(row(mina, 101).locator("strong")).to_have_text("Published")
    assert states()["Row 101."] == "published"


def test_a_late_response_does_not_overwrite_newer_rows(mina, jun):
    press(jun, "j", *"ajjr")
    expect_left(jun, 10)
    held = HeldRequests(mina, CHANGES)
    held.after(lambda: request_changes(mina))
    # The site has responded, but the response has not arrived yet.
    route = held.routes.pop()
    response = route.fetch()
    press(mina, *"jjrra")
    alert = row(mina, 4).get_by_role("alert")
    expect(alert).to_contain_text("Jun rejected this comment")
    expect_left(mina, 8)
    route.fulfill(response=response)
    expect(row(mina, 1)).to_contain_text("Published by Jun")
    expect_left(mina, 8)
    expect(mina.locator("#count-rejected")).to_have_text("3")
    expect(alert).to_contain_text("Jun rejected this comment")
    for number in (2, 3):
        expect(row(mina, number).locator("strong")).to_have_text("Rejected")
        expect(row(mina, number)).not_to_contain_text("by Mina")


def test_a_late_count_of_comments_already_added_is_dropped(mina, review):
    fill(review, 2, first=101)
    fetch_changes(mina)
    fill(review, 1, first=103)
    held = HeldRequests(mina, CHANGES)
    held.after(lambda: request_changes(mina))
    mina.get_by_role("link", name="2 new").press("Enter")
    expect(row(mina, 103)).to_be_visible()
    with mina.expect_response(CHANGES):
        held.release_all()
    expect_quiet(mina)
    expect(mina.locator("#arrivals")).to_be_empty()


def test_an_update_does_not_replace_a_row_being_sent(mina, jun):
    press(jun, "j", "s")
    expect_left(jun, 11)
    held = HeldRequests(mina, CHANGES)
    held.after(lambda: request_changes(mina))
    decisions = HeldRequests(mina, DECISIONS)
    decisions.after(lambda: press(mina, "j", "a"))
    with mina.expect_response(CHANGES):
        held.release_all()
    expect(mina.locator("#count-spam")).to_have_text("1")
    expect(row(mina, 1)).to_have_class("row sending")
    decisions.release_all()
    expect(row(mina, 1).get_by_role("alert")).to_contain_text("Jun marked this comment as spam")


def test_a_hidden_tab_requests_no_updates_and_no_changes_are_a_204(mina):
    mina.clock.install()
    mina.reload()
    requested, statuses = [], {}
    mina.on("request", lambda request: "/changes?" in request.url and requested.append(request.url))
    mina.on("response", lambda response: statuses.update({response.url: response.status}))
    with mina.expect_response(CHANGES):
        mina.clock.run_for(10_000)
    mina.evaluate(HIDE, True)
    mina.clock.run_for(120_000)
    mina.evaluate("fetch('/healthz')")
    assert len(requested) == 1, "a hidden tab requested updates"
    with mina.expect_response(CHANGES):
        mina.evaluate(HIDE, False)
    with mina.expect_response(CHANGES):
        mina.clock.run_for(10_000)
    assert len(requested) == 3
    assert [statuses[url] for url in requested] == [204, 204, 204]


def test_a_failed_request_for_updates_shows_no_notice(mina):
    for fail in (
        lambda route: route.abort(),
        lambda route: route.fulfill(status=502, body="Bad gateway"),
        lambda route: route.continue_(url=route.request.url.replace("newest=", "newest=x")),
    ):
        mina.route(CHANGES, fail)
        with mina.expect_request(CHANGES):
            request_changes(mina)
        expect_quiet(mina)
        expect(mina.locator("#notices")).to_be_empty()
        mina.unroute(CHANGES)
    press(mina, "j", "a")
    expect_left(mina, 11)


def test_two_concurrent_bulks_decide_each_comment_once(mina, jun):
    """Each bulk has six comments, three of them in common; both are sent before a response."""
    bulks = [HeldRequests(page, "**/bulks") for page in (mina, jun)]
    press(mina, "j", *"xjxjxjxjxjx")
    press(jun, *"jjjj", *"xjxjxjxjxjx")
    bulks[0].after(lambda: press(mina, "a"))
    bulks[1].after(lambda: press(jun, "s"))
    for bulk in bulks:
        bulk.release_all()
    for page in (mina, jun):
        expect(page.locator("#bulk-result")).to_contain_text(
            "published" if page is mina else "spam"
        )
        expect_quiet(page)
    taken = [verdicts_on(f"Row {number}.") for number in range(1, 11)]
    assert taken[:3] == [["approve"]] * 3
    assert taken[6:9] == [["spam"]] * 3
    assert [len(verdicts) for verdicts in taken] == [1] * 9 + [0]
    results = mina.locator("#bulk-result").inner_text() + jun.locator("#bulk-result").inner_text()
    assert "3 already decided by" in results or results.count("already decided by") == 2
    for page in (mina, jun):
        fetch_changes(page)
        expect_left(page, 3)
    first = mina if "already" not in mina.locator("#bulk-result").inner_text() else jun
    press(first, "z")
    expect(first.locator("#bulk-result")).to_contain_text("6 undone.")


def test_a_comment_deleted_elsewhere_shows_a_message(mina, jun, review):
    press(jun, "j", "s")
    expect_left(jun, 11)
    jun.goto("/admin/purges/new")
    jun.get_by_role("button", name="Delete permanently").click()
    expect(jun.locator(".done")).to_contain_text("1 comment deleted.")
    press(mina, "j", "a")
    expect(row(mina, 1).get_by_role("alert")).to_contain_text("Page not found.")
    fetch_changes(mina)
    expect(mina.locator("#queue > .row").first).to_contain_text("Deleted")
    press(mina, "a")
    expect_left(mina, 10)


def test_signing_out_in_another_tab_shows_a_message_and_keeps_the_reply(mina):
    row(mina, 1).locator(".menu summary").click()
    row(mina, 1).locator("textarea").fill("Words that must not be lost.")
    other = mina.context.new_page()
    other.goto(QUEUE)
    other.get_by_role("button", name="Sign out").click()
    expect(other.locator("h1")).to_have_text("Sign in")
    request_changes(mina)
    expect(mina.locator("#message")).to_contain_text("You are signed out.")
    expect(mina.locator("#message")).to_have_class("shown-message")
    expect(row(mina, 1).locator("textarea")).to_have_value("Words that must not be lost.")
    expect_same_page(mina)


def test_a_decision_after_signing_out_leads_to_signing_in_and_back(mina):
    mina.goto(f"{QUEUE}?q=Row")
    mina.context.clear_cookies()
    press(mina, "j", "a")
    expect(mina.locator("h1")).to_have_text("Sign in")
    assert set(states().values()) == {"pending"}
    mina.fill("#email", "mina@example.org")
    mina.fill("#password", PASSWORD)
    press(mina, "Enter")
    expect(mina.locator("h1")).to_have_text("All comments")
    expect(mina.locator("#q")).to_have_value("Row")


def approve_and_undo(mina: Page, jun: Page) -> None:
    """Approve the first comment as Mina, and undo that decision as Jun."""
    press(mina, "j", "a")
    expect_left(mina, 11)
    fetch_changes(jun)
    row(jun, 1).get_by_role("button", name="Undo").click()
    expect_left(jun, 12)


def test_an_undo_elsewhere_restores_the_row(mina, jun):
    approve_and_undo(mina, jun)
    fetch_changes(mina)
    expect(row(mina, 1).get_by_role("button", name="Approve")).to_be_visible()
    expect_left(mina, 12)
    assert focused_row(mina) == "Row 2."
