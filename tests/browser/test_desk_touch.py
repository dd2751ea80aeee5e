"""The queue by touch on a phone of 360 × 740 pixels."""

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.clock import utc_now
from blog.reports.models import Kind
from tests.browser.desk import (
    DECISIONS,
    LONG,
    HeldRequests,
    decide_elsewhere,
    decided,
    expect_left,
    expect_quiet,
    fill,
    fill_with,
    open_queue,
    row,
    states,
    verdicts_on,
)
from tests.browser.everybody import (
    OVERFLOW,
    OVERLAPPING,
    SMALL_TARGETS,
    SMALLER_THAN_A_THUMB,
)
from tests.browser.steps import QUEUE
from tests.builders import make_comment, make_published_comment, make_report

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
ACTIONS = (
    "main button, main summary, main select, main input:not([type=hidden]), main textarea,"
    " nav a, nav button, .panel-buttons a"
)


@pytest.fixture
def desk(site, arrive, review) -> Page:
    letters = enumerate("가나다라마바사아자차카타", start=1)
    fill_with(review, [f"Row {n}. {f'{word * 5} ' * (9 * (n % 4) + 1)}" for n, word in letters])
    return open_queue(arrive, site, **PHONE)


def bar(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Decide on the current comment")


def tap(page: Page, name: str) -> None:
    bar(page).get_by_role("button", name=name).tap()


def current(page: Page) -> str:
    return page.locator(".row.current .comment-text").inner_text().partition(".")[0]


def expect_in_sight(page: Page, number: int) -> None:
    """Check that a row is completely visible between the heading and the bar."""
    box = row(page, number).bounding_box()
    assert box["y"] >= page.locator(".queue-title").bounding_box()["height"]
    assert box["y"] + box["height"] <= bar(page).bounding_box()["y"]


def test_the_bar_is_at_the_bottom_and_its_buttons_are_large(desk):
    box = bar(desk).bounding_box()
    assert box["y"] + box["height"] == 740
    assert (box["x"], box["width"]) == (0, 360)
    for name in ("Approve", "Reject", "Spam", "Undo"):
        button = bar(desk).get_by_role("button", name=name).bounding_box()
        assert button["height"] >= 48
        assert button["width"] >= 48
    desk.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert bar(desk).bounding_box() == box
    last = row(desk, 12).bounding_box()
    assert last["y"] + last["height"] <= box["y"], "the bar covers the last row"


def test_every_other_target_is_large_enough_and_nothing_scrolls_sideways(site, arrive, review):
    long = "w" * 300 + " https://example.org/" + "a" * 200
    make_comment(
        review=review, body=f"Row 1. {long}", name="n" * 80, email="j" * 60 + "@example.org"
    )
    make_comment(review=review, body=f"Row 2. {LONG}", is_trapped=True, typed_seconds=1)
    comments = fill(review, 4, first=3)
    desk = open_queue(arrive, site, **PHONE)
    desk.locator(".narrow summary").tap()
    decide_elsewhere(comments[1])
    row(desk, 4).locator(".menu summary").tap()
    row(desk, 4).get_by_label("Your reply").fill("A reply that comes too late.")
    row(desk, 4).get_by_role("button", name="Approve and reply").tap()
    expect(row(desk, 4).get_by_role("alert")).to_contain_text("Jun rejected")
    row(desk, 3).locator(".pick").tap()
    tap(desk, "Approve")
    expect(desk.locator("#bulk-result")).to_contain_text("1 published.")
    row(desk, 5).locator(".pick").tap()
    desk.locator(".menu").evaluate_all("menus => menus.forEach((menu) => { menu.open = true })")
    assert desk.evaluate(SMALL_TARGETS) == []
    assert desk.evaluate(OVERFLOW) <= 0
    row(desk, 4).get_by_label("Your reply").fill("")
    for path in (f"{QUEUE}/{comments[0].id}", f"{QUEUE}?status=published", "/admin/log"):
        desk.goto(path)
        assert desk.evaluate(SMALL_TARGETS) == [], path
        assert desk.evaluate(OVERFLOW) <= 0, path


def test_what_a_moderator_does_is_as_large_as_a_thumb_and_never_overlaps(site, arrive, review):
    make_comment(review=review, body=f"Row 1. {LONG}", name="n" * 80, email="jo@example.org")
    comments = fill(review, 4, first=2)
    make_report(comment=make_published_comment(review=review), kind=Kind.INSULT)
    desk = open_queue(arrive, site, **PHONE | {"viewport": {"width": 390, "height": 844}})
    check_for_a_thumb(desk)
    desk.locator(".narrow summary").tap()
    row(desk, 2).locator(".menu summary").tap()
    check_for_a_thumb(desk)
    row(desk, 3).locator(".comment-text").tap()
    tap(desk, "Reject")
    expect(decided(desk)).to_have_count(1)
    row(desk, 4).locator(".pick").tap()
    check_for_a_thumb(desk)
    for path in (
        f"{QUEUE}/{comments[0].id}",
        *(
            f"/admin/{page}"
            for page in ("log", "rules/new", "reviews", "reviewers", "account", "purges/new")
        ),
        "/admin/bulks/new?verdict=reject&q=Row",
    ):
        desk.goto(path)
        check_for_a_thumb(desk)


def check_for_a_thumb(page: Page) -> None:
    small = page.evaluate(SMALLER_THAN_A_THUMB, ACTIONS)
    assert not small, "\n".join([page.url, *small])
    assert page.evaluate(OVERLAPPING) == [], page.url
    assert page.evaluate(OVERFLOW) <= 0, page.url


def test_the_queue_is_cleared_by_touch_alone(desk):
    taps = ["Approve", "Reject", "Spam"] * 4
    for number, name in enumerate(taps, start=1):
        assert current(desk) == f"Row {number}"
        expect_in_sight(desk, number)
        tap(desk, name)
    expect_left(desk, 0)
    assert [*states().values()] == ["published", "rejected", "spam"] * 4
    expect(desk.locator(".empty")).to_contain_text("No comments are waiting.")
    expect(desk.locator(".empty")).to_be_in_viewport()
    tap(desk, "Undo")
    expect_left(desk, 1)
    assert current(desk) == "Row 12"
    expect_in_sight(desk, 12)


def test_the_next_row_comes_into_view_with_the_tap_and_stays(desk):
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: tap(desk, "Approve"))
    for _ in range(4):
        tap(desk, "Reject")
    assert current(desk) == "Row 6"
    expect_in_sight(desk, 6)
    before = desk.locator(".row.current").bounding_box()
    held.release_all()
    expect(decided(desk)).to_have_count(5)
    expect_quiet(desk)
    assert desk.locator(".row.current").bounding_box()["y"] == pytest.approx(before["y"], abs=1)


