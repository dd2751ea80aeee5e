"""The queue by keyboard: the focus, the requests sent, and decisions that fail."""

import pytest
from playwright.sync_api import Page, expect

from blog.moderation.states import Verdict
from tests.browser.desk import (
    BULKS,
    DECISIONS,
    HeldRequests,
    SentVerdicts,
    decide_elsewhere,
    decided,
    expect_left,
    expect_quiet,
    fill,
    focused_row,
    open_queue,
    press,
    row,
    states,
    top_of,
    verdicts_on,
)
from tests.browser.steps import FOCUS_IS_SEEN, expect_same_page, set_marker

pytestmark = pytest.mark.browser

VERDICTS = [
    ("a", "Published", "published"),
    ("f", "Published as spoiler", "published"),
    ("r", "Rejected", "rejected"),
    ("s", "Marked as spam", "spam"),
]


@pytest.fixture
def desk(site, arrive, review) -> Page:
    """The queue with twelve waiting comments."""
    fill(review, 12)
    return open_queue(arrive, site)


def test_j_and_k_move_the_focus_through_the_rows(desk):
    walked = []
    for key in "jjjkkkk":
        press(desk, key)
        walked.append(focused_row(desk))
        assert desk.evaluate(FOCUS_IS_SEEN)
    assert walked == [f"Row {number}." for number in (1, 2, 3, 2, 1, 1, 1)]
    for _ in range(14):
        press(desk, "j")
    assert focused_row(desk) == "Row 12."


def test_each_verdict_has_a_key(desk):
    set_marker(desk)
    press(desk, "j", "j")
    for number, (key, words, state) in enumerate(VERDICTS, start=2):
        press(desk, key)
        following, count = f"Row {number + 1}.", 13 - number
        assert focused_row(desk) == following
        expect(decided(desk)).to_have_count(number - 1)
        expect(row(desk, number).locator("strong")).to_have_text(words)
        expect(row(desk, number).get_by_role("button", name="Undo")).to_be_visible()
        expect(desk.locator("#queue > .row").nth(number - 1)).to_contain_text(f"Row {number}.")
        expect_left(desk, count)
        expect(desk.locator("#message")).to_have_text(f"{words}. {count} left")
        assert focused_row(desk) == following
        assert states()[f"Row {number}."] == state
    expect_same_page(desk)


def test_the_focus_moves_with_the_key_before_the_response(desk):
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: press(desk, "j", "a"))
    assert focused_row(desk) == "Row 2."
    expect(row(desk, 1)).to_have_class("row sending")
    before = top_of(desk)
    held.release()
    expect(decided(desk)).to_have_count(1)
    assert focused_row(desk) == "Row 2."
    assert top_of(desk) == before, "the page moved when the response came"


def test_decisions_are_sent_in_order_one_at_a_time(desk):
    sent = SentVerdicts(desk)
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: press(desk, "j", *"arsfa"))
    assert focused_row(desk) == "Row 6."
    assert sent.verdicts == ["approve"], "the second verdict was sent before the first response"
    for _ in range(4):
        held.after(held.release)
    held.release()
    expect(decided(desk)).to_have_count(5)
    assert sent.verdicts == ["approve", "reject", "spam", "approve_spoiler", "approve"]
    assert sent.most_at_once == 1
    assert [*states().values()][:6] == [
        *("published", "rejected", "spam", "published", "published", "pending")
    ]


def test_a_burst_of_keys_loses_none(desk):
    press(desk, "j", *"arsarsarsars")
    expect_left(desk, 0)
    assert [*states().values()] == ["published", "rejected", "spam"] * 4


