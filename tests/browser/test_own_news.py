"""The open page of a comment's author shows the decision in place; other pages do not."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select, update

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from tests.browser.life import TOKEN, look_closely, set_token
from tests.browser.shared_cache import shared_cache
from tests.browser.steps import (
    REVIEW,
    expect_focus,
    expect_same_page,
    send,
    set_marker,
    write_comment,
)
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_published_reply,
    make_reply,
    make_review,
)
from tests.patience import wait_until

pytestmark = pytest.mark.browser

TARGET = f"**{REVIEW}/comments"
MINE = f"{TARGET}/mine"
OWN = "#waiting > .own"
NEWS = "#own-news"
WORDS = "The bench scene, and the umbrella."
REASON = "We do not publish what tells the end. 결말은 안 돼요."


@pytest.fixture
def page(site, arrive) -> Page:
    """A reader's page with a fake clock, which runs until the test stops it."""
    make_review(published_at=utc_now())
    page = arrive(site).context.new_page()
    page.clock.install()
    page.goto(REVIEW)
    set_marker(page)
    return page


def listen(page: Page) -> list[str]:
    """Return a list that collects the page's requests for the reader's own comments."""
    requested: list[str] = []
    page.on("request", lambda r: requested.append(r.url) if r.url.endswith("/mine") else None)
    return requested


def stop_the_clock(page: Page) -> None:
    """Stop the page's clock, so that only the test moves it."""
    now = page.evaluate("Date.now()") / 1000
    page.clock.pause_at(datetime.fromtimestamp(now, UTC) + timedelta(seconds=2))


def send_in_stopped_time(page: Page) -> None:
    """Stop the clock while a comment is sent, so that the page's timers start at a known time."""
    held: list[Route] = []
    page.route(TARGET, lambda route: held.append(route))
    write_comment(page, body=WORDS)
    with page.expect_request(TARGET):
        send(page)
    stop_the_clock(page)
    with page.expect_response(TARGET):
        held[0].continue_()
    page.unroute(TARGET)
    pass_time_until_seen(page.locator(OWN).filter(has_text="Awaiting approval"))


def pass_time_until_seen(wanted: Locator) -> None:
    """Move the stopped clock in steps of 50 ms until an element is visible.

    Responses arrive in real time, but the page shows them with timers of its stopped clock.
    """

    def is_seen() -> bool:
        wanted.page.clock.run_for(50)
        return wanted.is_visible()

    wait_until(is_seen)


def ask_again(page: Page) -> None:
    """Move the clock by 30 seconds, and wait for the page's request for its own comments."""
    with page.expect_response(MINE):
        page.clock.run_for(30_000)


