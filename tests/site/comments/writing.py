"""Helpers for authors of comments: edit and withdraw a comment in the browser that sent it."""

from datetime import timedelta

from bs4 import Tag
from werkzeug.test import TestResponse

from blog.comments.models import Comment
from blog.db.engine import db
from tests.builders import NOON
from tests.page import HTMX, Reader, soup_of
from tests.site.comments.sending import URL

TOKEN = "0123456789abcdef0123456789abcdef"
MINE = f"{URL}/mine"
# The time of the test clock before `advance` is called.
NOW = NOON + timedelta(hours=1)


def carry(client: Reader, token: str = TOKEN) -> Reader:
    """Give a browser the cookies of a browser that has sent a comment; return the browser."""
    client.set_cookie("second_lead_owner", token, path="/reviews")
    client.set_cookie("second_lead_wrote", "1", path="/reviews")
    return client


def open_edit(client: Reader, comment: Comment) -> dict[str, str]:
    """Open the edit form of a comment; return the fields that it would send unchanged."""
    page = client.get(f"{URL}/{comment.id}/revisions/new")
    assert page.status_code == 200
    return fields_of(soup_of(page).find("form", id=f"edit-form-{comment.id}"))


def edit(
    client: Reader,
    comment: Comment,
    form: dict[str, str] | None = None,
    *,
    htmx: bool = False,
    address: str = "127.0.0.1",
    **changes: str,
) -> TestResponse:
    """Send the edit form of a comment with `changes`; without `form`, open the form first."""
    form = open_edit(client, comment) if form is None else form
    return client.post(
        f"{URL}/{comment.id}/revisions",
        data=form | changes,
        headers=HTMX if htmx else {},
        environ_overrides={"REMOTE_ADDR": address},
    )


def withdraw(client: Reader, comment: Comment, *, htmx: bool = False) -> TestResponse:
    return client.post(f"{URL}/{comment.id}/withdrawal", headers=HTMX if htmx else {})


def fields_of(form: Tag) -> dict[str, str]:
    """Return the fields that a browser would send for a form, with CRLF line breaks."""
    found = {
        field["name"]: field.get("value", "")
        for field in form.select("input[name]")
        if field.get("type") != "checkbox"
    }
    found |= {box["name"]: box.get("value", "on") for box in form.select("input[name][checked]")}
    for area in form.find_all("textarea"):
        text = area.get_text().replace("\r\n", "\n").removeprefix("\n")
        found[area["name"]] = text.replace("\n", "\r\n")
    return found


def reload(comment: Comment) -> Comment:
    """Return the comment as the database has it now."""
    db.session.rollback()
    return db.session.get(Comment, comment.id, populate_existing=True)


def own_item(client: Reader, comment: Comment) -> Tag:
    """Return the list item of a comment on its author's page of own comments."""
    item = soup_of(client.get(MINE)).find("li", id=f"comment-{comment.id}")
    assert item is not None, f"comment {comment.id} is not on the author's page"
    return item


def words_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def faults_in(response: TestResponse) -> str:
    """Return the error messages of a refused form."""
    return words_of(soup_of(response).find(class_="faults"))
