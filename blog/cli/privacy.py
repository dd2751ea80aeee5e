"""flask --app wsgi privacy export | erase."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from blog.cli.faults import fail
from blog.comments.states import Status
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import empty_log, write
from blog.outbox.models import State
from blog.outbox.transports import erase_files
from blog.privacy.commands import erase_address
from blog.privacy.exporting import collect
from blog.privacy.queries import Holdings, get_holdings_of_address, is_same_address
from blog.privacy.retention import EMAILS_KEPT, describe_span
from blog.text.normalising import EMAIL_LENGTH, email_fault, normalise_line
from blog.web.current import current_settings, current_time
from blog.web.links import SiteLinks

group = AppGroup("privacy", help="What is held about somebody, by the e-mail address they used.")


@group.command("export")
@click.argument("email")
@click.option("--output", type=click.Path(path_type=Path), help="A new file; else it is printed.")
def privacy_export(email: str, output: Path | None) -> None:
    """Give out as JSON all that is held about EMAIL."""
    email, holdings = _find(email)
    held = collect(holdings, email=email, links=SiteLinks(), now=current_time())
    text = json.dumps(held, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        # As bytes: not every terminal's encoding has every letter.
        click.echo(text.encode(), nl=False)
        return
    try:
        output.touch(mode=0o600, exist_ok=False)
        output.write_text(text, encoding="utf-8")
    except FileExistsError:
        fail(f"{output} is there already. Name another file, so that nothing is overwritten.")
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")
    click.echo(f"{output}: what is held about {email}. Only you can read the file.")


@group.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def privacy_erase(email: str, *, yes: bool) -> None:
    """Erase for good what came with EMAIL, and the address."""
    email, holdings = _find(email)
    for line in _say_what_goes(email, holdings):
        click.echo(line)
    if not yes:
        _ask(email)
    try:
        letters = write(erase_address, email=email, secret_key=current_settings().secret_key)
    except DatabaseBusyError:
        fail("The database stayed busy, so nothing was erased. Try again.")
    count = erase_files(
        current_settings().mail_dir,
        message_ids=letters,
        is_theirs=lambda address: is_same_address(address, email),
    )
    empty_log()
    click.echo(f"Erased. Letters deleted from the mail folder: {count}.")
    for line in _say_what_stays(holdings):
        click.echo(line)


def has_terminal() -> bool:
    """Tell whether somebody can be asked."""
    return sys.stdin.isatty()


def _find(email: str) -> tuple[str, Holdings]:
    """Return the address as it is compared, and what is held about it; end where nothing is."""
    given, email = email, normalise_line(email, most=EMAIL_LENGTH)
    fault = email_fault(email)
    if fault:
        fail(f"{given[:300]!r} is not an e-mail address: {fault}")
    holdings = get_holdings_of_address(email=email, secret_key=current_settings().secret_key)
    if holdings.is_empty:
        fail(
            f"Nothing is held about {email}. A comment keeps its address for"
            f" {describe_span(EMAILS_KEPT)}; `comments remove` deletes one by its number."
        )
    return email, holdings


def _ask(email: str) -> None:
    if not has_terminal():
        fail("Nothing was erased: there is nobody to ask. --yes erases without asking.")
    click.confirm(f"Erase all of it for good, for {email}?", abort=True)


def _say_what_goes(email: str, holdings: Holdings) -> list[str]:
    published = sum(comment.status == Status.PUBLISHED for comment in holdings.comments)
    waiting = sum(message.state == State.WAITING for message in holdings.messages)
    return [
        f"About {email} there are:",
        f"  comments: {len(holdings.comments)}, of them published: {published}",
        f"  messages: {len(holdings.messages)}, of them still to be sent: {waiting}",
        f"  entries in the record of mail addresses: {len(holdings.addresses)}",
        "All of it goes. Where others have replied, a line without words stays.",
    ]


def _say_what_stays(holdings: Holdings) -> Iterator[str]:
    """Say what a moderator may want to look at, and what is kept with a reason."""
    span = describe_span(EMAILS_KEPT)
    yield (
        f"Comments older than {span} have lost their address and were not found by it. Their writer"
        " can delete them in the browser, or name them; then use `comments remove`."
    )
    if holdings.is_stopped:
        yield "Its owner wants no mail. That stays, as a fingerprint, or mail could go there again."
    if holdings.reasons:
        yield (
            f"Reasons in the log of decisions: {holdings.reasons}. They are moderators' own words"
            " and cannot be changed; see whether one quotes what was erased."
        )
    for rule in holdings.name_rules:
        yield f"Rule {rule.id} looks for the name {rule.pattern!r}; delete or keep it: /admin/rules"
    if holdings.is_moderator:
        yield "A moderator signs in with this address. `moderator remove` ends that."