FAILURES = {
    "no response": lambda route: route.abort(),
    # A proxy's error page does not come from the site.
    "a proxy's response": lambda route: route.fulfill(status=502, body="upstream connect error"),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_a_failed_decision_is_flagged_and_leaves_the_focus_alone(desk, fail):
    # Only the decision on the first row is held, in whatever order the decisions are sent.
    number = row(desk, 1).get_attribute("data-row")
    held = HeldRequests(desk, f"**/comments/{number}/decisions")
    held.after(lambda: press(desk, "j", *"aar"))
    fail(held.routes.pop())
    held.release_all()
    expect(decided(desk)).to_have_count(2)
    assert focused_row(desk) == "Row 4.", "the focus moved back"
    back = row(desk, 1)
    expect(back.get_by_role("alert")).to_have_text(
        "The site did not respond. Your text is still here; please try again."
    )
    expect(desk.get_by_role("button", name="1 restored")).to_be_visible()
    expect(desk.locator("#notices")).to_be_empty()
    expect_left(desk, 10)
    desk.get_by_role("button", name="1 restored").press("Enter")
    assert focused_row(desk) == "Row 1."
    press(desk, "r")
    expect(decided(desk)).to_have_count(3)
    expect(desk.get_by_role("button", name="restored")).to_have_count(0)
    assert verdicts_on("Row 1.") == ["reject"]


def test_the_sites_error_message_is_shown_in_the_row(desk):
    desk.route(
        DECISIONS, lambda route: route.continue_(url=route.request.url.replace("comments", "gone"))
    )
    press(desk, "j", "a")
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("Page not found.")
    expect(desk.locator("#notices")).to_be_empty()
    assert focused_row(desk) == "Row 2."


def test_a_comment_decided_elsewhere_is_flagged(site, arrive, review):
    comments = fill(review, 4)
    desk = open_queue(arrive, site)
    decide_elsewhere(comments[0])
    press(desk, "j", *"aa")
    back = row(desk, 1)
    expect(back.get_by_role("alert")).to_contain_text("Jun rejected this comment at")
    expect(back).to_have_class("row came-back")
    expect(row(desk, 2)).to_have_class("row decided is-published is-last")
    assert focused_row(desk) == "Row 3."
    assert verdicts_on("Row 1.") == ["reject"]
    press(desk, "k", "k")
    assert focused_row(desk) == "Row 1."
    press(desk, "a")
    expect(decided(desk)).to_have_count(2)
    assert verdicts_on("Row 1.") == ["reject", "approve"]


def test_flagged_rows_above_do_not_move_the_focused_row(site, arrive, review):
    comments = fill(review, 30)
    desk = open_queue(arrive, site)
    for number in (8, 9):
        decide_elsewhere(comments[number - 1])
    press(desk, *"jjjjjjjj")
    assert focused_row(desk) == "Row 8."
    desk.mouse.wheel(0, 200)
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: press(desk, *"aaa"))
    assert focused_row(desk) == "Row 11."
    before = top_of(desk)
    held.release_all()
    expect(desk.get_by_role("button", name="2 restored")).to_be_visible()
    expect(row(desk, 10)).to_have_class("row decided is-published is-last")
    assert top_of(desk) == pytest.approx(before, abs=1)
    assert focused_row(desk) == "Row 11."


def test_z_undoes_the_last_decision_and_then_the_one_before(desk):
    press(desk, "j", *"ars")
    expect(decided(desk)).to_have_count(3)
    press(desk, "z")
    assert focused_row(desk) == "Row 3.", "the focus moves with the key here too"
    expect(decided(desk)).to_have_count(2)
    expect(desk.locator("#message")).to_have_text("Undone. 10 left")
    press(desk, "z")
    expect(decided(desk)).to_have_count(1)
    assert focused_row(desk) == "Row 2."
    expect_left(desk, 11)
    assert verdicts_on("Row 2.") == ["reject", "reopen"]
    press(desk, "z")
    expect_left(desk, 12)
    expect_quiet(desk)
    press(desk, "z")
    expect(desk.locator("#message")).to_have_class("shown-message")
    expect(desk.locator("#message")).to_contain_text("There is nothing to undo here.")


def test_several_undos_at_once_undo_several_decisions(desk):
    press(desk, "j", *"arsa")
    press(desk, *"zzz")
    expect_left(desk, 11)
    expect_quiet(desk)
    assert focused_row(desk) == "Row 2."
    for number, verdicts in enumerate((["approve"], *(["reject", "reopen"], ["spam", "reopen"]))):
        assert verdicts_on(f"Row {number + 1}.") == verdicts
    assert verdicts_on("Row 4.") == ["approve", "reopen"]


def test_a_decision_that_is_still_being_sent_can_be_undone(desk):
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: press(desk, "j", "a", "a", "z"))
    assert focused_row(desk) == "Row 2."
    held.release_all()
    expect(decided(desk)).to_have_count(1)
    expect_quiet(desk)
    assert focused_row(desk) == "Row 2."
    assert verdicts_on("Row 1.") == ["approve"]
    assert verdicts_on("Row 2.") == ["approve", "reopen"]


def test_a_new_verdict_can_be_given_before_the_undo_has_finished(desk):
    press(desk, "j", "a", "z", "s")
    assert focused_row(desk) == "Row 2."
    expect(decided(desk)).to_have_count(1)
    expect(row(desk, 1).locator("strong")).to_have_text("Marked as spam")
    assert verdicts_on("Row 1.") == ["approve", "reopen", "spam"]
    press(desk, "z")
    expect_left(desk, 12)
    assert states()["Row 1."] == "pending"