def focus_window(page: Page) -> None:
    """Tell the page that its window has the focus again."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def look_in_moving_time(at: Locator) -> None:
    """Start the clock again, which axe needs, and check the page of an element with axe."""
    at.page.clock.resume()
    look_closely(at)


def settle(page: Page) -> None:
    """Wait until all requests of the page so far have been observed."""
    for _ in range(3):
        page.evaluate("fetch('/healthz').then(response => response.text())")


def newest_comment() -> Comment:
    """Return the newest comment as the database has it now."""
    db.session.rollback()
    query = select(Comment).order_by(Comment.id.desc()).limit(1)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def decide(verdict: Verdict = Verdict.APPROVE, reason: str | None = None) -> None:
    """Decide on the newest comment as a new moderator."""
    comment = newest_comment()
    moderator = make_moderator(email=f"at{comment.id}v{comment.version}@example.org")
    make_decision(
        comment=comment,
        moderator=moderator,
        verdict=verdict,
        reason=reason,
        shares_reason=reason is not None,
        now=utc_now(),
    )


def test_the_page_asks_after_10_30_and_90_seconds_and_then_stops(page):
    requested = listen(page)
    send_in_stopped_time(page)
    # The page may have taken up to 200 ms to show the response.
    for pause, count in ((9_700, 0), (400, 1), (19_600, 1), (400, 2), (59_600, 2), (400, 3)):
        page.clock.run_for(pause)
        settle(page)
        assert len(requested) == count
    page.clock.run_for(3_600_000)
    settle(page)
    assert len(requested) == 3


def test_the_page_asks_when_its_window_gets_the_focus(page):
    requested = listen(page)
    send_in_stopped_time(page)
    page.clock.fast_forward(3_600_000)
    settle(page)
    before = len(requested)
    for _ in range(3):
        page.clock.run_for(1_000)
        focus_window(page)
    settle(page)
    assert len(requested) == before, "the page asked again too early"
    page.clock.run_for(3_000)
    decide()
    with page.expect_response(MINE):
        focus_window(page)
    expect(page.locator(f"{OWN}.published")).to_be_visible()
    page.clock.run_for(60_000)
    focus_window(page)
    settle(page)
    assert len(requested) == before + 1, "the page asked although nothing waits"


def test_publication_is_shown_and_announced_without_moving_the_focus(page):
    send_in_stopped_time(page)
    own = page.locator(OWN)
    expect(own).to_be_focused()
    own.get_by_role("link", name="Edit").focus()
    decide()
    ask_again(page)
    expect(own.locator(".state")).to_contain_text("Published. Everybody can read it.")
    expect(page.locator(NEWS)).to_contain_text("Published. Everybody can read it.")
    expect(own).to_have_count(1)
    expect(own.get_by_role("link", name="Edit")).to_be_focused()
    look_in_moving_time(own)
    expect_same_page(page)


def test_a_page_with_a_published_comment_does_not_say_that_there_are_no_comments(page):
    send_in_stopped_time(page)
    expect(page.locator("#comments .count")).to_have_text("0")
    expect(page.locator("#comment-list")).to_have_text("No comments yet.")
    decide()
    ask_again(page)
    expect(page.locator(f"{OWN}.published")).to_be_visible()
    expect(page.locator("#comments .count")).to_have_text("1")
    expect(page.locator("#comment-list")).to_be_empty()


def test_a_refusal_is_shown_with_its_reason_while_another_text_is_written(page):
    send_in_stopped_time(page)
    page.click("#sent a")
    pass_time_until_seen(page.locator("#body:focus"))
    page.keyboard.type("And another thing")
    decide(Verdict.REJECT, REASON)
    ask_again(page)
    own = page.locator(OWN)
    expect(own.locator(".state")).to_contain_text("Not published.")
    expect(own.locator(".because")).to_have_text(f"Reason: {REASON}")
    expect(own.get_by_role("link", name="Edit")).to_have_count(0)
    expect(page.locator(NEWS)).to_contain_text("Not published.")
    expect_focus(page, "#body")
    expect(page.locator("#body")).to_have_value("And another thing")
    look_in_moving_time(own)
    expect_same_page(page)


def test_an_open_edit_form_stays_and_gets_a_message_when_it_is_sent(page):
    send_in_stopped_time(page)
    own = page.locator(OWN)
    own.get_by_role("link", name="Edit").click()
    form = page.locator("form[id^=edit-form-]")
    pass_time_until_seen(form)
    form.locator("[name=body]").fill("Words that nobody has but this form.")
    # The form keeps its text even without the focus and without a draft.
    page.evaluate("document.activeElement.blur()")
    page.evaluate("localStorage.clear()")
    decide()
    ask_again(page)
    settle(page)
    expect(form.locator("[name=body]")).to_have_value("Words that nobody has but this form.")
    with page.expect_response(lambda response: response.status == 409):
        form.get_by_role("button", name="Save").click()
        # Before sending, the page waits for the proof of work with its own clock.
        page.clock.run_for(3_000)
    told = form.locator(".faults").filter(has_text="A moderator has published it.")
    pass_time_until_seen(told)
    expect(form.locator("[name=body]")).to_have_value("Words that nobody has but this form.")
    look_in_moving_time(form)


def test_the_page_asks_for_news_of_a_reply_in_a_thread(site, arrive):
    review = make_review(published_at=utc_now())
    parent = make_published_comment(review=review, now=utc_now())
    make_published_reply(to=parent, now=utc_now())
    reply = make_reply(to=parent, body=WORDS, token=TOKEN, now=utc_now())
    page = set_token(arrive(site).context.new_page())
    page.clock.install()
    page.goto(REVIEW)
    own = page.locator(f"#replies-{parent.id} > #comment-{reply.id}")
    expect(own).to_contain_text("Awaiting approval")
    settle(page)
    decide()
    page.clock.fast_forward(91_000)
    expect(own.locator(".state")).to_contain_text("Published.")


def test_a_comment_sent_while_the_others_are_on_their_way_stands_below_them(site, arrive):
    make_comment(review=make_review(published_at=utc_now()), token=TOKEN, now=utc_now())
    # As JavaScript's numbers the ids of this one and of the next are equal.
    write(db.session.execute, update(Comment).values(id=2**53))
    page = set_token(arrive(site).context.new_page())
    held: list[Route] = []
    page.route(MINE, lambda route: held.append(route))
    with page.expect_request(MINE):
        page.goto(REVIEW)
    write_comment(page, body=WORDS)
    send(page)
    expect(page.locator(OWN)).to_have_id(f"comment-{2**53 + 1}")
    held[0].continue_()
    expect(page.locator(OWN)).to_have_count(2)
    assert page.locator(OWN).last.get_attribute("id") == f"comment-{2**53 + 1}"


def test_two_browsers_never_see_each_others_through_a_shared_cache(site, arrive):
    review = make_review(published_at=utc_now())
    parent = make_published_comment(review=review, now=utc_now())
    with shared_cache(site.url) as front:
        first, second = (arrive(front).open(REVIEW) for _ in range(2))
        for page, words in ((first, "Only the first."), (second, "Only the second.")):
            write_comment(page, body=words)
            send(page)
            expect(page.locator(OWN)).to_have_count(1)
            page.click(f"#to-{parent.id}")
            form = page.locator(f"#comment-form-{parent.id}")
            form.locator("[name=body]").fill(f"{words} A reply.")
            form.get_by_role("button", name="Send reply").click()
            expect(page.locator(".own")).to_have_count(2)
        third = arrive(front).open(REVIEW)
        for path in (REVIEW, f"{REVIEW}/comments", f"{REVIEW}/comments/{parent.id}/replies", "/"):
            sources = {each.request.get(path).body() for each in (first, second, third)}
            assert len(sources) == 1
            assert b"Only the" not in sources.pop()
        pages = [f"{REVIEW}/comments/mine", "/reviews/comments/mine", "/reviews/comments/mine.json"]
        for path in pages:
            texts = [each.request.get(path).text() for each in (first, second, third)]
            assert ["Only the first." in text for text in texts] == [True, False, False], path
            assert ["Only the second." in text for text in texts] == [False, True, False], path
        for page, words, other in ((first, "first", "second"), (second, "second", "first")):
            page.goto(REVIEW)
            expect(page.locator(".own")).to_have_count(2)
            expect(page.locator("main")).not_to_contain_text(f"Only the {other}.")
            expect(page.locator(".own").first).to_contain_text(f"Only the {words}.")
        third.goto(REVIEW)
        expect(third.locator(".own")).to_have_count(0)
        assert REVIEW in front.hits, "the cache served no response"
        assert not [path for path in front.kept if "mine" in path]
