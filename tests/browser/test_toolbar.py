"""The toolbar of a Markdown textarea, on a page of its own with the site's scripts and styles."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import render_template
from playwright.sync_api import Browser, Page, Route, expect

from blog.web.assets import STATIC
from tests.browser.scripts import ORIGIN

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 700}, "has_touch": True, "is_mobile": True}
# What a phone's keyboard leaves of the page; a browser without a screen has none.
KEYBOARD = """
const view = Object.assign(new EventTarget(), { scale: 1, height: 700, offsetTop: 0 });
Object.defineProperty(globalThis, "visualViewport", { value: view });
"""
OPEN_KEYBOARD = """
visualViewport.height = innerHeight - 300;
visualViewport.dispatchEvent(new Event("resize"));
"""
LOG = """
globalThis.log = [];
for (const type of ["compositionstart", "compositionend", "input"]) {
  document.addEventListener(type, (event) => log.push(event.inputType ?? type));
}
"""
# With a Korean input method, the B key says ㅠ.
PRESS_B = """(text, state) => text.dispatchEvent(new KeyboardEvent("keydown", {
  key: "ㅠ", code: "KeyB", ctrlKey: true, bubbles: true, cancelable: true, [state]: true,
}))"""


@pytest.fixture
def write(app, browser: Browser) -> Callable[..., Page]:
    """A function that opens a page with a text, a toolbar and a button to save."""
    with app.test_request_context():
        tools = render_template("desk/drafts/_toolbar.html", textarea_id="body")
        words = render_template("macros/_words.html", for_desk=True)
    pages: list[Page] = []

    def write(text: str = "", script: str = "", **options) -> Page:
        html = (
            '<!doctype html><html lang="en"><title>Write</title>'
            '<meta name="viewport" content="width=device-width">'
            '<link rel="stylesheet" href="/css/site.css">'
            '<link rel="stylesheet" href="/css/desk.css">'
            '<script type="module" src="/js/writing.js"></script>'
            '<div id="notices"></div><main><form class="editor">'
            f'<textarea id="body" data-markdown>{text}</textarea>'
            f'<div class="writing-bar">{tools}<button id="save">Save</button></div>'
            f"</form></main>{words}"
        )

        def show(route: Route) -> None:
            path = urlsplit(route.request.url).path[1:]
            if path:
                route.fulfill(path=STATIC / path)
            else:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")

        page = browser.new_context(**options).new_page()
        pages.append(page)
        page.set_default_timeout(5_000)
        page.add_init_script(script)
        page.route("**/*", show)
        page.goto(f"{ORIGIN}/")
        return page

    yield write
    for page in pages:
        page.context.close()


def select(page: Page, words: str) -> None:
    page.locator("#body").evaluate(
        "(t, words) => { t.focus(); const at = t.value.indexOf(words);"
        " t.setSelectionRange(at, at + words.length); }",
        words,
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def text_of(page: Page) -> str:
    return page.locator("#body").input_value()


def test_a_button_keeps_the_selection_and_undo_takes_back_what_it_wrote(write):
    page = write("Snow.\r\nHe waits 😀 눈\r\n")
    select(page, "😀 눈")
    # The text never loses the focus: a phone's keyboard would close and open again.
    page.evaluate("document.addEventListener('focusout', () => document.title += ' lost')")
    press(page, "Bold")
    assert text_of(page) == "Snow.\nHe waits **😀 눈**\n"
    press(page, "List")
    assert text_of(page) == "Snow.\n\n- He waits **😀 눈**\n"
    assert page.title() == "Write"
    for _ in range(2):
        page.keyboard.press("Control+z")
    assert text_of(page) == "Snow.\nHe waits 😀 눈\n"
    page.keyboard.press("Control+Shift+z")
    assert text_of(page) == "Snow.\nHe waits **😀 눈**\n"


def test_the_keys_are_shown_and_work_with_a_korean_input_method_but_not_inside_a_syllable(write):
    page = write("rain")
    bold = page.get_by_role("button", name="Bold")
    assert bold.get_attribute("title") == "Bold (Ctrl+B)"
    assert bold.get_attribute("aria-keyshortcuts") == "Control+B"
    select(page, "rain")
    for state, expected in (("isComposing", "rain"), ("altKey", "rain"), ("repeat", "**rain**")):
        page.locator("#body").evaluate(PRESS_B, state)
        assert text_of(page) == expected, state
    # A phone's keyboard composes every word that is typed; a button ends that and keeps the word.
    page.locator("#body").fill("")
    page.evaluate(LOG)
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "눈", "selectionStart": 1, "selectionEnd": 1})
    press(page, "Quote")
    assert text_of(page) == "> 눈"
    assert page.evaluate("log.slice(-2)") == ["compositionend", "insertText"]


def test_the_toolbar_is_one_stop_of_the_tab_key_and_escape_leads_back_to_the_text(write):
    page = write("rain")
    select(page, "rain")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Spoiler")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert text_of(page) == "*rain*"
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#save")).to_be_focused()


def test_an_address_pasted_over_words_makes_them_a_link_and_a_picture_can_be_taken_over(write):
    page = write("see the bench")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('https://a.example/b\\n')")
    select(page, "bench")
    page.keyboard.press("Control+v")
    assert text_of(page) == "see the [bench](https://a.example/b)"
    page.keyboard.press("Control+z")
    assert text_of(page) == "see the bench"
    press(page, "Picture")
    assert text_of(page).endswith("![bench](pictures/name.jpg)")
    before = text_of(page)
    page.evaluate("document.addEventListener('writing:picture', event => event.preventDefault())")
    press(page, "Picture")
    assert text_of(page) == before


def test_the_toolbar_and_save_stay_above_the_keyboard_of_a_phone(write):
    page = write("rain\n" * 200, KEYBOARD, **PHONE)
    page.evaluate(OPEN_KEYBOARD)
    for name in ("Bold", "Save"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box["y"] + box["height"] <= 400
        assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == 390
