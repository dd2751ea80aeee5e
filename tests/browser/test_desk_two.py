"""Two moderators side by side, each in a browser of their own, none of which loads a page again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from blog.reviews.models import Review
from tests.browser.desk import (
    CHANGES,
    DECISIONS,
    Held,
    ask,
    enter,
    expect_left,
    expect_quiet,
    fill,
    here,
    look_again,
    press,
    row,
    states,
    top_of,
    verdicts_on,
)
from tests.browser.server import Site
from tests.browser.steps import QUEUE, expect_same_page, mark, sign_in
from tests.builders import (
    PASSWORD,
    make_moderator,
    make_published_comment,
    make_report,
    make_review,
)

pytestmark = pytest.mark.browser

# A tab that is not looked at, as the browser would tell its page.
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def review(site) -> Review:
    """Twelve comments wait under it."""
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
    email = f"{name.lower()}@example.org"
    make_moderator(email=email, name=name)
    page = enter(arrive, site, email=email)
    mark(page)
    return page


def test_a_row_decided_in_one_turns_grey_in_the_other_with_who_and_what(mina, jun):
    press(mina, "j", *"ar")
    expect_left(mina, 10)
    press(jun, *"jjj")
    look_again(jun)
    for number, words in ((1, "Published by Mina,"), (2, "Rejected by Mina,")):
        grey = row(jun, number)
        expect(grey).to_contain_text(words)
        expect(grey).to_have_class(f"row decided is-{words.split()[0].lower()} is-elsewhere")
        expect(grey.get_by_role("button", name="Undo")).to_be_visible()
        assert grey.evaluate("row => [...row.parentElement.children].indexOf(row)") == number - 1
    expect_left(jun, 10)
    expect(jun.locator("#count-published")).to_have_text("1")
    assert here(jun) == "Row 3."
    expect_same_page(jun)


def test_the_row_in_hand_that_is_decided_elsewhere_keeps_the_focus(mina, jun):
    press(jun, "j")
    press(mina, "j", "s")
    expect_left(mina, 11)
    look_again(jun)
    expect(row(jun, 1)).to_contain_text("Marked as spam by Mina")
    expect(row(jun, 1)).to_be_focused()
    press(jun, "a")
    expect_quiet(jun)
    assert verdicts_on("Row 1.") == ["spam"], "the key fell on what was decided"
    press(jun, "j", "a")
    assert here(jun) == "Row 3."


def test_a_decision_that_crosses_anothers_is_told_and_left(mina, jun):
    press(mina, "j", "r")
    expect_left(mina, 11)
    press(jun, "j", "a")
    expect(row(jun, 1).get_by_role("alert")).to_contain_text("Mina rejected this comment at")
    expect_left(jun, 11)
    assert here(jun) == "Row 2."
    assert verdicts_on("Row 1.") == ["reject"]
    row(jun, 1).get_by_role("button", name="Approve").click()
    expect(row(jun, 1).locator("strong")).to_have_text("Published")
    assert verdicts_on("Row 1.") == ["reject", "approve"]


def test_an_undo_crosses_anothers_decision_and_says_so(mina, jun):
    let_the_other_undo(mina, jun)
    press(mina, "z")
    expect(row(mina, 1).get_by_role("alert")).to_contain_text(
        "Jun undid a decision on this comment"
    )
    assert verdicts_on("Row 1.") == ["approve", "reopen"]


def test_words_that_are_being_written_are_not_taken_away(mina, jun):
    row(jun, 1).locator(".menu summary").click()
    row(jun, 1).locator("textarea").fill("Thank you. We thought so too.")
    press(mina, "j", *"aa")
    expect_left(mina, 10)
    look_again(jun)
    expect(row(jun, 2)).to_contain_text("Published by Mina")
    expect(row(jun, 1).locator("textarea")).to_have_value("Thank you. We thought so too.")
    row(jun, 1).get_by_role("button", name="Approve and reply").click()
    expect(row(jun, 1).get_by_role("alert")).to_contain_text("Mina published this comment at")
    expect(row(jun, 1).locator("textarea")).to_have_value("Thank you. We thought so too.")


def test_new_arrivals_are_counted_and_put_in_on_click(mina, review):
    press(mina, *"jjj")
    before = top_of(mina)
    fill(review, 4, first=101)
    look_again(mina)
    link = mina.get_by_role("link", name="4 new")
    expect(link).to_be_visible()
    expect(mina.locator("#queue > .row")).to_have_count(12)
    expect_left(mina, 16)
    assert top_of(mina) == before
    link.press("Enter")
    expect(mina.locator("#queue > .row")).to_have_count(16)
    expect(mina.locator("#arrivals")).to_be_empty()
    assert top_of(mina) == before
    assert here(mina) == "Row 3."
    expect(mina.locator("#queue > .row").last).to_contain_text("Row 104.")
    fill(review, 1, first=105)
    look_again(mina)
    mina.get_by_role("link", name="1 new").click()
    expect(mina.locator("#queue > .row")).to_have_count(17)
    expect(row(mina, 105)).to_be_visible()
    expect_same_page(mina)


def test_new_arrivals_take_the_place_of_nothing_waits(mina, review):
    press(mina, "j", *"a" * 12)
    expect(mina.locator("#queue > .empty")).to_be_visible()
    fill(review, 1, first=101)
    look_again(mina)
    mina.get_by_role("link", name="1 new").press("Enter")
    expect(row(mina, 101)).to_be_visible()
    expect(mina.locator("#queue > .empty")).to_be_hidden()
    press(mina, "j", "a")
    expect(mina.locator("#queue > .empty")).to_be_visible()
    expect_left(mina, 0)


def test_a_published_comment_that_is_reported_comes_back_to_the_desk(mina, review):
    comment = make_published_comment(review=review, body="Row 101. Rude.", now=utc_now())
    look_again(mina)
    make_report(comment=comment, words="Look at the last word.", now=utc_now())
    look_again(mina)
    mina.get_by_role("link", name="1 new").click()
    expect(row(mina, 101)).to_contain_text("Look at the last word.")
    row(mina, 101).get_by_role("button", name="Keep").click()
    expect(row(mina, 101).locator("strong")).to_have_text("Published")
    assert states()["Row 101."] == "published"


def test_an_answer_of_the_past_overwrites_nothing_of_the_present(mina, jun):
    press(jun, "j", *"ajjr")
    expect_left(jun, 10)
    held = Held(mina, CHANGES)
    held.after(lambda: ask(mina))
    # The site has answered, and the answer is on its way.
    route = held.routes.pop()
    past = route.fetch()
    press(mina, *"jjrra")
    told = row(mina, 4).get_by_role("alert")
    expect(told).to_contain_text("Jun rejected this comment")
    expect_left(mina, 8)
    route.fulfill(response=past)
    expect(row(mina, 1)).to_contain_text("Published by Jun")
    expect_left(mina, 8)
    expect(mina.locator("#count-rejected")).to_have_text("3")
    expect(told).to_contain_text("Jun rejected this comment")
    for number in (2, 3):
        expect(row(mina, number).locator("strong")).to_have_text("Rejected")
        expect(row(mina, number)).not_to_contain_text("by Mina")


def test_a_count_of_arrivals_from_before_they_were_put_in_is_dropped(mina, review):
    fill(review, 2, first=101)
    look_again(mina)
    fill(review, 1, first=103)
    held = Held(mina, CHANGES)
    held.after(lambda: ask(mina))
    mina.get_by_role("link", name="2 new").press("Enter")
    expect(row(mina, 103)).to_be_visible()
    with mina.expect_response(CHANGES):
        held.let_all_go()
    expect_quiet(mina)
    expect(mina.locator("#arrivals")).to_be_empty()


def test_a_row_on_its_way_is_not_exchanged(mina, jun):
    press(jun, "j", "s")
    expect_left(jun, 11)
    held = Held(mina, CHANGES)
    held.after(lambda: ask(mina))
    decisions = Held(mina, DECISIONS)
    decisions.after(lambda: press(mina, "j", "a"))
    with mina.expect_response(CHANGES):
        held.let_all_go()
    expect(mina.locator("#count-spam")).to_have_text("1")
    expect(row(mina, 1)).to_have_class("row sending")
    decisions.let_all_go()
    expect(row(mina, 1).get_by_role("alert")).to_contain_text("Jun marked this comment as spam")


def test_nothing_is_asked_while_the_tab_is_hidden_nor_answered_when_nothing_is_new(mina):
    mina.clock.install()
    mina.reload()
    asked, answered = [], {}
    mina.on("request", lambda request: "/changes?" in request.url and asked.append(request.url))
    mina.on("response", lambda response: answered.update({response.url: response.status}))
    with mina.expect_response(CHANGES):
        mina.clock.run_for(10_000)
    mina.evaluate(HIDE, True)
    mina.clock.run_for(120_000)
    mina.evaluate("fetch('/healthz')")
    assert len(asked) == 1, "a hidden tab asked"
    with mina.expect_response(CHANGES):
        mina.evaluate(HIDE, False)
    with mina.expect_response(CHANGES):
        mina.clock.run_for(10_000)
    assert len(asked) == 3
    assert [answered[url] for url in asked] == [204, 204, 204]


def test_a_failing_question_for_news_raises_no_alarm(mina):
    for fail in (
        lambda route: route.abort(),
        lambda route: route.fulfill(status=502, body="Bad gateway"),
        lambda route: route.continue_(url=route.request.url.replace("newest=", "newest=x")),
    ):
        mina.route(CHANGES, fail)
        with mina.expect_request(CHANGES):
            ask(mina)
        expect_quiet(mina)
        expect(mina.locator("#notices")).to_be_empty()
        mina.unroute(CHANGES)
    press(mina, "j", "a")
    expect_left(mina, 11)


def test_two_bulks_at_once_decide_on_each_comment_once(mina, jun):
    """Each selects six, three of them the same, and both strike before either is answered."""
    bulks = [Held(page, "**/bulks") for page in (mina, jun)]
    press(mina, "j", *"xjxjxjxjxjx")
    press(jun, *"jjjj", *"xjxjxjxjxjx")
    bulks[0].after(lambda: press(mina, "a"))
    bulks[1].after(lambda: press(jun, "s"))
    for bulk in bulks:
        bulk.let_all_go()
    for page in (mina, jun):
        expect(page.locator("#bulk-result")).to_contain_text(
            "published" if page is mina else "spam"
        )
        expect_quiet(page)
    taken = [verdicts_on(f"Row {number}.") for number in range(1, 11)]
    assert taken[:3] == [["approve"]] * 3
    assert taken[6:9] == [["spam"]] * 3
    assert [len(verdicts) for verdicts in taken] == [1] * 9 + [0]
    told = mina.locator("#bulk-result").inner_text() + jun.locator("#bulk-result").inner_text()
    assert "3 already decided by" in told or told.count("already decided by") == 2
    for page in (mina, jun):
        look_again(page)
        expect_left(page, 3)
    first = mina if "already" not in mina.locator("#bulk-result").inner_text() else jun
    press(first, "z")
    expect(first.locator("#bulk-result")).to_contain_text("6 undone.")


def test_what_was_deleted_elsewhere_says_so(mina, jun, review):
    press(jun, "j", "s")
    expect_left(jun, 11)
    jun.goto("/admin/purges/new")
    jun.get_by_role("button", name="Delete permanently").click()
    expect(jun.locator(".done")).to_contain_text("1 comment deleted.")
    press(mina, "j", "a")
    expect(row(mina, 1).get_by_role("alert")).to_contain_text("This page is not here.")
    look_again(mina)
    expect(mina.locator("#queue > .row").first).to_contain_text("Deleted")
    press(mina, "a")
    expect_left(mina, 10)


def test_a_desk_that_was_signed_out_in_another_tab_says_so_and_keeps_what_is_written(mina):
    row(mina, 1).locator(".menu summary").click()
    row(mina, 1).locator("textarea").fill("Words that must not be lost.")
    other = mina.context.new_page()
    other.goto(QUEUE)
    other.get_by_role("button", name="Sign out").click()
    expect(other.locator("h1")).to_have_text("Sign in")
    ask(mina)
    expect(mina.locator("#message")).to_contain_text("You are signed out.")
    expect(mina.locator("#message")).to_have_class("shown-message")
    expect(row(mina, 1).locator("textarea")).to_have_value("Words that must not be lost.")
    expect_same_page(mina)


def test_an_answer_of_who_was_signed_out_is_sent_after_signing_in_elsewhere(mina):
    row(mina, 1).locator(".menu summary").click()
    row(mina, 1).locator("textarea").fill("Words that must not be lost.")
    mina.context.clear_cookies()
    send = row(mina, 1).get_by_role("button", name="Approve and reply")
    send.click()
    expect(row(mina, 1).get_by_role("alert")).to_have_text("Not decided. Please try again.")
    expect(mina.locator("#message")).to_contain_text("You are signed out.")
    sign_in(mina.context.new_page())
    send.click()
    expect(row(mina, 1).get_by_role("alert")).to_contain_text("This page had expired")
    send.click()
    expect(row(mina, 1).locator("strong")).to_have_text("Published, with your reply")
    assert states()["Words that must not be lost."] == "published"


def test_a_decision_of_who_was_signed_out_leads_to_signing_in_and_back(mina):
    mina.goto(f"{QUEUE}?q=Row")
    mina.context.clear_cookies()
    press(mina, "j", "a")
    expect(mina.locator("h1")).to_have_text("Sign in")
    assert set(states().values()) == {"pending"}
    mina.fill("#email", "mina@example.org")
    mina.fill("#password", PASSWORD)
    press(mina, "Enter")
    expect(mina.locator("h1")).to_have_text("Waiting comments")
    expect(mina.locator("#q")).to_have_value("Row")


def let_the_other_undo(mina: Page, jun: Page) -> None:
    """Let Mina approve the first, and Jun undo that."""
    press(mina, "j", "a")
    expect_left(mina, 11)
    look_again(jun)
    row(jun, 1).get_by_role("button", name="Undo").click()
    expect_left(jun, 12)


def test_an_undo_elsewhere_brings_a_row_back_here(mina, jun):
    let_the_other_undo(mina, jun)
    look_again(mina)
    expect(row(mina, 1).get_by_role("button", name="Approve")).to_be_visible()
    expect_left(mina, 12)
    assert here(mina) == "Row 2."
