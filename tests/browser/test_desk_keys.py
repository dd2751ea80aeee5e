"""The keys of the queue, their dialogs, and the places where keys do nothing."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from tests.browser.desk import (
    LONG,
    SentVerdicts,
    decided,
    expect_left,
    expect_quiet,
    fill,
    focused_row,
    open_queue,
    press,
    row,
    row_text,
    states,
    verdicts_on,
)
from tests.browser.steps import QUEUE, expect_focus
from tests.builders import make_comment, make_published_comment

pytestmark = pytest.mark.browser

# Dispatch a keydown event; `key` is the character, `code` the place on the keyboard.
SEND = """([key, code, more]) => {
  const options = { key, code, bubbles: true, cancelable: true, ...more };
  return document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
}"""


@pytest.fixture
def desk(site, arrive, review) -> Page:
    fill(review, 5)
    return open_queue(arrive, site)


def send_key(page: Page, key: str, code: str, **more) -> bool:
    """Dispatch a key event as an input method does; return whether no script handled the key."""
    return page.evaluate(SEND, [key, code, more])


def test_o_shows_the_comment_in_its_thread_and_keeps_the_focus(desk):
    press(desk, *"jjo")
    dialog = desk.get_by_role("dialog", name="Comment in context")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading")).to_have_text(
        ["In context", "From the same browser", "Decisions"]
    )
    expect(dialog.locator(".here")).to_contain_text("Row 2.")
    press(desk, "a")
    press(desk, "Escape")
    expect(dialog).to_be_hidden()
    assert focused_row(desk) == "Row 2."
    press(desk, *"jo")
    expect(dialog.locator(".here")).to_contain_text("Row 3.")
    dialog.get_by_role("button", name="Close").press("Enter")
    assert focused_row(desk) == "Row 3."
    expect_left(desk, 5)


def test_a_context_that_fails_to_load_does_not_show_another_comment(desk):
    press(desk, *"jo")
    expect(desk.locator("#context .here")).to_contain_text("Row 1.")
    press(desk, "Escape")
    desk.route(f"**{QUEUE}/*", lambda route: route.abort())
    press(desk, *"jo")
    expect(desk.locator("#notices")).to_contain_text("The site did not respond.")
    expect(desk.locator("#context")).to_be_hidden()


def test_in_a_search_of_all_states_no_key_decides_on_many(desk):
    desk.goto(f"{QUEUE}?q=row")
    expect(desk.locator("#queue .pick").first).to_be_hidden()
    for key in ("x", "Shift+A"):
        press(desk, "j", key)
        expect(desk.locator("#message")).to_contain_text("Choose a state to decide on many")
        expect(desk.locator("#ask")).to_be_hidden()
    press(desk, "a")
    expect(desk.locator("article.decided")).to_have_count(1)


def test_a_slash_moves_the_focus_to_the_search(desk):
    press(desk, "/")
    expect_focus(desk, "#q")
    expect(desk.locator("#q")).to_have_value("")
    desk.keyboard.type("jazz")
    press(desk, "Enter")
    expect(desk.locator(".empty")).to_contain_text("No comments match “jazz”")
    expect(desk.locator("#count-pending")).to_have_text("5")


def test_a_question_mark_lists_the_keys(desk):
    press(desk, "?")
    dialog = desk.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    listed = "".join(dialog.locator("dt kbd").all_inner_texts())
    assert listed == "jkafrsdzxAo/?"
    press(desk, "Escape")
    expect(dialog).to_be_hidden()


def test_the_keys_can_be_switched_off_and_stay_off_after_a_reload(desk):
    press(desk, "?")
    expect_focus(desk, "#keys-on")
    press(desk, "Space", "Escape")
    for _ in range(2):
        press(desk, *"jaxz?")
        expect(desk.get_by_role("dialog")).to_have_count(0)
        expect(desk.locator("kbd:visible")).to_have_count(0)
        expect_left(desk, 5)
        desk.reload()
    desk.locator("#show-keys").press("Enter")
    expect(desk.locator("#keys-on")).not_to_be_checked()
    press(desk, "Space", "Escape", "j", "a")
    expect_left(desk, 4)


def test_no_key_acts_in_a_field(desk):
    words = "jafrszxAo/?"
    press(desk, "/")
    desk.keyboard.type(words)
    expect(desk.locator("#q")).to_have_value(words)
    menu = row(desk, 1).locator(".menu")
    menu.locator("summary").press("Enter")
    for field in (menu.locator("textarea"), menu.locator("[name=reason_words]")):
        field.press_sequentially(words)
        expect(field).to_have_value(words)
    menu.locator("select").press("s")
    expect_left(desk, 5)
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_no_key_acts_in_a_dialog(desk):
    press(desk, *"jx", "?", *"arsxz")
    press(desk, "Escape", "x", "Shift+A", *"arsxzj", "Escape")
    expect(desk.locator("#ask")).to_be_hidden()
    expect_left(desk, 5)
    expect(decided(desk)).to_have_count(0)
    assert focused_row(desk) == "Row 1."


def test_no_key_acts_with_a_modifier_or_during_composition(
    desk,
):
    press(desk, "j")
    for modifier in ("ctrlKey", "altKey", "metaKey"):
        for letter in "asrfxzjo":
            code = f"Key{letter.upper()}"
            assert send_key(desk, letter, code, **{modifier: True}), f"{modifier} {letter}"
    assert send_key(desk, "Process", "KeyA", isComposing=True)
    expect_left(desk, 5)
    expect(desk.locator(".sending")).to_have_count(0)


def test_the_keys_work_in_other_keyboard_layouts(desk):
    press(desk, "j")
    for number, key in enumerate(("ㅁ", "Process", "ф"), start=1):
        assert not send_key(desk, key, "KeyA")
        expect_left(desk, 5 - number)
        assert states()[f"Row {number}."] == "published"
    send_key(desk, "Process", "KeyA", shiftKey=True)
    expect(desk.locator("#ask-words")).to_have_text("Approve 2 comments?")
    press(desk, "Escape")
    send_key(desk, "Process", "Slash", shiftKey=True)
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()


def test_caps_lock_is_not_shift(desk):
    press(desk, "j")
    send_key(desk, "A", "KeyA", shiftKey=False)
    expect_left(desk, 4)
    expect(desk.locator("#ask")).to_be_hidden()
    send_key(desk, "R", "KeyR", shiftKey=False)
    expect_left(desk, 3)


def test_a_key_that_is_held_down_decides_once(desk):
    press(desk, "j")
    desk.keyboard.down("a")
    for _ in range(5):
        desk.keyboard.down("a")
    desk.keyboard.up("a")
    expect_left(desk, 4)
    expect_quiet(desk)
    expect_left(desk, 4)


def test_capital_a_approves_fully_visible_comments_without_a_reason(site, arrive, review):
    fill(review, 2)
    make_comment(review=review, body="Row 3. https://example.org/offer", now=utc_now())
    make_comment(review=review, body=f"Row 4. {LONG}", now=utc_now())
    for number in (5, 6):
        make_comment(review=review, body=f"Row {number}. {row_text(5)}", now=utc_now())
    for number in range(7, 30):
        make_comment(review=review, body=row_text(number), now=utc_now())
    desk = open_queue(arrive, site, viewport={"width": 1280, "height": 1500})
    whole = desk.locator("#queue > .row").evaluate_all(
        "rows => rows.filter((row) =>"
        " row.querySelector('.row-words').getBoundingClientRect().bottom <= innerHeight)"
        ".map((row) => row.querySelector('.comment-text').textContent.match(/Row [0-9]+[.]/)[0])"
    )
    assert {"Row 1.", "Row 2.", "Row 3.", "Row 4.", "Row 5."} <= set(whole) < set(states())
    expected = [words for words in whole if words not in ("Row 3.", "Row 4.", "Row 5.")]
    press(desk, "j", "Shift+A")
    expect(desk.locator("#ask-words")).to_have_text(f"Approve {len(expected)} comments?")
    press(desk, "Escape")
    expect(desk.locator(".sending")).to_have_count(0)
    press(desk, "Shift+A", "Enter")
    expect(desk.locator("#bulk-result")).to_contain_text(f"{len(expected)} published.")
    published = [words for words, state in states().items() if state == "published"]
    assert published == expected
    press(desk, "z")
    expect(desk.locator("#bulk-result")).to_contain_text(f"{len(expected)} undone.")
    expect_left(desk, 29)
    assert "published" not in states().values()


def test_capital_a_approves_a_long_comment_only_after_it_was_opened(site, arrive, review):
    make_comment(review=review, body=f"Row 1. {LONG}", now=utc_now())
    desk = open_queue(arrive, site, viewport={"width": 1280, "height": 2000})
    press(desk, "Shift+A")
    expect(desk.locator("#message")).to_have_text(
        "No comment without a reason is completely visible."
    )
    expect(desk.locator("#message")).to_have_class("shown-message")
    press(desk, "j", "Tab")
    desk.locator("[id^=more-]").focus()
    press(desk, "Space", "Shift+A")
    expect(desk.locator("#ask-words")).to_have_text("Approve 1 comment?")


def test_a_text_is_opened_and_closed_with_the_keyboard(site, arrive, review):
    make_comment(review=review, body=f"Row 1. {LONG}", now=utc_now())
    fill(review, 1, first=2)
    make_comment(review=review, body="Row 3. " + "word " * 80, now=utc_now())
    desk = open_queue(arrive, site)
    text = row(desk, 1).locator(".comment-text")
    # Each paragraph is one line.
    lines = """text => [...text.children].filter((line) =>
      line.getBoundingClientRect().bottom <= text.getBoundingClientRect().bottom + 1).length"""
    assert text.evaluate(lines) == 8
    expect(row(desk, 2).locator(".more-or-less")).to_have_count(0)
    expect(row(desk, 3).locator(".more-or-less")).to_be_hidden()
    switch = row(desk, 1).locator("[id^=more-]")
    more = row(desk, 1).locator(".more-or-less")
    expect(more).to_have_text("Show full text", use_inner_text=True)
    switch.focus()
    assert more.evaluate("label => getComputedStyle(label).outlineStyle") == "solid"
    press(desk, "Space")
    expect(more).to_have_text("Show less", use_inner_text=True)
    assert text.evaluate("text => text.scrollHeight <= text.clientHeight + 1")
    press(desk, "Space")
    assert text.evaluate(lines) == 8
    press(desk, "s")
    expect_left(desk, 2)


def make_copies(review) -> None:
    """Submit three copies that differ in a number, so that they are three wordings."""
    for number in range(3):
        body = f"Row 1. Cheap subtitles for every drama, and the first month is free, code {number}"
        make_comment(review=review, body=body, now=utc_now() - timedelta(days=1))


def test_several_wordings_must_be_opened_before_they_are_approved(site, arrive, review):
    make_copies(review)
    fill(review, 1, first=2)
    desk = open_queue(arrive, site)
    sent = SentVerdicts(desk)
    press(desk, "j", "a")
    expect(desk.locator("#message")).to_contain_text("3 wordings. Read them, then decide again.")
    expect(row(desk, 1).locator("details.copies")).to_have_attribute("open", "")
    assert sent.verdicts == []
    press(desk, "a")
    expect_left(desk, 1)
    expect(row(desk, 1).locator("strong")).to_have_text("3 published")
    assert focused_row(desk) == "Row 2."
    press(desk, "z")
    expect_left(desk, 4)
    assert sent.verdicts == ["approve", "reopen"]
    press(desk, "x", "a")
    assert sent.verdicts == ["approve", "reopen"], "selected, they are to be read as well"
    expect(desk.locator("#message")).to_contain_text("These comments have several wordings.")


def test_copies_are_marked_as_spam_and_undone_with_one_key_each(site, arrive, review):
    make_copies(review)
    fill(review, 1, first=2)
    desk = open_queue(arrive, site)
    expect(row(desk, 1).locator(".reasons")).to_contain_text("3 copies, 3 addresses")
    press(desk, "j", "s")
    expect(row(desk, 1).locator("strong")).to_have_text("3 marked as spam")
    expect_left(desk, 1)
    press(desk, "z")
    expect_left(desk, 4)
    expect(row(desk, 1)).to_have_count(1)
    assert focused_row(desk) == "Row 1."


def test_r_on_a_published_comment_asks_for_a_reason(site, arrive, review):
    make_published_comment(review=review, body="Row 1. Spoils it all.", now=utc_now())
    desk = open_queue(arrive, site)
    desk.goto(f"{QUEUE}?status=published")
    press(desk, "j", "r")
    expect(desk.locator("[name=reason]:focus")).to_have_count(1)
    press(desk, "Tab")
    desk.keyboard.type("Told the ending")
    press(desk, "Enter")
    expect(decided(desk)).to_contain_text("Taken down")
    assert verdicts_on("Row 1.")[-1] == "take_down"
    press(desk, "z")
    expect(desk.locator("#message")).to_have_text("Undone. 1 comment")
    assert states() == {"Row 1.": "published"}


def test_a_reply_is_written_and_sent_with_the_keyboard(desk):
    press(desk, "j")
    row(desk, 1).locator(".menu summary").press("Enter")
    press(desk, "Escape")
    expect(row(desk, 1).locator(".menu")).not_to_have_attribute("open", "")
    expect(row(desk, 1).locator(".menu summary")).to_be_focused()
    press(desk, "Enter")
    row(desk, 1).locator("textarea").press_sequentially("Thank you for this.")
    press(desk, "Tab", "Enter")
    expect_left(desk, 4)
    assert focused_row(desk) == "Row 2."
    assert states()["Thank you for this."] == "published"
    press(desk, "z")
    expect(desk.locator("#message")).to_contain_text("Undone.")
    assert "published" not in states().values()


def test_a_menu_closes_on_a_click_elsewhere_unless_it_contains_text(desk):
    row(desk, 1).locator(".menu summary").click()
    row(desk, 3).locator(".comment-text").click()
    expect(row(desk, 1).locator(".menu-body")).to_be_hidden()
    row(desk, 1).locator(".menu summary").click()
    row(desk, 1).locator("textarea").fill("Words that must not be lost.")
    row(desk, 4).locator(".comment-text").click()
    expect(row(desk, 1).locator(".menu-body")).to_be_visible()
    expect(row(desk, 1).locator("textarea")).to_have_value("Words that must not be lost.")


def test_after_the_last_decision_a_message_is_shown_and_undo_works(desk):
    press(desk, "j", *"aaaaa")
    expect(desk.locator("#queue > .empty")).to_contain_text("No comments are waiting.")
    expect(desk.locator("#queue > .empty")).to_be_focused()
    expect(desk.locator("#queue > .empty")).to_be_in_viewport()
    expect_left(desk, 0)
    press(desk, "a", "r")
    press(desk, "z")
    expect_left(desk, 1)
    assert focused_row(desk) == "Row 5."
    expect(desk.locator("#queue > .empty")).to_be_hidden()
    press(desk, "s")
    expect(desk.locator("#queue > .empty")).to_be_focused()
