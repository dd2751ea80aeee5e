"""A review is saved while somebody writes, and what is not saved is kept in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.commands import create_draft, save_draft
from blog.drafts.models import Draft, Writing
from blog.web.current import current_time
from tests.browser.desk import make_session
from tests.browser.server import Site
from tests.builders import make_moderator

pytestmark = pytest.mark.browser

EDITOR = "/admin/reviews/1/edit"
SAVES = "**/admin/reviews/1"
PAUSE_MS = 2000
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"
KEYS = {"title": "The runner stops", "author": "Mina Park"}
# A Korean input method puts a syllable together.
COMPOSE = """(body, [type, text]) => {
  if (type === "compositionend") body.dispatchEvent(new CompositionEvent(type, { bubbles: true }));
  body.value = text;
  body.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
}"""


@pytest.fixture
def writer(site: Site):
    return make_moderator(name="Mina Park")


@pytest.fixture
def draft(site: Site, writer) -> Draft:
    return write(
        create_draft, writing=Writing(KEYS, "Rain."), moderator_id=writer.id, now=current_time()
    )


@pytest.fixture
def write_at(site: Site, writer, arrive) -> Callable[..., Page]:
    """A function that opens the editor in a new browser whose time stands still."""

    def write_at(path: str = EDITOR, **options) -> Page:
        visitor = arrive(site, **options)
        visitor.context.add_cookies([make_session(site)])
        return open_at(visitor.context, path)

    return write_at


def open_at(context, path: str = EDITOR) -> Page:
    page = context.new_page()
    page.clock.install()
    page.goto(path)
    return page


def line(page: Page):
    return page.locator("#saving")


def pause(page: Page) -> None:
    page.clock.run_for(PAUSE_MS)


def bodies() -> list[str]:
    """Return the texts of all drafts, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Draft.body).order_by(Draft.id)))


def test_a_new_review_is_saved_without_a_click_and_has_its_address(write_at):
    page = write_at("/admin/reviews/new")
    page.fill("#body", "Cafe\u0301 and snow.")
    with page.expect_response("**/admin/reviews"):
        pause(page)
    expect(line(page)).to_contain_text("Saved")
    assert bodies() == ["Café and snow."]
    assert page.url.endswith(EDITOR)
    page.fill("#title", "Snow")
    with page.expect_response(SAVES):
        page.focus("#summary")
    expect(line(page)).to_contain_text("Saved")
    # What the server made of the text is in the form, once nobody writes in it.
    assert page.input_value("#body") == "Café and snow."
    with page.expect_navigation(url=f"**{EDITOR}?done=saved"):
        page.locator(".writing-bar").get_by_role("button", name="Save").click()
    assert bodies() == ["Café and snow."]


def test_words_of_a_crashed_tab_without_connection_are_offered_again(write_at, draft):
    page = write_at()
    # What a page sends while it is closed cannot be routed.
    page.evaluate("void (fetch = () => Promise.reject(new TypeError('Failed to fetch')))")
    page.fill("#body", "Snow.")
    pause(page)
    expect(line(page)).to_contain_text("Not saved; kept in this browser.")
    expect(page.locator("#saving-trouble")).to_contain_text("this page tries again")
    page.close()
    again = open_at(page.context)
    offer = again.locator("#kept-words")
    expect(offer.locator("textarea")).to_have_value("Snow.")
    assert again.input_value("#body") == "Rain."
    offer.get_by_role("button", name="Use them").click()
    expect(offer).to_be_hidden()
    assert again.input_value("#body") == "Snow."
    with again.expect_response(SAVES):
        pause(again)
    expect(line(again)).to_contain_text("Saved")
    assert bodies() == ["Snow."]
    again.reload()
    expect(again.locator("#kept-words")).to_be_hidden()


def test_a_second_tab_says_that_another_version_is_saved_and_shows_both(write_at, draft):
    page = write_at()
    write(
        save_draft, draft_id=1, version=1, writing=Writing(KEYS, "Snow."), former=draft.writing,
        moderator_id=make_moderator(email="jun@example.org", name="Jun Ha").id,
        now=current_time(), is_revision=False,
    )  # fmt: skip
    page.fill("#body", "Hail.")
    pause(page)
    expect(line(page)).to_contain_text("Jun Ha saved another version. Nothing is lost.")
    page.type("#body", " And wind.")
    pause(page)
    assert bodies() == ["Snow."]
    with page.expect_navigation():
        line(page).get_by_role("button", name="See both").click()
    assert page.input_value("#body") == "Hail. And wind."
    expect(page.locator(".theirs")).to_contain_text("Snow.")
    # The version that stays is for the writer to choose.
    page.clock.run_for(10 * PAUSE_MS)
    expect(line(page)).to_be_hidden()
    assert bodies() == ["Snow."]
    page.locator(".theirs a").click()
    page.wait_for_url(f"**{EDITOR}")
    expect(page.locator("#kept-words")).to_be_hidden()


def test_whoever_has_to_sign_in_again_goes_on_where_they_were(write_at, site, draft):
    page = write_at()
    page.context.clear_cookies()
    page.fill("#body", "Snow.")
    pause(page)
    expect(line(page)).to_contain_text("You are signed out.")
    expect(line(page).get_by_role("link")).to_have_text("Sign in in another tab")
    make_moderator(email="jun@example.org", name="Jun Ha")
    page.context.add_cookies([make_session(site, "jun@example.org")])
    page.evaluate(COME_BACK)
    expect(line(page)).to_contain_text("Somebody else has signed in in this browser.")
    assert bodies() == ["Rain."]
    page.context.add_cookies([make_session(site)])
    page.evaluate(COME_BACK)
    expect(line(page)).to_contain_text("Saved")
    assert bodies() == ["Snow."]


def test_half_a_syllable_is_not_saved(write_at, draft):
    page = write_at()
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    body = page.locator("#body")
    body.dispatch_event("compositionstart")
    body.evaluate(COMPOSE, ["input", "ㅎ"])
    page.clock.run_for(3 * PAUSE_MS)
    assert sent == []
    body.evaluate(COMPOSE, ["compositionend", "한"])
    pause(page)
    expect(line(page)).to_contain_text("Saved")
    assert bodies() == ["한"]


def test_leaving_asks_while_something_is_not_saved(write_at, draft):
    page = write_at()
    page.route(SAVES, lambda route: route.abort())
    asks = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not page.evaluate(asks)
    page.fill("#body", "Snow.")
    assert page.evaluate(asks)
    page.fill("#body", "Rain.")
    assert not page.evaluate(asks)


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_saved_and_the_button_stay_in_view(write_at, draft, width):
    page = write_at(viewport={"width": width, "height": 700})
    page.fill("#title", "Snow")
    for place in (line(page), page.locator(".writing-bar > button")):
        box = place.bounding_box()
        assert 0 <= box["y"] <= 700 - box["height"]
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overflow) <= 0
