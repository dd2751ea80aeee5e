"""flask --app wsgi outbox run | list | test."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import click
from flask import current_app, render_template
from flask.cli import AppGroup
from flask.ctx import AppContext

from blog.cli.faults import fail
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from blog.notices.composing import Composer
from blog.notices.rounds import choose_transport, make_courier, run_round
from blog.outbox.delivery import Courier, LoggedErrors
from blog.outbox.models import State
from blog.outbox.queries import count_by_state, list_unsent
from blog.outbox.transports import DelayedError, RefusedError, UnreachableError
from blog.text.language import ngettext
from blog.text.normalising import email_fault
from blog.web.current import current_settings, current_time
from blog.web.links import SiteLinks

PAUSE_SECONDS = 2
# The pause after a round that failed, most likely because the database was unavailable.
LONG_PAUSE_SECONDS = 15
LISTENING_SECONDS = 0.5
GRACE_SECONDS = 5
SHOWN_TROUBLES = 10
# The templates of each e-mail, as plain text and as HTML.
TEMPLATES = {
    "decision": ("mail/decision.txt", "mail/_decision.html"),
    "reply": ("mail/reply.txt", "mail/_reply.html"),
    "first": ("mail/first.txt", "mail/_first.html"),
    "digest": ("mail/digest.txt", "mail/_digest.html"),
    "test": ("mail/test.txt", "mail/_test.html"),
}

group = AppGroup("outbox", help="Send e-mails and notifications, or list them.")


@group.command("run")
@click.option("--once", is_flag=True, help="Send messages that are due, then exit.")
@click.option(
    "--with-parent", type=int, metavar="PID", help="Exit when this parent process has ended."
)
def outbox_run(*, once: bool, with_parent: int | None) -> None:
    """Send messages when they are due, until stopped; several processes may run at once."""
    if once:
        _run_once()
    else:
        _run_until_stopped(with_parent)


@group.command("list")
def outbox_list() -> None:
    """Show the number of messages by state, and the latest messages that could not be sent."""
    for state, count in count_by_state().items():
        click.echo(f"{state}\t{count}")
    for message in list_unsent(count=SHOWN_TROUBLES):
        attempts = ngettext("%(num)s attempt", "%(num)s attempts", message.attempts)
        click.echo(
            f"message {message.id}\t{message.kind}\t{message.state}\t{attempts}\t{message.note}"
        )


@group.command("test")
@click.argument("email")
def outbox_test(email: str) -> None:
    """Send a test mail to EMAIL now, and show the mail server's answer."""
    if fault := email_fault(email):
        fail(f"EMAIL is not an e-mail address: {fault}")
    transport = choose_transport(current_settings())
    try:
        answer = transport.send(_build_composer().compose_test(email))
    except (RefusedError, DelayedError, UnreachableError) as error:
        fail(f"The test mail to {email} was not sent through {transport.place}: {error}.")
    if current_settings().smtp_url:
        click.echo(f"Sent to {email} through {transport.place}, which answered: {answer}")
    else:
        click.echo(f"Saved as {answer}. Set SMTP_URL to send mail.")


def build_courier() -> Courier:
    """Return a courier that sends the application's messages with its current settings."""
    return make_courier(_build_composer())


def run_one_round(courier: Courier, stop: threading.Event) -> Counter[State]:
    """Queue digests and send due messages once; return a count of the messages by new state."""
    return run_round(courier, stop, digest_minutes=current_settings().digest_minutes)


def _build_composer() -> Composer:
    return Composer(
        settings=current_settings(),
        clock=current_time,
        render=_render,
        links=SiteLinks(),
        write=write,
    )


def _render(name: str, data: dict[str, Any]) -> tuple[str, str]:
    text, html = TEMPLATES[name]
    return render_template(text, **data), render_template(html, **data)


def _run_once() -> None:
    try:
        tally = run_one_round(build_courier(), threading.Event())
    except DatabaseBusyError:
        fail("The database is busy. Some messages were not sent; try again.")
    click.echo(", ".join(f"{tally[state]} {state}" for state in State if tally[state]) or "0 due")


def _run_until_stopped(parent: int | None) -> None:
    """Run rounds until SIGINT or SIGTERM, or until the parent process has changed."""
    signals: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: signals.append(number))
    stop = threading.Event()
    # In another thread, so that this one can react to signals while a mail server is slow.
    rounds = threading.Thread(target=_run_rounds, args=(current_app.app_context, stop), daemon=True)
    rounds.start()
    while rounds.is_alive() and not signals and parent in (None, os.getppid()):
        rounds.join(LISTENING_SECONDS)
    stop.set()
    # A message still being sent after that keeps its lease, and is sent again when it expires.
    rounds.join(GRACE_SECONDS)


def _run_rounds(app_context: Callable[[], AppContext], stop: threading.Event) -> None:
    with app_context():
        courier = build_courier()
    while not stop.is_set():
        # Each round has its own application context, and so its own database session.
        with app_context(), LoggedErrors("a round") as this_round:
            run_one_round(courier, stop)
        stop.wait(PAUSE_SECONDS if this_round.failure is None else LONG_PAUSE_SECONDS)
