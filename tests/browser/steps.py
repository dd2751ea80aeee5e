"""Steps that readers and moderators take in a browser, and checks of focus and accessibility."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import Visitor
from tests.builders import PASSWORD

REVIEW = "/reviews/run-on"
QUEUE = "/admin/comments"
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# The axe rules whose result depends on the colour scheme.
COLOURS = ["color-contrast", "link-in-text-block"]

FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return outline || style.boxShadow !== "none";
}"""


def write_comment(page: Page, *, name: str = "Jo", body: str, email: str = "") -> None:
    """Fill in the comment form without sending it."""
    page.fill("#body", body)
    page.fill("#author_name", name)
    if email:
        open_contact(page.locator("#comment-form"))
        page.fill("#author_email", email)


def open_contact(form: Locator) -> None:
    """Open the fields of a comment form that are only for mail, if they are folded."""
    fold = form.locator("details.contact")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def send(page: Page) -> None:
    """Send the comment form."""
    page.click(".comment-form button[type=submit]")


def sign_in(page: Page, *, email: str = "mina@example.org") -> None:
    page.goto(QUEUE)
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Waiting comments")
    # The heading is visible before the scripts have run, and keys pressed before that are lost.
    page.wait_for_load_state()


def set_token(visitor: Visitor, *, token: str) -> None:
    """Set the cookies of the browser that sent the comments with this token."""
    cookies = {"second_lead_owner": token, "second_lead_wrote": "1"}
    visitor.context.add_cookies(
        [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/reviews"}
            for name, value in cookies.items()
        ]
    )


def row_of(page: Page, body: str):
    return page.locator("article.row").filter(has_text=body)


def set_marker(page: Page) -> None:
    """Set a variable in the page, which a reload would delete."""
    page.evaluate("window.marker = 'still the same page'")


def expect_same_page(page: Page) -> None:
    """Check that the page was not reloaded since `set_marker`."""
    assert page.evaluate("window.marker") == "still the same page", "the page was reloaded"


def focused(page: Page) -> str:
    """Return the id of the focused element."""
    return page.evaluate("document.activeElement.id")


def expect_focus(page: Page, selector: str) -> None:
    expect(page.locator(selector)).to_be_focused()


def check_axe(page: Page, *, colours_alone: bool = False) -> None:
    """Check a page with the axe-core rules of WCAG 2.2 A and AA, or only with those of colour."""
    # The content may be visible before the stylesheet has loaded.
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        # The content security policy would block axe-core as a script element.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes:"
        " ['violations']}).then(result => result.violations.map(rule => [rule.id,"
        " rule.nodes.map(node => [node.html.slice(0, 200), node.failureSummary])]))",
        {"type": "rule", "values": COLOURS} if colours_alone else {"type": "tag", "values": TAGS},
    )
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
