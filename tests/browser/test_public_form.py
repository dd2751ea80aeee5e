"""The comment form besides its text: checkboxes, the spam trap, the typing time."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.marks.models import Reason
from tests.browser.everybody import check_everywhere
from tests.browser.steps import (
    REVIEW,
    expect_focus,
    expect_same_page,
    open_contact,
    send,
    set_marker,
    write_comment,
)

pytestmark = pytest.mark.browser

TARGET = f"**{REVIEW}/comments"
WORDS = "The bench scene, and the umbrella."


def reasons() -> list[str]:
    """Return the names of all reasons in the database."""
    db.session.rollback()
    return list(db.session.scalars(select(Reason.name).order_by(Reason.name)))


def comment() -> Comment:
    """Return the only comment."""
    db.session.rollback()
    return db.session.execute(select(Comment)).scalar_one()


def seconds_sent(page: Page) -> float | None:
    """Send the form; return the typing time in seconds that it contains, or None."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    body = sent.value.post_data or ""
    if "form-data" in sent.value.headers.get("content-type", ""):
        found = re.search(r'name="typed_seconds"\r\n\r\n([^\r]*)', body)
        return float(found[1]) if found else None
    values = parse_qs(body).get("typed_seconds")
    return float(values[0]) if values else None


def test_checkboxes_keep_their_state_after_a_refusal(reader):
    write_comment(reader, body="\u3164", email="jo@example.org")
    reader.check("#is_spoiler")
    reader.check("#wants_notice")
    reader.uncheck("[data-remember]")
    set_marker(reader)
    send(reader)
    expect_focus(reader, "#faults")
    for tick in ("#is_spoiler", "#wants_notice"):
        expect(reader.locator(tick)).to_be_checked()
    expect(reader.locator("[data-remember]")).not_to_be_checked()
    expect_same_page(reader)
    check_everywhere(reader)
    reader.fill("#body", WORDS)
    send(reader)
    expect(reader.locator("#waiting details.spoiler")).to_have_count(1)
    assert (comment().is_spoiler, comment().wants_notice) == (True, True)


def test_asking_for_notices_without_an_address_leads_to_the_address_field(reader):
    write_comment(reader, body=WORDS)
    open_contact(reader.locator("#comment-form"))
    reader.check("#wants_notice")
    send(reader)
    expect_focus(reader, "#faults")
    reader.click("#faults a[href='#author_email']")
    expect_focus(reader, "#author_email")
    expect(reader.locator("#author_email-fault")).to_contain_text("Enter your e-mail address")
    reader.keyboard.type("jo@example.org")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    assert comment().wants_notice


def test_only_name_and_e_mail_are_remembered(reader):
    write_comment(reader, body=WORDS, email="jo@example.org")
    reader.check("#is_spoiler")
    reader.check("#wants_notice")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    reader.reload()
    expect(reader.locator("#author_name")).to_have_value("Jo")
    expect(reader.locator("#author_email")).to_have_value("jo@example.org")
    expect(reader.locator("#body")).to_have_value("")
    for tick in ("#is_spoiler", "#wants_notice"):
        expect(reader.locator(tick)).not_to_be_checked()
    kept = reader.evaluate("Object.keys(JSON.parse(localStorage['second-lead-reader'])).sort()")
    assert kept == ["author_email", "author_name", "remember"]


def test_a_checkbox_is_set_with_the_keyboard_and_by_its_label(reader):
    reader.focus("#body")
    reader.keyboard.press("Tab")
    expect_focus(reader, "#is_spoiler")
    reader.keyboard.press("Space")
    expect(reader.locator("#is_spoiler")).to_be_checked()
    reader.keyboard.press("Tab")
    expect_focus(reader, "#author_name")
    reader.get_by_text("My comment contains spoilers").click()
    expect(reader.locator("#is_spoiler")).not_to_be_checked()


