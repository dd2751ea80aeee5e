"""flask --app wsgi privacy export | erase."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from blog.cli.faults import fail
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import truncate_log, write
from blog.moderation.states import Status
from blog.outbox.models import State
from blog.outbox.transports import erase_files
from blog.privacy.commands import erase_address
from blog.privacy.exporting import collect
from blog.privacy.queries import Holdings, get_holdings_of_address, is_same_address
from blog.privacy.retention import EMAILS_KEPT, describe_span
from blog.text.normalising import EMAIL_LENGTH, email_fault, normalise_line
from blog.web.current import current_settings, current_time
from blog.web.links import SiteLinks

group = AppGroup("privacy", help="Export or erase the data stored about an e-mail address.")


@group.command("export")
@click.argument("email")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write to this new file instead of printing."
)
def privacy_export(email: str, output: Path | None) -> None:
    """Export all data stored about EMAIL as JSON."""
    email, holdings = _find(email)
    held = collect(holdings, email=email, links=SiteLinks(), now=current_time())
    text = json.dumps(held, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        # As bytes: the terminal's encoding may not have all characters.
        click.echo(text.encode(), nl=False)
        return
    try:
        output.touch(mode=0o600, exist_ok=False)
        output.write_text(text, encoding="utf-8")
    except FileExistsError:
        fail(f"{output} exists already. Choose another file, so that nothing is overwritten.")
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")
    click.echo(f"{output}: all data stored about {email}. Only you can read the file.")


@group.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Erase without asking.")
def privacy_erase(email: str, *, yes: bool) -> None:
    """Erase EMAIL and all data that came with EMAIL, permanently."""
    email, holdings = _find(email)
    for line in _list_erased(email, holdings):
        click.echo(line)
    if not yes:
        _confirm(email)
    try:
        message_ids = write(erase_address, email=email, secret_key=current_settings().secret_key)
    except DatabaseBusyError:
        fail("Nothing was erased, because the database is busy. Try again.")
    count = erase_files(
        current_settings().mail_dir,
        message_ids=message_ids,
        is_theirs=lambda address: is_same_address(address, email),
    )
    truncate_log()
    click.echo(f"Erased. E-mails deleted from the mail folder: {count}.")
    for line in _list_kept(holdings):
        click.echo(line)


def has_terminal() -> bool:
    """Return whether a person can answer questions on standard input."""
    return sys.stdin.isatty()


def _find(email: str) -> tuple[str, Holdings]:
    """Return the normalised e-mail address and the data stored about it; exit if there is none."""
    given, email = email, normalise_line(email, most=EMAIL_LENGTH)
    fault = email_fault(email)
    if fault:
        fail(f"{given[:300]!r} is not an e-mail address: {fault}")
    holdings = get_holdings_of_address(email=email, secret_key=current_settings().secret_key)
    if holdings.is_empty:
        fail(
            f"Nothing is stored about {email}. A comment keeps its address for"
            f" {describe_span(EMAILS_KEPT)}; `comments remove` deletes one by its id."
        )
    return email, holdings


def _confirm(email: str) -> None:
    if not has_terminal():
        fail("Nothing was erased: this is no terminal. Add --yes to erase without asking.")
    click.confirm(f"Erase all of this about {email} permanently?", abort=True)


def _list_erased(email: str, holdings: Holdings) -> list[str]:
    """Return lines that say which data an erasure deletes."""
    published = sum(comment.status == Status.PUBLISHED for comment in holdings.comments)
    waiting = sum(message.state == State.WAITING for message in holdings.messages)
    return [
        f"Stored about {email}:",
        f"  comments: {len(holdings.comments)}, of them published: {published}",
        f"  messages: {len(holdings.messages)}, of them still to be sent: {waiting}",
        f"  records of e-mail addresses: {len(holdings.addresses)}",
        "All of this will be erased. A comment with replies leaves an empty placeholder.",
    ]


def _list_kept(holdings: Holdings) -> Iterator[str]:
    """Yield lines that say which data an erasure keeps, and what to check by hand."""
    span = describe_span(EMAILS_KEPT)
    yield (
        f"Comments older than {span} no longer have an e-mail address, so they were not found."
        " Their author can delete them in the browser, or tell you the ids for `comments remove`."
    )
    if holdings.is_stopped:
        yield "The address has unsubscribed. Its fingerprint is kept, so that it gets no more mail."
    if holdings.reasons:
        yield (
            f"Reasons in the log of decisions: {holdings.reasons}. Moderators wrote them, and they"
            " cannot be changed; check whether one quotes erased data."
        )
    for rule in holdings.name_rules:
        yield f"Rule {rule.id} looks for the name {rule.pattern!r}; check it at /admin/rules."
    if holdings.is_moderator:
        yield "A moderator signs in with this address. `moderator remove` deactivates the account."
