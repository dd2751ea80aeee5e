"""Helpers that put messages into the outbox and send them, as a worker does."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count

from flask import Flask, current_app
from sqlalchemy import select

from blog.cli.outbox import build_courier, run_one_round
from blog.db.engine import db
from blog.db.transactions import write
from blog.outbox.commands import Claim, Notice, enqueue
from blog.outbox.delivery import Courier, Route
from blog.outbox.mail import MailContent, Sender, make_mail
from blog.outbox.models import OutboxMessage, State
from blog.outbox.transports import MailServer
from blog.web.current import current_time

SENDER = Sender(name="Second Lead", address="no-reply@drama.example", host="drama.example")
PLAIN = "plain"

_numbers = count(1)


def make_notice(**more) -> Notice:
    """Return a notice with a key of its own; `more` replaces its fields."""
    number = next(_numbers)
    fields = {"key": f"plain:{number}", "kind": PLAIN, "subject_id": number, "payload": {}}
    return Notice(**{**fields, "recipient": "reader@example.org", **more})


def enqueue_notices(*notices: Notice, due_at: datetime | None = None) -> list[str]:
    """Enqueue these notices, or a new one if none is given, and return their keys."""
    notices = notices or (make_notice(),)
    now = current_time()
    write(enqueue, notices=notices, due_at=due_at or now, now=now)
    return [notice.key for notice in notices]


def compose_plain(message: Claim) -> EmailMessage:
    content = MailContent(
        recipient=message.recipient,
        subject=f"Message {message.id}",
        text="Words.",
        html="<p>Words.</p>",
        stop_link="https://drama.example/mail/stop",
    )
    return make_mail(
        content=content, sender=SENDER, message_id=message.message_id, now=current_time()
    )


def make_plain_courier(url: str, **routes: Route) -> Courier:
    """Return a courier that sends plain messages to the mail server at `url`."""
    transport = MailServer(url, host="drama.example")
    return make_courier({PLAIN: Route(compose=compose_plain, transport=transport), **routes})


def make_courier(routes: Mapping[str, Route]) -> Courier:
    return Courier(routes, clock=current_time, write=write)


def deliver(courier: Courier) -> Counter[State]:
    """Send the due messages and return how many messages reached each state."""
    return courier.deliver_due(threading.Event())


def run(app: Flask) -> Counter[State]:
    """Run one round of `outbox run --once` and return how many messages reached each state."""
    db.session.rollback()
    with app.app_context():
        return run_one_round(build_courier(), threading.Event())


def change_settings(app: Flask, **settings: object) -> None:
    """Replace these settings of the application."""
    app.extensions["settings"] = replace(app.extensions["settings"], **settings)


def mails(app: Flask) -> list[EmailMessage]:
    """Return the e-mails in the mail folder, oldest first."""
    folder = app.extensions["settings"].mail_dir
    found = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(folder.glob("*.eml"))
    ]
    return sorted(found, key=lambda mail: mail["Date"].datetime)


def rows() -> list[OutboxMessage]:
    """Return all messages of the outbox, in the order in which they were enqueued."""
    db.session.rollback()
    query = select(OutboxMessage).order_by(OutboxMessage.id)
    return list(db.session.execute(query, execution_options={"populate_existing": True}).scalars())


def row(key: str) -> OutboxMessage:
    """Return the message of the outbox with this key."""
    (found,) = [message for message in rows() if message.key == key]
    return found


def later(**span: float) -> None:
    """Advance the application's clock, for example by `hours=2`."""
    current_app.extensions["clock"].advance(**span)


def in_three_minutes() -> datetime:
    return current_time() + timedelta(minutes=3)


def describe_failure() -> str:
    """Return the state and the note of the only message in the outbox, as "state: note"."""
    (message,) = rows()
    assert "@" not in (message.note or ""), "A note contains no address."
    return f"{message.state}: {message.note}"
