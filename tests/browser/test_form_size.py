"""The size of the comment form: the whole form is on one screen of a phone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.clock import utc_now
from tests.browser.everybody import OVERFLOW
from tests.browser.steps import REVIEW
from tests.builders import make_review

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# What a keyboard leaves of the screen.
BESIDE_A_KEYBOARD = {"width": 390, "height": 480}
PROMISE = "A moderator approves comments before they are published."


@pytest.fixture
def phone(site, arrive) -> Page:
    make_review(published_at=utc_now())
    return arrive(site, **PHONE, reduced_motion="reduce").open(REVIEW)


def box_of(element: Locator) -> dict[str, float]:
    return element.bounding_box() or {}


def test_the_whole_form_is_on_one_screen_of_a_phone(phone):
    form = phone.locator("#comment-form")
    # The scripts have run, and show the box to remember the name.
    expect(form.locator(".remember")).to_be_visible()
    # A screen of this size, less what a browser itself shows above and below the page.
    heading, button = box_of(form.locator("h2")), box_of(form.locator("[type=submit]"))
    assert button["y"] + button["height"] - heading["y"] <= 664
    phone.goto(f"{REVIEW}#respond")
    for part in (form.locator("h2"), form.get_by_text(PROMISE), form.locator("[type=submit]")):
        expect(part).to_be_in_viewport(ratio=1)
    assert phone.evaluate(OVERFLOW) <= 0


def test_the_text_field_and_its_label_are_visible_beside_a_keyboard(phone):
    phone.set_viewport_size(BESIDE_A_KEYBOARD)
    field, label = phone.locator("#body"), phone.locator("label[for=body]")
    for text in ("", "A line of a long comment.\n" * 60):
        field.fill(text)
        for start in ("#comments", ".site-foot"):
            field.blur()
            phone.locator(start).scroll_into_view_if_needed()
            phone.evaluate("document.querySelector('#body').focus()")
            expect(label).to_be_in_viewport(ratio=1)
            expect(field).to_be_in_viewport(ratio=1)
