"""Drafts: the browser keeps a text until the site has stored it."""

import pytest
from playwright.sync_api import Page, Route, expect

from blog.clock import utc_now
from tests.browser.drafts import body, drafts, open_edit, open_reply_form, stored
from tests.browser.killable import killable_server
from tests.browser.life import TOKEN, look_closely, set_token
from tests.browser.steps import REVIEW, expect_same_page, send, set_marker, write_comment
from tests.builders import make_comment, make_published_comment, make_review
from tests.engine import locked_database

pytestmark = pytest.mark.browser

TARGET = f"**{REVIEW}/comments"
WORDS = "Words that must not be lost.\nNot one of them."
OTHERS = "Quite other words, for another form."
OWN = "#waiting > .own"
BACK = "Your draft is restored."
REFUSING = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("no", "SecurityError"); }
})"""


def test_a_draft_survives_a_failed_request_a_reload_and_a_closed_tab(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    page = visitor.open(REVIEW)
    page.route(TARGET, lambda route: route.abort())
    write_comment(page, body=WORDS, email="jo@example.org")
    page.check("#is_spoiler")
    send(page)
    expect(page.locator(".progress")).to_contain_text("Your text is still here")
    expect(page.locator("#body")).to_have_value(WORDS)
    page.unroute(TARGET)
    page.reload()
    expect(page.locator(".progress")).to_have_text(BACK)
    page.close()
    page = visitor.open(REVIEW)
    expect(page.locator("#body")).to_have_value(WORDS)
    expect(page.locator("#author_email")).to_have_value("jo@example.org")
    expect(page.locator("#is_spoiler")).to_be_checked()
    assert drafts(page) == {"run-on": WORDS}
    send(page)
    expect(page.locator("#sent")).to_be_visible()
    expect(page.locator(OWN)).to_have_count(1)
    assert drafts(page) == {}
    assert stored() == [WORDS]
    page.reload()
    expect(page.locator("#body")).to_have_value("")


def test_a_busy_database_and_a_killed_server_leave_the_text_in_the_form(site, arrive, tmp_path):
    make_review(published_at=utc_now())
    with killable_server(site, tmp_path) as server:
        visitor = arrive(server)
        page = visitor.open(REVIEW)
        set_marker(page)
        write_comment(page, body=WORDS)
        with locked_database(site.environment["DATABASE_URL"]):
            with page.expect_response(TARGET) as response:
                send(page)
            assert response.value.status == 503
            expect(page.locator("#faults")).to_contain_text("The site is busy")
            expect(page.locator("#body")).to_have_value(WORDS)
            look_closely(page.locator("#faults"))
            # The server is killed while it waits for the database to store the comment.
            with page.expect_request(TARGET):
                send(page)
            server.kill()
        expect(page.locator(".progress")).to_have_text(
            "The site did not respond. Your text is still here; please try again."
        )
        look_closely(page.locator(".progress"))
        expect_same_page(page)
        assert stored() == []
        page.close()
        server.start()
        page = visitor.open(REVIEW)
        expect(page.locator("#body")).to_have_value(WORDS)
        send(page)
        expect(page.locator(OWN)).to_have_count(1)
        assert stored() == [WORDS]
        assert drafts(page) == {}


def test_a_draft_belongs_to_one_form_of_one_review(site, arrive):
    review = make_review(published_at=utc_now())
    comment = make_published_comment(review=review, now=utc_now())
    own = make_comment(review=review, body="It waits.", token=TOKEN, now=utc_now())
    # The slug of this review looks like the name of a draft of a reply.
    other = make_review(slug=f"run-on-{comment.id}", published_at=utc_now())
    visitor = arrive(site)
    page = set_token(visitor.context.new_page())
    page.goto(REVIEW)
    page.fill("#body", "For the review.")
    body(open_reply_form(page, comment)).fill("For a reply.")
    body(open_edit(page, own)).fill("For an edit.")
    second = visitor.open(f"/reviews/{other.slug}")
    expect(second.locator("#body")).to_have_value("")
    second.fill("#body", "For the other review.")
    second.close()
    page.reload()
    expect(page.locator("#body")).to_have_value("For the review.")
    reply, edit = open_reply_form(page, comment), open_edit(page, own)
    expect(body(reply)).to_have_value("For a reply.")
    expect(body(edit)).to_have_value("For an edit.")
    edit.get_by_role("button", name="Save").click()
    expect(page.locator(f"#comment-{own.id} [data-reader-text]")).to_have_text("For an edit.")
    kept = ["For a reply.", "For the other review.", "For the review."]
    assert sorted(drafts(page).values()) == kept
    # A closed form keeps its text.
    reply.get_by_role("link", name="Cancel").click()
    expect(body(open_reply_form(page, comment))).to_have_value("For a reply.")


def test_two_forms_of_one_page_keep_separate_drafts(site, arrive):
    review = make_review(published_at=utc_now())
    comment = make_published_comment(review=review, body="Reply to this.", now=utc_now())
    page = arrive(site).open(REVIEW)
    set_marker(page)
    write_comment(page, name="Jo", body=WORDS)
    reply = open_reply_form(page, comment)
    reply.locator("[name=author_name]").fill("")
    body(reply).fill(OTHERS)
    reply.get_by_role("button", name="Send reply").click()
    expect(reply.locator(".faults")).to_contain_text("Enter a name")
    look_closely(reply)
    page.fill("#author_name", "")
    send_form(page, "#comment-form")
    main = page.locator("#comment-form")
    expect(main.locator(".faults")).to_be_focused()
    look_closely(main)
    for form, words in ((reply, OTHERS), (main, WORDS)):
        expect(form.locator(".faults")).to_have_count(1)
        expect(body(form)).to_have_value(words)
        form.locator(".faults a").click()
        expect(form.locator("[name=author_name]")).to_be_focused()
    reply.locator("[name=author_name]").fill("Ada")
    reply.get_by_role("button", name="Send reply").click()
    expect(page.locator(f"#waiting-{comment.id} > .own")).to_contain_text(OTHERS)
    expect(body(main)).to_have_value(WORDS)
    expect(main.locator("[name=author_name]")).to_have_value("")
    assert drafts(page) == {"run-on": WORDS}
    main.locator("[name=author_name]").fill("Bo")
    send_form(page, "#comment-form")
    expect(page.locator(OWN)).to_contain_text("Bo")
    assert drafts(page) == {}
    assert stored() == ["Reply to this.", OTHERS, WORDS]
    expect_same_page(page)


def send_form(page: Page, form: str) -> None:
    page.click(f"{form} button[type=submit]")


def test_an_older_draft_does_not_replace_the_text_of_a_refused_form(site, arrive):
    make_review(published_at=utc_now())
    page = arrive(site).open(REVIEW)
    write_comment(page, body="An older draft.")
    older = page.evaluate("localStorage['second-lead-drafts']")
    write_comment(page, name="", body=WORDS)
    keep = "words => { localStorage['second-lead-drafts'] = words; }"
    page.evaluate(keep, older)
    send(page)
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#body")).to_have_value(WORDS)
    # Without the scripts the form is sent plainly, and the response is a whole page.
    page.evaluate("document.querySelector('#comment-form').submit()")
    expect(page.locator("h1")).to_have_text("Your comment is not sent yet")
    expect(page.locator("#body")).to_have_value(WORDS)
    expect(page.locator("#author_name")).to_have_value("")
    assert drafts(page) == {"run-on": "An older draft."}


def test_sending_a_refused_text_again_deletes_its_draft(reader):
    write_comment(reader, name="", body=f"  {WORDS}\n\n")
    send(reader)
    expect(reader.locator("#faults")).to_contain_text("Enter a name")
    expect(reader.locator("#body")).to_have_value(WORDS)
    reader.fill("#author_name", "Jo")
    send(reader)
    expect(reader.locator("#sent")).to_be_visible()
    assert stored() == [WORDS]
    assert drafts(reader) == {}


def test_a_text_written_while_another_is_sent_is_kept(reader):
    held: list[Route] = []
    reader.route(TARGET, lambda route: held.append(route))
    write_comment(reader, body=WORDS)
    with reader.expect_request(TARGET):
        send(reader)
    reader.fill("#body", OTHERS)
    held[0].continue_()
    expect(reader.locator(OWN)).to_contain_text("Words that must not be lost.")
    reader.unroute(TARGET)
    assert drafts(reader) == {"run-on": OTHERS}
    reader.click("#sent a")
    expect(reader.locator("#body")).to_have_value(OTHERS)
    send(reader)
    expect(reader.locator(OWN)).to_have_count(2)
    assert stored() == [WORDS, OTHERS]
    assert drafts(reader) == {}


def test_a_draft_edited_in_a_second_tab_is_a_second_comment(reader):
    write_comment(reader, body=WORDS)
    second = reader.context.new_page()
    second.goto(REVIEW)
    expect(second.locator("#body")).to_have_value(WORDS)
    send(reader)
    expect(reader.locator(OWN)).to_have_count(1)
    second.fill("#body", OTHERS)
    send(second)
    expect(second.locator(OWN).filter(has_text=OTHERS)).to_have_count(1)
    assert stored() == [WORDS, OTHERS]


def test_everything_else_works_without_local_storage(site, arrive):
    review = make_review(published_at=utc_now())
    comment = make_published_comment(review=review, now=utc_now())
    visitor = arrive(site)
    visitor.context.add_init_script(REFUSING)
    page = visitor.open(REVIEW)
    set_marker(page)
    write_comment(page, name="", body=WORDS)
    send(page)
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#body")).to_have_value(WORDS)
    page.fill("#author_name", "Jo")
    send(page)
    expect(page.locator(OWN)).to_contain_text("Awaiting approval")
    own = page.locator(OWN)
    own.get_by_role("link", name="Edit").click()
    form = page.locator("form[id^=edit-form-]")
    body(form).fill(OTHERS)
    form.get_by_role("button", name="Save").click()
    expect(own.locator("[data-reader-text]")).to_have_text(OTHERS)
    reply = open_reply_form(page, comment)
    reply.locator("[name=author_name]").fill("Jo")
    body(reply).fill("A reply.")
    reply.get_by_role("button", name="Send reply").click()
    expect(page.locator(f"#waiting-{comment.id} > .own")).to_contain_text("A reply.")
    assert stored()[1:] == [OTHERS, "A reply."]
    expect_same_page(page)
