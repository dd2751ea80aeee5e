"""Failures while a comment is sent: a message is shown and the text is kept."""

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db.engine import db
from tests.browser.desk import open_queue
from tests.browser.steps import (
    REVIEW,
    expect_same_page,
    row_of,
    send,
    set_marker,
    set_token,
    write_comment,
)
from tests.browser.talk import TOKEN
from tests.builders import make_comment, make_review

pytestmark = pytest.mark.browser

WORDS = "Words that must not be lost."
TARGET = f"**{REVIEW}/comments"
BUTTON = ".comment-form button[type=submit]"
NO_RESPONSE = "The site did not respond. Your text is still here; please try again."


def count_rows() -> int:
    """Return the number of comments in the database."""
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Comment)).scalar_one()


def hold(page: Page) -> list[Route]:
    """Hold the requests that send comments; return the list of their routes."""
    held: list[Route] = []
    page.route(TARGET, lambda route: held.append(route))
    return held


def expect_text_kept(page: Page) -> None:
    """Check that the form still contains text and name and can be sent."""
    expect(page.locator("#body")).to_have_value(WORDS)
    expect(page.locator("#author_name")).to_have_value("Jo")
    expect(page.locator(BUTTON)).to_be_enabled()


def test_a_second_click_while_sending_is_ignored(reader):
    held = hold(reader)
    write_comment(reader, body=WORDS)
    with reader.expect_request(TARGET):
        reader.dblclick(BUTTON)
    expect(reader.locator(BUTTON)).to_be_disabled()
    # Enter does not send a form with a disabled button, but a script could.
    reader.evaluate("document.querySelector('#comment-form').requestSubmit()")
    expect(reader.locator(".progress")).to_have_text("Sending…")
    expect(reader.locator("#body")).to_have_value(WORDS)
    assert len(held) == 1
    held[0].continue_()
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    assert len(held) == 1
    assert count_rows() == 1


