"""Helpers: a reader whose data is in every table and folder, and a search for this data."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.reviews.models import Review
from blog.rules.models import Kind
from blog.submissions.changes import revise_comment, withdraw_comment
from blog.submissions.submission import Written, hash_token
from blog.text.markup import render_comment
from blog.web.current import current_time
from tests.builders import make_comment, make_decision, make_report, make_review
from tests.desk.rules.ruling import make_rule
from tests.outbox.comments import after_undo_window, the_moderator
from tests.outbox.sending import later, run
from tests.page import Reader
from tests.site.comments.sending import comments, everything_stored, send

NAME = "Gyeo-ul Baek"
EMAIL = "Gyeoul.Baek@Example.org"
TOKEN = "0123456789abcdef0123456789abcdef"
TEXTS = {
    "replied_to": "Porcelain hands, all of them.",
    "former": "Tangerine peel on the stove.",
    "published": "Lighthouse keepers cry too.",
    "refused": "Marmalade is not a plot.",
    "withdrawn": "Accordion music, and why.",
    "waiting": "Umbrella, said nobody.",
    "changed": "Umbrellas, said nobody twice.",
}
TRACES = [NAME, EMAIL, EMAIL.lower(), *TEXTS.values()]
REPLY = "Saxophones would have helped."


def invoke(app: Flask, *args: str, **more):
    """Run a command of the command line with a new session, and return the result."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=list(args), **more)
    db.session.rollback()
    return result


def maintain(app: Flask) -> str:
    """Run `maintenance` and return its output."""
    result = invoke(app, "maintenance")
    assert result.exit_code == 0, result.output
    return result.stdout


def privacy(app: Flask, *args: str, **more):
    """Run a `privacy` command and return the result."""
    return invoke(app, "privacy", *args, **more)


def export(app: Flask, email: str = EMAIL) -> dict:
    """Run `privacy export` for an address and return the exported data."""
    result = privacy(app, "export", email)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout_bytes)


def carry(client: Reader, token: str = TOKEN) -> Reader:
    """Set the cookies of a browser that has sent comments with this token."""
    client.set_cookie("second_lead_owner", token, path="/reviews")
    client.set_cookie("second_lead_wrote", "1", path="/reviews")
    return client


def write_comment(body: str, review: Review, **more) -> Comment:
    """Submit a comment of the reader a minute later; `more` replaces fields."""
    later(minutes=1)  # The rate limit allows few comments at once.
    fields = {"name": NAME, "email": EMAIL, "token": TOKEN, "now": current_time(), **more}
    return make_comment(review=review, body=body, **fields)


def decide(comment: Comment, verdict: Verdict = Verdict.APPROVE, **more) -> Comment:
    now = current_time()
    return make_decision(
        comment=comment, moderator=the_moderator(), verdict=verdict, now=now, **more
    )


def revise(comment: Comment, body: str) -> Comment:
    later(minutes=1)
    return write(
        revise_comment,
        comment_id=comment.id,
        owner_hash=hash_token(TOKEN),
        version=comment.version,
        written=Written(
            review_id=comment.review_id,
            author_name=NAME,
            author_email=EMAIL,
            body=body,
            body_html=render_comment(body),
            wants_replies=True,
        ),
        address="10.9.9.9",
        now=current_time(),
    )


def withdraw(comment: Comment) -> Comment:
    now = current_time()
    return write(withdraw_comment, comment_id=comment.id, owner_hash=hash_token(TOKEN), now=now)


def publish_reply(comment: Comment, review: Review, client: Reader) -> Comment:
    """Send a reply to a comment as another reader, publish the reply, and return it."""
    data = {"author_name": "Jo", "body": REPLY, "parent_id": str(comment.id)}
    sent = send(client, data, url=f"/reviews/{review.slug}/comments")
    assert sent.status_code == 303, sent.text
    return decide(comments()[-1])


def leave_traces(app: Flask, stranger: Reader) -> Review:
    """Make every kind of data about the reader, and return the review.

    Comments in every state, edits, a reply, notices, a report and rules.
    """
    review = make_review()
    changed = decide(revise(decide(write_comment(TEXTS["former"], review)), TEXTS["published"]))
    assert changed.body == TEXTS["published"]
    replied_to = decide(write_comment(TEXTS["replied_to"], review, wants_notice=True))
    revise(replied_to, TEXTS["replied_to"])
    refused = write_comment(TEXTS["refused"], review, wants_notice=True)
    decide(refused, Verdict.REJECT, reason="Off topic", shares_reason=True)
    revise(write_comment(TEXTS["waiting"], review), TEXTS["changed"])
    after_undo_window()
    run(app)  # This sends one e-mail to the unconfirmed address, and the digest.
    publish_reply(replied_to, review, stranger)
    make_report(
        comment=replied_to, words=f"{NAME} wrote: {TEXTS['replied_to']}", now=current_time()
    )
    withdraw(decide(write_comment(TEXTS["withdrawn"], review)))
    make_rule(moderator=the_moderator(), kind=Kind.EMAIL, pattern=EMAIL)
    make_rule(
        moderator=the_moderator(),
        kind=Kind.BROWSER,
        pattern=hash_token(TOKEN),
        comment_id=replied_to.id,
    )
    db.session.rollback()
    return review


def read_places(app: Flask) -> dict[str, bytes]:
    """Return the bytes of every place where data of a reader may be stored, by name.

    The tables as text, the files of SQLite, the mail folder and the folder of pictures.
    """
    settings = app.extensions["settings"]
    found = {"tables": everything_stored().encode()}
    db.session.remove()
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        files = [Path(f"{url.database}{end}") for end in ("", "-wal", "-journal")]
        found |= {file.name: file.read_bytes() for file in files if file.exists()}
    for folder in (settings.mail_dir, settings.media_dir):
        found |= {str(f): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    return found


def find_traces(app: Flask, needles: list[str]) -> set[tuple[str, str]]:
    """Return (place, text) for each place that contains one of these texts, in any case."""
    return {
        (name, needle)
        for name, content in read_places(app).items()
        for needle in needles
        if needle.lower().encode() in content.lower()
    }
