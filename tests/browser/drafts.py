"""The forms that keep drafts, a browser's drafts, and the texts that the site has stored."""

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db


def stored() -> list[str]:
    """Return the texts of all comments the site has stored, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Comment.body).order_by(Comment.id)))


def drafts(page: Page) -> dict[str, str]:
    """Return the texts of the browser's drafts by the name of their form."""
    found = page.evaluate("JSON.parse(localStorage['second-lead-drafts'] ?? '{}')")
    return {name: draft["body"] for name, draft in found.items()}


def body(form: Locator) -> Locator:
    return form.locator("[name=body]")


def open_reply_form(page: Page, comment: Comment) -> Locator:
    page.click(f"#to-{comment.id}")
    form = page.locator(f"#comment-form-{comment.id}")
    expect(body(form)).to_be_focused()
    return form


def open_edit(page: Page, comment: Comment) -> Locator:
    page.locator(f"#comment-{comment.id}").get_by_role("link", name="Edit").click()
    form = page.locator(f"#edit-form-{comment.id}")
    expect(body(form)).to_be_focused()
    return form
