"""Helpers for the moderation queue: send its forms, read its pages, set up its comments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bs4 import Tag
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.comments.queries import list_waiting_revisions
from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import Base
from blog.decisions.models import Decision
from blog.moderation.states import State, Status, Verdict
from blog.outbox.models import OutboxMessage
from blog.reviews.models import Review
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared
from blog.text.markup import render_comment
from tests.builders import (
    NOON,
    csrf_token,
    enter,
    make_comment,
    make_decision,
    make_moderator,
    make_report,
    make_revision,
)
from tests.page import HTMX, Reader, soup_of

URL = "/admin/comments"
BULKS = "/admin/bulks"
CHANGES = "/admin/comments/changes"
PURGES = "/admin/purges"
HTMX_OR_PLAIN = [True, False]  # The values of `htmx`: sent by htmx, or as a plain form.
SESSION = "second_lead_admin"

# The verdicts and reader actions that bring a pending comment into each state.
REPORT, REVISE = "report", "revise"
STEPS_TO: dict[str, list[str]] = {
    "pending": [],
    "published": [Verdict.APPROVE],
    "spoiler": [Verdict.APPROVE_SPOILER],
    "not_spoiler": [Verdict.APPROVE_SPOILER, Verdict.NOT_SPOILER],
    "rejected": [Verdict.REJECT],
    "spam": [Verdict.SPAM],
    "removed": [Verdict.APPROVE, Verdict.TAKE_DOWN],
    "reported": [Verdict.APPROVE, REPORT],
    "revised": [Verdict.APPROVE, REVISE],
}
# The verdicts that change a comment, for each state.
CHANGES_OF: dict[str, set[str]] = {
    name: {v.value for v in Verdict if State(name) in v.entry.allowed}
    for name in State
    if name != State.GONE
}
CHANGES_OF["not_spoiler"] = CHANGES_OF["published"]
DECIDING = [verdict for verdict in Verdict if verdict is not Verdict.REOPEN]
REASON = "It tells the ending."


@dataclass
class Desk:
    """The browser of a signed-in moderator."""

    client: Reader
    moderator: Moderator

    @cached_property
    def token(self) -> str:
        return csrf_token(self.client)

    def get(self, path: str = URL, **query: object) -> TestResponse:
        return self.client.get(path, query_string=query or None)

    def post(self, path: str, data: dict[str, Any], *, htmx: bool = True) -> TestResponse:
        """Send a form with this browser's CSRF token, without the fields that are None."""
        fields = {"csrf_token": self.token, **data}
        fields = {name: value for name, value in fields.items() if value is not None}
        return self.client.post(path, data=fields, headers=HTMX if htmx else {})

    def decide(
        self, comment: Comment, verdict: str, *, version: object = None, htmx: bool = True, **more
    ) -> TestResponse:
        """Send a verdict on this version of a comment; the default is its current version."""
        seen = reload(comment).version if version is None else version
        data = {"version": seen, "verdict": verdict, **more}
        return self.post(f"{URL}/{comment.id}/decisions", data, htmx=htmx)

    def reply(
        self, comment: Comment, body: str, *, version: object = None, htmx: bool = True, **more
    ) -> TestResponse:
        """Send a reply to this version of a comment; the default is its current version."""
        seen = reload(comment).version if version is None else version
        data = {"version": seen, "body": body, **more}
        return self.post(f"{URL}/{comment.id}/replies", data, htmx=htmx)

    def bulk(
        self, verdict: str, items: str | Sequence[str] | None, *, htmx: bool = True, **more
    ) -> TestResponse:
        """Send one verdict on many comments, given as a list of items or as one string."""
        return self.post(BULKS, {"verdict": verdict, "items": items, **more}, htmx=htmx)

    def press(
        self, element: Tag, verdict: str, *, htmx: bool = False, **more: object
    ) -> TestResponse:
        """Send the form of the button for `verdict` inside `element`, with its fields."""
        button = element.select_one(f'button[name=verdict][value="{verdict}"]')
        assert button is not None, f"no button for {verdict}: {element}"
        form = button.find_parent("form")
        data = fields_of(form) | {"verdict": verdict, **more}
        return self.client.post(form["action"], data=data, headers=HTMX if htmx else {})


def open_desk(app: Flask, *, email: str = "mina@example.org", name: str = "Mina Park") -> Desk:
    moderator = make_moderator(email=email, name=name)
    client = app.test_client()
    enter(client, moderator)
    return Desk(client, moderator)


def make_many(
    review: Review, count: int, *, start: int = 0, now: datetime = NOON, **more: Any
) -> list[Comment]:
    """Submit comments a minute apart, each with a different text."""
    return [
        make_comment(
            review=review, body=f"Scene {spell(n)}.", now=now + timedelta(minutes=n), **more
        )
        for n in range(start, start + count)
    ]


