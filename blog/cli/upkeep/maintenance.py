"""flask --app wsgi maintenance."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from blog.cli.faults import fail
from blog.comments.counts import correct_counts
from blog.comments.known import correct_known, list_wrong
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import optimize, truncate_log, write
from blog.decisions.tallying import list_spans, list_wrong_days, recount
from blog.drafts.models import DELETED_KEPT
from blog.jobs.commands import record_finished
from blog.jobs.models import Job
from blog.outbox.transports import delete_old_files
from blog.privacy.deleting import delete_reviews_for_good
from blog.privacy.forgetting import BATCH, DUE, list_due
from blog.privacy.retention import FILES_KEPT, RETENTION, RetentionEntry, describe_span
from blog.web.current import current_settings, current_time

# The pause after a batch, as long as SQLite sleeps between attempts to get a lock.
PAUSE_SECONDS = 0.1


@click.command()
@with_appcontext
def maintenance() -> None:
    """Delete all data whose retention period has ended; run this every hour or every day."""
    now = current_time()
    try:
        for row in RETENTION:
            if row.command is not None:
                click.echo(f"{row.what}: {_delete(row, now)}. Kept: {row.how_long}.")
        media_dir = current_settings().media_dir
        count = delete_reviews_for_good(write=write, media_dir=media_dir, now=now)
        click.echo(f"Deleted reviews: {count} deleted. Kept: {describe_span(DELETED_KEPT)}.")
        count = delete_old_files(current_settings().mail_dir, before=now - FILES_KEPT)
        kept = describe_span(FILES_KEPT)
        click.echo(f"E-mails in the mail folder: {count} deleted. Kept: {kept}.")
        _correct_counts()
        write(record_finished, job=Job.MAINTENANCE, now=current_time())
    except DatabaseBusyError:
        fail("The database is busy, so some data was not deleted. Run this again.")
    optimize()
    truncate_log()


def _correct_counts() -> None:
    """Compare kept numbers with the rows they are made from; correct and print wrong ones."""
    known = 0
    while ids := list_wrong(size=BATCH):
        corrected = write(correct_known, ids=ids)
        if not corrected:
            break  # Somebody decides on these now.
        known += corrected
    tallies = [day for span in list_spans() for day in list_wrong_days(span)]
    for day in tallies:
        write(recount, day=day)
    found = {
        "Counts of published comments": correct_counts(write=write),
        "Known readers": known,
        "Moderator statistics": len(tallies),
    }
    for what, count in found.items():
        if count:
            click.echo(f"{what}: {count:,} corrected.")


def _delete(row: RetentionEntry, now: datetime) -> str:
    """Run a retention command until nothing is left; return "N deleted", "done" if not counted."""
    assert row.command is not None
    if row.command in DUE:
        return f"{_forget(row.command, **row.arguments(now=now)):,} deleted"
    total = 0
    while count := _run_batch(row.command, **row.arguments(now=now)):
        total += count
    return "done" if count is None else f"{total:,} deleted"


def _forget(command: Callable[..., int | None], before: datetime) -> int:
    """Run a retention command for all comments that are due; return the number changed."""
    total, after = 0, None
    while due := list_due(rule=DUE[command], before=before, after=after):
        total += _run_batch(command, ids=[place.id for place in due], before=before) or 0
        after = due[-1]
    return total


def _run_batch(command: Callable[..., int | None], **arguments: Any) -> int | None:
    """Run a command for one batch; return the number changed, None if it is not counted."""
    count = write(command, **arguments)
    if count:
        time.sleep(PAUSE_SECONDS)  # Lets waiting requests write first.
    return count