def test_undo_restores_the_last_comment_and_shows_when_there_is_none(desk):
    tap(desk, "Spam")
    tap(desk, "Undo")
    expect_left(desk, 12)
    expect_quiet(desk)
    assert current(desk) == "Row 1"
    assert verdicts_on("Row 1.") == ["spam", "reopen"]
    tap(desk, "Undo")
    message = desk.get_by_text("There is nothing to undo here.")
    expect(message).to_be_in_viewport()
    box = message.bounding_box()
    assert box["height"] > 20, "the message is not visible"
    assert box["y"] + box["height"] <= bar(desk).bounding_box()["y"]
    row(desk, 2).locator(".comment-text").tap()
    expect(desk.locator("#message")).to_have_class("unseen")


def test_the_restored_row_stays_current_while_the_page_scrolls(desk):
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: tap(desk, "Spam"))
    tap(desk, "Undo")
    desk.evaluate(
        "() => new Promise((seen) => { dispatchEvent(new Event('scroll'));"
        " requestAnimationFrame(() => requestAnimationFrame(seen)) })"
    )
    assert current(desk) == "Row 1"
    held.release_all()
    expect_quiet(desk)
    assert current(desk) == "Row 1"


def test_a_touched_row_becomes_the_current_one(desk):
    row(desk, 3).locator(".comment-text").tap()
    assert current(desk) == "Row 3"
    tap(desk, "Reject")
    expect_left(desk, 11)
    assert verdicts_on("Row 3.") == ["reject"]
    assert current(desk) == "Row 4"


def test_scrolling_makes_the_top_row_the_current_one(desk):
    expect(row(desk, 1)).to_have_class("row current")
    middle = row(desk, 7).evaluate("row => row.getBoundingClientRect().top + scrollY")
    desk.evaluate("top => scrollTo({ top, behavior: 'instant' })", middle - 60)
    expect(row(desk, 7)).to_have_class("row current")
    tap(desk, "Approve")
    expect(row(desk, 7).locator("strong")).to_have_text("Published")
    assert current(desk) == "Row 8"


def test_a_comment_is_published_as_spoiler_by_touch(desk):
    row(desk, 1).get_by_role("button", name="Spoiler").tap()
    expect(row(desk, 1).locator("strong")).to_have_text("Published as spoiler")
    assert current(desk) == "Row 2"


