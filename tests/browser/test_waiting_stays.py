"""Nothing that is sent later replaces a comment that its author has seen waiting."""

import pytest
from playwright.sync_api import Page, Route, expect

from blog.clock import utc_now
from tests.browser.drafts import body, drafts, open_edit, open_reply_form, stored
from tests.browser.life import TOKEN, look_closely, set_token
from tests.browser.steps import REVIEW, send, write_comment
from tests.builders import make_comment, make_published_comment, make_review
from tests.patience import wait_until

pytestmark = pytest.mark.browser

COMMENTS = f"**{REVIEW}/comments"
FIRST = "First: the umbrella."
SECOND = "Second: the bench."
OWN = "#waiting > .own"


def lose_responses(page: Page, url: str) -> None:
    """Let requests reach the site, but drop the responses."""

    def lose(route: Route) -> None:
        assert route.fetch().ok
        route.abort("connectionreset")

    page.route(url, lose)


def test_the_next_comment_does_not_replace_one_that_waits(reader):
    lose_responses(reader, COMMENTS)
    write_comment(reader, body=FIRST)
    reader.check("#is_spoiler")
    send(reader)
    expect(reader.locator(".progress")).to_contain_text("Your text is still here")
    reader.unroute(COMMENTS)
    reader.reload()
    expect(reader.locator(OWN)).to_contain_text(FIRST)
    expect(reader.locator("#body")).to_have_value("")
    expect(reader.locator("#is_spoiler")).not_to_be_checked()
    expect(reader.locator(".progress")).to_have_text("")
    assert drafts(reader) == {}
    reader.fill("#body", SECOND)
    send(reader)
    expect(reader.locator(OWN)).to_have_count(2)
    assert stored() == [FIRST, SECOND]


def test_the_next_comment_does_not_replace_one_that_appears_while_it_is_written(reader):
    lose_responses(reader, COMMENTS)
    write_comment(reader, body=FIRST)
    send(reader)
    expect(reader.locator(".progress")).to_contain_text("Your text is still here")
    reader.unroute(COMMENTS)
    reader.fill("#body", f"{FIRST} {SECOND}")
    other = reader.context.new_page()
    other.goto(REVIEW)
    expect(other.locator(OWN)).to_contain_text(FIRST)
    other.close()
    send(reader)
    expect(reader.locator(OWN).filter(has_text=SECOND)).to_have_count(1)
    assert stored() == [FIRST, f"{FIRST} {SECOND}"]


def test_the_next_reply_does_not_replace_one_that_waits(site, arrive):
    comment = make_published_comment(review=make_review(published_at=utc_now()), now=utc_now())
    page = set_token(arrive(site).context.new_page())
    page.goto(REVIEW)
    lose_responses(page, COMMENTS)
    form = open_reply_form(page, comment)
    form.locator("[name=author_name]").fill("Jo")
    body(form).fill(FIRST)
    form.get_by_role("button", name="Send reply").click()
    expect(form.locator(".progress")).to_contain_text("Your text is still here")
    page.unroute(COMMENTS)
    page.reload()
    expect(page.locator(".own")).to_contain_text(FIRST)
    form = open_reply_form(page, comment)
    expect(body(form)).to_have_value("")
    body(form).fill(SECOND)
    form.get_by_role("button", name="Send reply").click()
    expect(page.locator(f"#waiting-{comment.id} > .own")).to_contain_text(SECOND)
    assert stored()[1:] == [FIRST, SECOND]


def test_without_htmx_the_back_button_does_not_lead_to_replacing_a_comment(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    visitor.context.route("**/htmx-*.js", lambda route: route.abort())
    page = visitor.open(REVIEW)
    write_comment(page, body=FIRST)
    send(page)
    expect(page.locator("#mine > .own")).to_contain_text(FIRST)
    wait_until(lambda: drafts(page) == {})
    page.go_back()
    expect(page.locator(OWN)).to_contain_text(FIRST)
    expect(page.locator("#body")).to_have_value("")
    page.fill("#body", SECOND)
    send(page)
    expect(page.locator("#mine > .own")).to_have_count(2)
    assert stored() == [FIRST, SECOND]


def test_a_draft_of_an_edit_that_was_saved_is_not_offered_again(site, arrive):
    own = make_comment(
        review=make_review(published_at=utc_now()), body=FIRST, token=TOKEN, now=utc_now()
    )
    page = set_token(arrive(site).context.new_page())
    page.goto(REVIEW)
    lose_responses(page, f"{COMMENTS}/{own.id}/revisions")
    form = open_edit(page, own)
    body(form).fill(SECOND)
    form.get_by_role("button", name="Save").click()
    expect(form.locator(".progress")).to_contain_text("Your text is still here")
    page.reload()
    expect(page.locator(OWN)).to_contain_text(SECOND)
    form = open_edit(page, own)
    expect(body(form)).to_have_value(SECOND)
    expect(form.locator(".draft-offer")).to_be_hidden()
    assert drafts(page) == {}


def test_a_draft_of_an_older_version_is_offered_and_not_applied(site, arrive):
    own = make_comment(
        review=make_review(published_at=utc_now()), body=FIRST, token=TOKEN, now=utc_now()
    )
    page = set_token(arrive(site).context.new_page())
    page.goto(REVIEW)
    body(open_edit(page, own)).fill("Half an edit")
    other = page.context.new_page()
    # Another tab edits the comment as if this one had never been there.
    other.goto(f"{REVIEW}/comments/{own.id}/revisions/new")
    other.evaluate("localStorage.clear()")
    body(other.locator(".comment-form")).fill(SECOND)
    other.get_by_role("button", name="Save").click()
    expect(other.locator(".saved")).to_contain_text("Saved")
    body(page.locator(f"#edit-form-{own.id}")).fill("Half an edit,")
    page.reload()
    form = open_edit(page, own)
    expect(body(form)).to_have_value(SECOND)
    look_closely(form.locator(".draft-offer"))
    form.get_by_role("button", name="Show it instead").click()
    expect(body(form)).to_have_value("Half an edit,")
    expect(body(form)).to_be_focused()
    form.get_by_role("button", name="Show it instead").click()
    expect(body(form)).to_have_value(SECOND)
