"""The buttons to share a review and to copy its link."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import REVIEW

pytestmark = pytest.mark.browser

# A browser on a phone has a dialog for sharing; this one remembers what it was given.
SHARE = "navigator.share = async (data) => { globalThis.shared = data; }"
REFUSING = "void (navigator.clipboard.writeText = () => Promise.reject(new Error()))"


def test_copy_link_copies_the_permanent_link_and_says_so(reader):
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.goto(f"{REVIEW}#comments")
    share = reader.locator("#share")
    expect(share.get_by_role("button", name="Share", exact=True)).to_be_hidden()
    share.get_by_role("button", name="Copy link").click()
    expect(share.get_by_role("status")).to_have_text("Link copied.")
    address = share.locator("[rel=bookmark]").get_attribute("href")
    assert reader.evaluate("navigator.clipboard.readText()") == address
    reader.evaluate(REFUSING)
    share.get_by_role("button", name="Copy link").click()
    expect(share.get_by_role("status")).to_contain_text("You can copy it from the link itself.")


def test_share_opens_the_dialog_of_the_browser_where_it_has_one(reader):
    reader.add_init_script(SHARE)
    reader.goto(REVIEW)
    reader.locator("#share").get_by_role("button", name="Share", exact=True).click()
    address = reader.locator("#share [rel=bookmark]").get_attribute("href")
    shared = reader.evaluate("shared")
    assert shared["url"] == address
    assert shared["title"] == reader.title()
