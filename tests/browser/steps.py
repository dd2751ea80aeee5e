"""What a reader and a moderator do, in the words of a person; and what is made for them."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor
from tests.builders import PASSWORD

REVIEW = "/reviews/run-on"
QUEUE = "/admin/comments"
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# The rules whose answer is another by night.
COLOURS = ["color-contrast", "link-in-text-block"]

FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return outline || style.boxShadow !== "none";
}"""


def write_comment(page: Page, *, name: str = "Jo", body: str, email: str = "") -> None:
    page.fill("#author_name", name)
    page.fill("#author_email", email)
    page.fill("#body", body)


def send(page: Page) -> None:
    page.click(".comment-form button[type=submit]")


def sign_in(page: Page, *, email: str = "mina@example.org") -> None:
    page.goto(QUEUE)
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Waiting comments")
    # The heading stands before the scripts have run, and a key pressed until then is lost.
    page.wait_for_load_state()


def come_back(visitor: Visitor, *, token: str) -> None:
    """Let a browser be the one that sent the comments with this token."""
    cookies = {"second_lead_owner": token, "second_lead_wrote": "1"}
    visitor.context.add_cookies(
        [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/reviews"}
            for name, value in cookies.items()
        ]
    )


def row_of(page: Page, body: str):
    return page.locator("article.row").filter(has_text=body)


def mark(page: Page) -> None:
    """Leave something on the page that a reload would take away."""
    page.evaluate("window.marker = 'still the same page'")


def expect_same_page(page: Page) -> None:
    assert page.evaluate("window.marker") == "still the same page", "the page was reloaded"


def focused(page: Page) -> str:
    """Return the id of what has the focus."""
    return page.evaluate("document.activeElement.id")


def expect_focus(page: Page, selector: str) -> None:
    expect(page.locator(selector)).to_be_focused()


def check_axe(page: Page, *, colours_alone: bool = False) -> None:
    """Ask axe-core for every fault against WCAG 2.2 A and AA and good practice, or of colour."""
    # A heading may be there before the stylesheet is.
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        # As a script tag the page's own policy would refuse it.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes:"
        " ['violations']}).then(result => result.violations.map(rule => [rule.id,"
        " rule.nodes.map(node => [node.html.slice(0, 200), node.failureSummary])]))",
        {"type": "rule", "values": COLOURS} if colours_alone else {"type": "tag", "values": TAGS},
    )
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