def test_slow_sending_shows_a_message(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    page = visitor.context.new_page()
    page.clock.install()
    page.goto(REVIEW)
    held = hold(page)
    write_comment(page, body=WORDS)
    with page.expect_request(TARGET):
        send(page)
    expect(page.locator(".progress")).to_have_text("Sending…")
    page.clock.fast_forward(6500)
    expect(page.locator(".progress")).to_contain_text("Still sending. Your text is safe")
    expect(page.locator("#body")).to_have_value(WORDS)
    held[0].continue_()
    expect(page.locator("#waiting .waiting")).to_contain_text(WORDS)
    expect(page.locator("main")).not_to_contain_text("Still sending")


def test_sending_offline_shows_a_message_and_works_later(reader):
    write_comment(reader, body=WORDS)
    set_marker(reader)
    reader.context.set_offline(True)
    send(reader)
    expect(reader.locator(".progress")).to_have_text(NO_RESPONSE)
    expect_text_kept(reader)
    reader.context.set_offline(False)
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_contain_text(WORDS)
    expect_same_page(reader)


def test_sending_again_after_a_lost_response_makes_one_comment(reader):
    lost = []

    def lose_response(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    reader.route(TARGET, lose_response)
    write_comment(reader, body=WORDS)
    send(reader)
    expect(reader.locator(".progress")).to_have_text(NO_RESPONSE)
    assert lost == [201]
    expect_text_kept(reader)
    reader.unroute(TARGET)
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_contain_text(WORDS)
    assert count_rows() == 1
    reader.reload()
    expect(reader.locator("#waiting .waiting")).to_have_count(1)


# Responses of proxies, and of the sign-in page of a wireless network.
FOREIGN = [
    (200, "<html><head><title>Welcome</title></head><body><form>Our terms</form></body></html>"),
    (201, "<p data-saved>Cached</p>"),
    (500, "<!doctype html><html><head><title>500</title></head><body>Broken</body></html>"),
    (502, "<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>"),
    (503, "upstream connect error"),
    (504, ""),
    (413, "<html><body><h1>413 Request Entity Too Large</h1></body></html>"),
    (429, "Slow down"),
    (403, "<html><body>Blocked</body></html>"),
]


def test_a_response_that_is_not_the_sites_keeps_the_form(reader):
    held = hold(reader)
    write_comment(reader, body=WORDS)
    set_marker(reader)
    for status, response in FOREIGN:
        with reader.expect_response(TARGET) as refusal:
            with reader.expect_request(TARGET):
                send(reader)
            expect(reader.locator(".progress")).to_have_text("Sending…")
            held.pop().fulfill(status=status, body=response, content_type="text/html")
        assert refusal.value.status == status
        expect(reader.locator(".progress")).to_have_text(NO_RESPONSE)
        expect_text_kept(reader)
    reader.unroute(TARGET)
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_contain_text(WORDS)
    expect_same_page(reader)


def test_an_error_of_the_site_is_shown_as_a_notice(reader):
    def fail(route: Route) -> None:
        # The site responds as if the review had been taken down meanwhile.
        route.continue_(url=route.request.url.replace("run-on", "taken-down"))

    reader.route(TARGET, fail)
    write_comment(reader, body=WORDS)
    send(reader)
    expect(reader.locator("#notices")).to_contain_text("Page not found.")
    expect(reader.locator("#notices textarea")).to_have_value(WORDS)
    expect_text_kept(reader)


def test_a_form_from_another_site_is_refused_and_keeps_its_text(reader):
    def disguise(route: Route) -> None:
        response = route.fetch(headers=route.request.headers | {"sec-fetch-site": "cross-site"})
        assert response.status == 403
        route.fulfill(response=response)

    reader.route(TARGET, disguise)
    write_comment(reader, body=WORDS)
    send(reader)
    expect(reader.locator("#notices")).to_contain_text("Not allowed.")
    expect_text_kept(reader)
    assert count_rows() == 0


def test_a_comment_that_is_far_too_long_is_refused_and_kept(reader):
    words = "가" * 100_000
    write_comment(reader, body=words)
    send(reader)
    expect(reader.locator("#notices")).to_contain_text("Too long.")
    assert reader.input_value("#body") == words
    reader.fill("#body", WORDS)
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_contain_text(WORDS)
    expect(reader.locator("#notices")).to_be_empty()


def test_the_sixth_comment_in_a_minute_must_wait(site, arrive):
    review = make_review(published_at=utc_now())
    for number in range(5):
        make_comment(review=review, body=f"Number {number}.", token=TOKEN, now=utc_now())
    visitor = arrive(site)
    set_token(visitor, token=TOKEN)
    reader = visitor.open(REVIEW)
    expect(reader.locator("#waiting .waiting")).to_have_count(5)
    write_comment(reader, body=WORDS)
    send(reader)
    expect(reader.locator("#faults")).to_contain_text("Your text is kept; please send it again in")
    expect(reader.locator("#faults")).to_be_focused()
    expect_text_kept(reader)
    assert count_rows() == 5


def test_an_unticked_box_makes_the_browser_forget_the_name(reader):
    write_comment(reader, body=WORDS, email="jo@example.org")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    reader.reload()
    reader.uncheck("[data-remember]")
    reader.fill("#body", "Another one.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(2)
    reader.reload()
    expect(reader.locator("[data-remember]")).not_to_be_checked()
    expect(reader.locator("#author_name")).to_have_value("")
    assert "jo@example.org" not in reader.evaluate("JSON.stringify({...localStorage})")


def test_two_tabs_are_one_reader(reader):
    second = reader.context.new_page()
    second.goto(REVIEW)
    for page, words in ((reader, "From the first."), (second, "From the second.")):
        write_comment(page, body=words)
        send(page)
        expect(page.locator("#waiting")).to_contain_text(words)
    reader.reload()
    expect(reader.locator("#waiting .comment-text")).to_have_text(
        ["From the first.", "From the second."]
    )
    assert count_rows() == 2


def test_a_decision_without_a_response_keeps_the_row(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    make_comment(review=review, body=WORDS, now=utc_now())
    desk = open_queue(arrive, site)
    for response in (
        lambda route: route.abort(),
        lambda route: route.fulfill(status=502, body="<html><body>Bad gateway</body></html>"),
    ):
        desk.route("**/decisions", response)
        row_of(desk, WORDS).get_by_role("button", name="Approve").click()
        expect(row_of(desk, WORDS).get_by_role("alert")).to_have_text(NO_RESPONSE)
        expect(row_of(desk, WORDS).get_by_role("button", name="Approve")).to_be_enabled()
        desk.unroute("**/decisions")
    row_of(desk, WORDS).get_by_role("button", name="Approve").click()
    expect(desk.locator("article.decided")).to_contain_text("Published")
    expect(desk.locator("#notices")).to_be_empty()


def test_a_comment_sent_while_own_comments_load_stays(reader):
    write_comment(reader, body="The first one.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    held: list[Route] = []
    reader.route(f"{TARGET}/mine", lambda route: held.append(route))
    with reader.expect_request(f"{TARGET}/mine"):
        reader.reload()
    write_comment(reader, body=WORDS)
    send(reader)
    expect(reader.locator("#waiting")).to_contain_text(WORDS)
    held[0].continue_()
    expect(reader.locator("#waiting .waiting")).to_have_count(2)
    expect(reader.locator("#waiting .waiting").first).to_contain_text("The first one.")
    expect(reader.locator("#waiting .waiting").last).to_contain_text(WORDS)


def test_own_comments_that_fail_to_load_show_no_notice(reader):
    write_comment(reader, body=WORDS)
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    reader.route(f"{TARGET}/mine", lambda route: route.fulfill(status=502, body="Bad gateway"))
    with reader.expect_response(f"{TARGET}/mine"):
        reader.reload()
    expect(reader.locator(BUTTON)).to_be_enabled()
    expect(reader.locator("#notices")).to_be_empty()


def test_the_first_click_sends_in_a_browser_without_request_submit(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    visitor.context.add_init_script("delete HTMLFormElement.prototype.requestSubmit")
    page = visitor.open(REVIEW)
    write_comment(page, body=WORDS)
    send(page)
    expect(page.locator("#waiting .waiting")).to_contain_text(WORDS)
    assert count_rows() == 1