def test_a_comment_is_rejected_with_a_reason_by_touch(desk):
    menu = row(desk, 2).locator(".menu")
    menu.locator("summary").tap()
    menu.get_by_label("Other reason").tap()
    desk.keyboard.type("Not about the drama")
    menu.get_by_text("Share the reason with the author").tap()
    menu.get_by_role("button", name="Reject with this reason").tap()
    expect(row(desk, 2).locator("strong")).to_have_text("Rejected")
    expect_left(desk, 11)
    desk.goto("/admin/log")
    expect(desk.locator(".log-reason")).to_have_text("Not about the drama shared with the author")


def test_a_comment_is_approved_with_a_reply_by_touch(desk):
    row(desk, 1).locator(".menu summary").tap()
    row(desk, 1).get_by_label("Your reply").tap()
    desk.keyboard.type("Thank you for this.")
    row(desk, 1).get_by_role("button", name="Approve and reply").tap()
    expect_left(desk, 11)
    assert states()["Thank you for this."] == "published"
    assert current(desk) == "Row 2"
    tap(desk, "Undo")
    expect(row(desk, 1).locator(".menu")).to_be_visible()
    assert "published" not in states().values()


def test_several_comments_are_selected_and_decided_by_touch(desk):
    for number in (1, 2, 4):
        row(desk, number).locator(".pick").tap()
    expect(desk.locator("#picked")).to_have_text("3 selected")
    expect(desk.locator("#picked")).to_be_in_viewport()
    above = desk.locator("#bulk").bounding_box()
    assert above["y"] + above["height"] <= bar(desk).bounding_box()["y"]
    tap(desk, "Spam")
    result = desk.locator("#bulk-result")
    expect(result).to_contain_text("3 marked as spam.")
    box = result.locator(".bulk-result").bounding_box()
    assert box["y"] + box["height"] <= bar(desk).bounding_box()["y"]
    result.get_by_role("button", name="Undo all").tap()
    expect(result).to_contain_text("3 undone.")
    expect_left(desk, 12)
    result.get_by_role("button", name="Close").tap()
    expect(result).to_be_empty()


def test_failed_decisions_are_counted_and_found_by_a_tap(desk):
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: tap(desk, "Approve"))
    for _ in range(5):
        tap(desk, "Approve")
    held.routes.pop().abort()
    held.release_all()
    expect(decided(desk)).to_have_count(5)
    button = desk.get_by_role("button", name="1 restored")
    expect(button).to_be_in_viewport()
    button.tap()
    assert current(desk) == "Row 1"
    expect(row(desk, 1).get_by_role("alert")).to_be_in_viewport()
    tap(desk, "Reject")
    expect(button).to_be_hidden()
    expect_left(desk, 6)


def test_copies_of_several_wordings_are_read_and_approved_by_touch(site, arrive, review):
    for number in range(3):
        body = f"Row 1. Cheap subtitles for every drama, and the first month is free, code {number}"
        make_comment(review=review, body=body, name=f"Seller {number}", now=utc_now())
    desk = open_queue(arrive, site, **PHONE)
    tap(desk, "Approve")
    expect(desk.get_by_text("3 wordings. Read them, then decide again.")).to_be_in_viewport()
    expect(row(desk, 1).locator("details.copies li")).to_have_count(3)
    row(desk, 1).get_by_role("button", name="Approve").tap()
    expect(row(desk, 1).locator("strong")).to_have_text("3 published")


def test_a_long_text_is_opened_by_touch(site, arrive, review):
    make_comment(review=review, body=f"Row 1. {LONG}", now=utc_now())
    desk = open_queue(arrive, site, **PHONE)
    text = row(desk, 1).locator(".comment-text")
    before = text.bounding_box()["height"]
    row(desk, 1).locator(".more-or-less").tap()
    assert text.bounding_box()["height"] > 2 * before


def test_a_published_comment_is_taken_down_by_touch(site, arrive, review):
    make_published_comment(review=review, body="Row 1. Spoils it all.", now=utc_now())
    desk = open_queue(arrive, site, **PHONE)
    desk.goto(f"{QUEUE}?status=published")
    tap(desk, "Approve")
    expect(desk.get_by_text("This decision is not possible for this comment.")).to_be_in_viewport()
    tap(desk, "Reject")
    row(desk, 1).get_by_label("Other reason").fill("Told the ending")
    row(desk, 1).get_by_role("button", name="Take down").tap()
    expect(row(desk, 1).locator("strong")).to_have_text("Taken down")
    tap(desk, "Undo")
    expect(row(desk, 1).locator(".menu")).to_be_visible()
    assert states() == {"Row 1.": "published"}
