"""What a comment's writer does with it after it was sent, in the browser that sent it."""

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
# What the clock of the tests shows before anybody has moved it.
NOW = NOON + timedelta(hours=1)


def carry(client: Reader, token: str = TOKEN) -> Reader:
    """Give a browser the cookies of one that has written."""
    client.set_cookie("second_lead_owner", token, path="/reviews")
    client.set_cookie("second_lead_wrote", "1", path="/reviews")
    return client


def open_edit(client: Reader, comment: Comment) -> dict[str, str]:
    """Open the form to change a comment, and return what it would send as it stands."""
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
    **words: str,
) -> TestResponse:
    """Save other words for a comment, from the form as it was opened or opens now."""
    form = open_edit(client, comment) if form is None else form
    return client.post(
        f"{URL}/{comment.id}/revisions",
        data=form | words,
        headers=HTMX if htmx else {},
        environ_overrides={"REMOTE_ADDR": address},
    )


def withdraw(client: Reader, comment: Comment, *, htmx: bool = False) -> TestResponse:
    return client.post(f"{URL}/{comment.id}/withdrawal", headers=HTMX if htmx else {})


def fields_of(form: Tag) -> dict[str, str]:
    """Return what a browser would send of a form, line breaks as browsers send them."""
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


def again(comment: Comment) -> Comment:
    """Return the comment as it is now."""
    db.session.rollback()
    return db.session.get(Comment, comment.id, populate_existing=True)


def own_item(client: Reader, comment: Comment) -> Tag:
    """Return the comment as its writer finds it among their own."""
    item = soup_of(client.get(MINE)).find("li", id=f"comment-{comment.id}")
    assert item is not None, f"comment {comment.id} is not among one's own"
    return item


def words_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def said(response: TestResponse) -> str:
    """Return why a form came back."""
    return words_of(soup_of(response).find(class_="faults"))