def test_readers_cannot_reach_the_spam_trap(reader):
    trap = reader.locator("#message")
    expect(trap).to_be_attached()
    expect(trap).to_be_hidden()
    assert trap.bounding_box() is None
    snapshot = reader.locator("body").aria_snapshot()
    assert "Leave this field empty" not in snapshot
    assert "Send comment" in snapshot
    stops = []
    open_contact(reader.locator("#comment-form"))
    reader.focus("#body")
    for _ in range(12):
        stops.append(reader.evaluate("document.activeElement.id || document.activeElement.type"))
        reader.keyboard.press("Tab")
    assert {"author_email", "author_name", "is_spoiler", "wants_notice", "submit"} <= set(stops)
    assert "message" not in stops


def test_a_program_that_fills_every_field_gets_the_reason_trap(reader):
    reader.evaluate("""() => {
      const form = document.querySelector("#comment-form");
      for (const field of form.elements) {
        const takesWords = ["text", "email", "textarea"].includes(field.type);
        if (takesWords) field.value = "bot@example.org";
      }
      form.requestSubmit();
    }""")
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    assert reasons() == ["trap"]


def test_the_time_from_the_first_key_stroke_is_sent(reader):
    page = reader
    page.clock.install()
    page.goto(REVIEW)
    # The time counts from the first key, because reading is not typing.
    page.clock.run_for(600_000)
    page.fill("#author_name", "Jo")
    page.clock.run_for(41_000)
    page.fill("#body", WORDS)
    page.clock.run_for(1_500)
    # The fake clock also runs by itself during the test.
    assert 42.5 <= seconds_sent(page) < 300
    expect(page.locator("#waiting .waiting")).to_have_count(1)
    assert reasons() == []


def test_a_comment_typed_too_fast_gets_the_reason_hasty(reader):
    write_comment(reader, body=WORDS)
    assert seconds_sent(reader) < 3
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    assert reasons() == ["hasty"]


def test_the_typing_time_continues_after_a_refusal(reader):
    page = reader
    page.clock.install()
    page.goto(REVIEW)
    write_comment(page, body="\u3164")
    page.clock.run_for(20_000)
    first = seconds_sent(page)
    assert 20 <= first < 300
    expect(page.locator("#faults")).to_be_visible()
    page.clock.run_for(600_000)
    page.fill("#body", WORDS)
    page.clock.run_for(1_000)
    # The second attempt adds one second instead of starting again.
    assert first + 1 <= seconds_sent(page) < first + 300
    expect(page.locator("#waiting .waiting")).to_have_count(1)
    assert reasons() == []


def test_the_typing_time_continues_after_a_failed_request(reader):
    page = reader
    page.clock.install()
    page.goto(REVIEW)
    write_comment(page, body=WORDS)
    page.clock.run_for(20_000)
    page.route(TARGET, lambda route: route.abort())
    first = seconds_sent(page)
    expect(page.locator(".progress")).to_contain_text("The site did not respond.")
    page.unroute(TARGET)
    page.clock.run_for(5_000)
    assert first + 5 <= seconds_sent(page) < 300
    expect(page.locator("#waiting .waiting")).to_have_count(1)


def test_a_form_filled_by_a_script_sends_no_typing_time(reader):
    reader.evaluate("""() => {
      const form = document.querySelector("#comment-form");
      form.elements.author_name.value = "Jo";
      form.elements.body.value = "Put in by the browser after a restart.";
    }""")
    assert seconds_sent(reader) is None
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    assert reasons() == []


def test_the_form_is_accessible_on_a_small_phone(reader):
    reader.set_viewport_size({"width": 360, "height": 740})
    open_contact(reader.locator("#comment-form"))
    for tick in ("#is_spoiler", "#wants_notice", "[data-remember]"):
        label = reader.locator("label").filter(has=reader.locator(tick)).bounding_box()
        assert label["height"] >= 24
        assert label["width"] > 200
        box = reader.locator(tick).bounding_box()
        assert (box["width"], box["height"]) == (24, 24)
    check_everywhere(reader)
