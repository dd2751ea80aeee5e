"""Compare what the site promised its users with what its database holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from blog.comments.models import DECISION_NOTICE, Comment
from blog.moderation.states import Status
from tests.chaos.audit_mail import check_mails, check_published_told, check_recipients
from tests.chaos.browsing import one_form_of
from tests.chaos.mail_recorder import Mail
from tests.chaos.stored import Fault, Stored
from tests.chaos.traffic import Ruling, Submission, Traffic


def find_faults(stored: Stored, traffic: Traffic, mails: Sequence[Mail]) -> Iterator[Fault]:
    """Yield all broken promises."""
    yield from check_comments(stored, traffic.submissions)
    yield from check_rulings(stored, traffic.rulings)
    yield from check_histories(stored)
    yield from check_notices_queued(stored)
    yield from check_mails(stored, mails)
    yield from check_recipients(stored, mails)
    yield from check_published_told(stored, mails)


def check_comments(stored: Stored, submissions: Iterable[Submission]) -> Iterator[Fault]:
    """Yield a fault for each comment that is missing, there twice, altered or never sent."""
    rows = stored.rows_by_mark()
    unknown = set(rows)
    for sent in submissions:
        unknown.discard(sent.mark)
        found = rows.get(sent.mark, [])
        if not found and sent.is_acknowledged:
            yield Fault("lost", sent.trouble, f"comment {sent.mark}, acknowledged")
        if len(found) > 1:
            yield Fault("twice", sent.trouble, f"comment {sent.mark}: rows {ids_of(found)}")
        for row in found:
            yield from _compare(row, sent)
        for status in sent.wordless:
            yield Fault("wrong", sent.trouble, f"{sent.mark}: a {status} without the words")
        if sent.statuses[500]:
            yield Fault("wrong", sent.trouble, f"{sent.mark}: the site answered 500")
    for mark in sorted(unknown):
        yield Fault("wrong", "", f"comment {mark}, which nobody sent")


def _compare(row: Comment, sent: Submission) -> Iterator[Fault]:
    stored = (row.author_name, row.author_email, row.body)
    if stored != (sent.name, sent.email, one_form_of(sent.body)):
        yield Fault("wrong", sent.trouble, f"comment {row.id} has other words than {sent.mark}")
    if sent.comment_id not in (None, row.id):
        named = sent.comment_id
        yield Fault("wrong", sent.trouble, f"{sent.mark} is {row.id}; the answer named {named}")


def check_rulings(stored: Stored, rulings: Iterable[Ruling]) -> Iterator[Fault]:
    """Yield a fault for each acknowledged decision that is not in the log exactly once."""
    logged = Counter(
        (row.comment_id, row.version, row.verdict.value, row.moderator.email)
        for row in stored.decisions
    )
    for ruling in rulings:
        key = (ruling.comment_id, ruling.version, ruling.verdict, ruling.moderator)
        what = f"{ruling.verdict} on version {ruling.version} of comment {ruling.comment_id}"
        if ruling.is_acknowledged and not logged[key]:
            yield Fault("lost", ruling.trouble, f"{what} by {ruling.moderator}, acknowledged")
        if logged[key] > 1:
            yield Fault("twice", ruling.trouble, f"{what}: {logged[key]} rows in the log")
        if ruling.statuses[500]:
            yield Fault("wrong", ruling.trouble, f"{what}: the site answered 500")


def check_histories(stored: Stored) -> Iterator[Fault]:
    """Yield a fault for each comment whose state does not follow from the log, and vice versa.

    Nobody edits or reports comments here, so each version but the first comes from one decision.
    """
    history = stored.history_of()
    by_id = {row.id: row for row in stored.decisions}
    for comment in stored.comments:
        status, version = Status.PENDING, 1
        for row in history.pop(comment.id, []):
            undone = by_id.get(row.undoes_id or 0)
            leads_to = undone.from_status if undone else row.verdict.entry.to_status
            if (row.from_status, row.version, row.to_status) != (status, version, leads_to):
                yield Fault("wrong", "", f"log row {row.id} does not follow from the one before it")
            status, version = row.to_status, row.new_version
        if (comment.status, comment.version) != (status, version):
            found = f"is {comment.status} in version {comment.version}"
            yield Fault("wrong", "", f"comment {comment.id} {found}, not {status} in {version}")
    for comment_id, rows in history.items():
        yield Fault("lost", "", f"comment {comment_id} of log row {rows[0].id}")


def check_notices_queued(stored: Stored) -> Iterator[Fault]:
    """Yield a fault for each decision whose notice was never put into the outbox."""
    keys = {message.key for message in stored.messages}
    wanting = {c.id for c in stored.comments if c.wants_notice and c.author_email}
    for row in stored.decisions:
        is_news = row.verdict.entry.notifies_author and row.from_status != row.to_status
        key = f"{DECISION_NOTICE}:{row.comment_id}:{row.new_version}"
        if is_news and row.comment_id in wanting and key not in keys:
            yield Fault("lost", "", f"the notice of log row {row.id}")


def ids_of(rows: Iterable[Comment]) -> str:
    return ", ".join(str(row.id) for row in rows)