def test_an_undo_that_failed_can_be_tried_again(desk):
    press(desk, "j", "a")
    expect(decided(desk)).to_have_count(1)
    desk.route(DECISIONS, lambda route: route.abort())
    press(desk, "z")
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("The site did not respond.")
    desk.unroute(DECISIONS)
    press(desk, "z")
    expect_left(desk, 12)
    expect(row(desk, 1).get_by_role("alert")).to_have_count(0)


def test_an_undo_of_a_decision_that_never_arrived_changes_nothing(desk):
    held = HeldRequests(desk, DECISIONS)
    sent = SentVerdicts(desk)
    held.after(lambda: press(desk, "j", "a", "z"))
    held.routes.pop().abort()
    expect(row(desk, 1).get_by_role("alert")).to_contain_text("The site did not respond.")
    expect_quiet(desk)
    assert focused_row(desk) == "Row 1."
    assert sent.verdicts == ["approve"]
    assert verdicts_on("Row 1.") == []


def test_with_a_selection_the_keys_act_on_all_of_it(desk):
    press(desk, *"jxjxjjx")
    expect(desk.locator("#picked")).to_have_text("3 selected")
    press(desk, "x")
    expect(desk.locator("#picked")).to_have_text("2 selected")
    expect(desk.locator("#message")).to_have_text("No longer selected.")
    press(desk, "x", "s")
    expect(desk.locator("#picked")).to_be_empty()
    expect(desk.locator("#bulk-result")).to_contain_text("3 marked as spam.")
    expect(decided(desk)).to_have_count(3)
    assert focused_row(desk) == "Row 5."
    assert [*states().values()][:5] == ["spam", "spam", "pending", "spam", "pending"]
    expect_left(desk, 9)


def test_a_bulk_is_undone_as_one(desk):
    press(desk, *"jxjxa")
    expect(desk.locator("#bulk-result")).to_contain_text("2 published.")
    press(desk, "a")
    expect(decided(desk)).to_have_count(3)
    press(desk, "z")
    expect(decided(desk)).to_have_count(2)
    press(desk, "z")
    expect(desk.locator("#bulk-result")).to_contain_text("2 undone.")
    expect_left(desk, 12)
    assert focused_row(desk) == "Row 1."
    assert verdicts_on("Row 2.") == ["approve", "reopen"]


def test_an_earlier_bulk_can_be_undone_after_a_later_one(desk):
    press(desk, *"jxjxr")
    press(desk, *"xjxs")
    press(desk, *"zz")
    expect_left(desk, 12)
    expect_quiet(desk)
    assert verdicts_on("Row 1.") == ["reject", "reopen"]
    assert verdicts_on("Row 4.") == ["spam", "reopen"]


def test_a_bulk_flags_comments_decided_elsewhere(site, arrive, review):
    comments = fill(review, 4)
    desk = open_queue(arrive, site)
    decide_elsewhere(comments[1], verdict=Verdict.SPAM)
    press(desk, *"jxjxjxa")
    expect(desk.locator("#bulk-result")).to_contain_text("2 published, 1 already decided by Jun.")
    expect(row(desk, 2).get_by_role("alert")).to_contain_text("Jun marked this comment as spam")
    expect(decided(desk)).to_have_count(2)
    assert focused_row(desk) == "Row 4."
    press(desk, "z")
    expect(desk.locator("#bulk-result")).to_contain_text("2 undone")
    assert verdicts_on("Row 2.") == ["spam"]


def test_the_rows_of_a_failed_bulk_are_flagged(desk):
    press(desk, *"jxjxa")
    expect(decided(desk)).to_have_count(2)
    desk.route(BULKS, lambda route: route.abort())
    press(desk, *"xjxs")
    expect(desk.get_by_role("button", name="2 restored")).to_be_visible()
    expect(row(desk, 3).get_by_role("alert")).to_contain_text("The site did not respond.")
    desk.unroute(BULKS)
    press(desk, "z")
    assert focused_row(desk) == "Row 1.", "the undo applies to the bulk that arrived"
    expect_left(desk, 12)
    expect(row(desk, 1).locator(".verdicts")).to_be_visible()
    assert verdicts_on("Row 1.") == ["approve", "reopen"]
    assert verdicts_on("Row 3.") == []
