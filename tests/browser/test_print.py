"""A printed review: its text and its links' addresses, and none of the tools of the page."""

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from tests.browser.steps import REVIEW
from tests.builders import make_review

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"## Part {n}\n\n{'They run, and then they talk. ' * 70}" for n in range(3))
AFTER = "link => getComputedStyle(link, '::after').content"


def test_a_printed_review_shows_addresses_and_no_tools(site, arrive):
    body = f"[There](https://there.example/a) and [below](#part-part-1).\n\n{LONG}"
    fold = "<details><summary>The ending</summary>\n\nIt ends well.\n\n</details>"
    make_review(
        published_at=utc_now(),
        body=f"{body}\n\n{fold}",
        cast=[("Hyun Bin", "Ri")],
        watch=[("Viki", "https://viki.example/a")],
    )
    page = arrive(site, color_scheme="dark").open(REVIEW)
    tools = page.locator(".contents, #share, .to-top, .site-head nav, .skip, [href='#comments']")
    assert tools.count() >= 5
    page.emulate_media(media="print")
    for tool in tools.all():
        expect(tool).to_be_hidden()
    links = page.locator(".prose a")
    assert links.nth(0).evaluate(AFTER) == '" (https://there.example/a)"'
    assert links.nth(1).evaluate(AFTER) == "none"
    assert page.get_by_role("link", name="Hyun Bin").evaluate(AFTER) == "none"
    watch = page.locator(".facts").get_by_role("link", name="Viki")
    assert watch.evaluate(AFTER) == '" (https://viki.example/a)"'
    assert page.locator(".prose details p").bounding_box()["height"] > 10
    text = page.locator(".prose p").first
    assert text.evaluate("text => getComputedStyle(text).color") == "rgb(0, 0, 0)"
