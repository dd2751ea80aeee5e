"""The folded fields for mail in the comment form: nothing that they hold stays hidden."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drafts import stored
from tests.browser.steps import REVIEW, expect_focus, open_contact, send, write_comment

pytestmark = pytest.mark.browser

WORDS = "The bench scene, and the umbrella."
FOLD = "#comment-form details.contact"


def close_fold(page: Page) -> None:
    page.click(f"{FOLD} > summary")
    expect(page.locator("#author_email")).to_be_hidden()


def test_the_fold_is_closed_at_first_and_opens_by_keyboard(reader):
    expect(reader.locator("#author_email")).to_be_hidden()
    reader.focus("#author_name")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    expect_focus(reader, "#author_email")


def test_a_remembered_address_and_a_draft_open_the_fold(reader):
    write_comment(reader, body=WORDS)
    open_contact(reader.locator("#comment-form"))
    reader.check("#wants_replies")
    close_fold(reader)
    reader.reload()
    expect(reader.locator("#wants_replies")).to_be_checked()
    expect(reader.locator("#wants_replies")).to_be_visible()
    reader.fill("#author_email", "jo@example.org")
    close_fold(reader)
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    assert stored() == [WORDS]
    reader.goto(REVIEW)
    expect(reader.locator("#author_email")).to_have_value("jo@example.org")
    expect(reader.locator("#author_email")).to_be_visible()


def test_what_the_browser_fills_in_by_itself_opens_the_fold(reader):
    reader.locator("#author_email").evaluate(
        "field => { field.value = 'jo@example.org';"
        " field.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(reader.locator("#author_email")).to_be_visible()


def test_the_link_of_an_error_opens_the_fold_again(reader):
    write_comment(reader, body=WORDS, email="no address")
    close_fold(reader)
    send(reader)
    expect_focus(reader, "#faults")
    expect(reader.locator("#author_email-fault")).to_be_visible()
    close_fold(reader)
    reader.click("#faults a[href='#author_email']")
    expect_focus(reader, "#author_email")