def make_crowd(
    review: Review,
    count: int,
    *,
    start: int = 0,
    status: Status = Status.PENDING,
    now: datetime = NOON,
) -> None:
    """Import `count` comments, which have neither a browser token nor an address."""
    prepared = [
        Prepared(
            review_id=review.id,
            author_name="Guest",
            author_email=None,
            body=f"Crowd {spell(number)}.",
            body_html=render_comment(f"Crowd {spell(number)}."),
            status=status,
            # Comments come in pairs of equal time, so that a page can end inside a pair.
            submitted_at=now + timedelta(seconds=(number + 1) // 2),
            is_demo=False,
        )
        for number in range(start, start + count)
    ]
    write(import_comments, prepared=prepared)


def spell(number: int) -> str:
    """Write a number in letters, because texts that differ only in digits count as copies."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def bring(comment: Comment, state: str, moderator: Moderator) -> Comment:
    """Bring a pending comment into a state of STEPS_TO; return the changed comment."""
    for step in STEPS_TO[state]:
        comment = reload(comment)
        if step == REPORT:
            make_report(comment=comment)
        elif step == REVISE:
            make_revision(comment=comment, author_name="Mina K.", body=f"{comment.body} Again.")
        else:
            make_decision(comment=comment, moderator=moderator, verdict=Verdict(step))
    return reload(comment)


def send_form(reader: Reader, body: str) -> Comment:
    """Submit a comment, or replace its text if it is pending: the submission id is constant."""
    form = {"author_name": "Jo", "body": body, "submission_id": "0" * 31 + "1"}
    assert reader.post("/reviews/run-on/comments", data=form).status_code == 303
    db.session.rollback()
    return db.session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()


def fields_of(form: Tag) -> dict[str, str]:
    """Return what a form sends, by field name, without its button and checkboxes."""
    found = {
        field["name"]: field.get("value", "")
        for field in form.find_all("input")
        if field.get("type") != "checkbox"
    }
    for area in form.find_all("textarea"):
        # Browsers leave out the first line break.
        found[area["name"]] = re.sub(r"\A\r?\n", "", area.get_text())
    for choice in form.find_all("select"):
        found[choice["name"]] = (choice.find(selected=True) or choice.find("option"))["value"]
    return found


def rows_of(page: TestResponse) -> list[Tag]:
    assert page.status_code == 200
    return soup_of(page).select("#queue > article.row")


def row_of(page: TestResponse, comment: Comment) -> Tag:
    row = soup_of(page).find("article", id=f"comment-{comment.id}")
    assert row is not None, f"comment {comment.id} is not on the page"
    return row


def numbers_of(page: TestResponse) -> list[int]:
    """Return the comment ids of a queue page in order; lxml is faster than BeautifulSoup."""
    assert page.status_code == 200
    rows = html.fromstring(page.text).xpath('//*[@id="queue"]/article[@data-row]')
    return [int(row.get("data-row")) for row in rows]


def next_of(page: TestResponse) -> str | None:
    """Return the URL of the next page, or None on the last page."""
    links = html.fromstring(page.text).xpath('//a[@rel="next"]')
    if not links:
        return None
    (link,) = links
    assert link.get("data-hx-get") == link.get("href")
    return link.get("href")


def words_of(tag: Tag) -> str:
    """Return the text of an element with single spaces between its words."""
    return " ".join(tag.get_text(" ").split())


def verdicts_of(row: Tag) -> list[str]:
    """Return the verdicts of a row's buttons in order."""
    return [button["value"] for button in row.select("button[name=verdict]")]


def item(*comments: Comment) -> str:
    """Return the ids and current versions of comments as a bulk form sends them: "1.2,3.1"."""
    return ",".join(f"{c.id}.{reload(c).version}" for c in comments)


def reload(comment: Comment) -> Comment:
    """Return a comment as the database has it now, detached from the session."""
    with Session(db.engine) as session:
        return session.get_one(Comment, comment.id)


def facts(comment: Comment) -> tuple[object, ...]:
    """Return the values of a comment, and of its waiting edit, that an undo must restore."""
    now = reload(comment)
    db.session.rollback()
    revision = list_waiting_revisions(comment_ids=[comment.id]).get(comment.id)
    return (
        *(now.status, now.is_spoiler, now.waiting_since),
        *(now.author_name, now.body, now.body_html, now.edited_at),
        revision and (revision.author_name, revision.body, revision.is_spoiler),
    )


def log() -> list[Decision]:
    """Return all decisions, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Decision).order_by(Decision.id)))


def messages() -> dict[str, str]:
    """Return the state of each outbox message by its key."""
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.key, OutboxMessage.state))
    return {row[0]: row[1].value for row in rows}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table by table name, to check that nothing was changed."""
    db.session.rollback()
    return {
        table.name: [
            tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }
