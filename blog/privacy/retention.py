"""The table of personal data: purpose and retention time, for /privacy and for the deletion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from blog.accounts.commands import (
    ENDED_SESSIONS_KEPT,
    FAILURES_FORGOTTEN_AFTER,
    delete_old_sign_ins,
)
from blog.comments.revisions import WORDINGS_KEPT
from blog.decisions.commands import forget_wordings
from blog.drafts.links import delete_expired_links
from blog.drafts.models import DELETED_KEPT
from blog.limits.commands import delete_day_keys
from blog.limits.queries import KEY_DAYS
from blog.outbox.commands import (
    GIVEN_UP_AFTER,
    KEPT,
    delete_old_messages,
    delete_unconfirmed_addresses,
)
from blog.privacy.forgetting import (
    delete_withdrawn,
    forget_client_names,
    forget_emails,
    forget_owners,
    forget_submissions,
)
from blog.proofs.challenges import LIFETIME
from blog.proofs.commands import delete_expired_proofs
from blog.reports.commands import forget_reporters
from blog.rules.commands import delete_expired_rules
from blog.submissions.submission import TOKEN_DAYS
from blog.text.language import format_span, lazy_gettext
from blog.text.language import gettext as _

EMAILS_KEPT = timedelta(days=90)
CLIENTS_KEPT = timedelta(days=30)
SUBMISSIONS_KEPT = timedelta(days=30)
WITHDRAWN_KEPT = timedelta(days=30)
# As long as the cookie: without it, nobody can use the stored hash.
OWNERS_KEPT = timedelta(days=TOKEN_DAYS)
UNCONFIRMED_KEPT = timedelta(days=400)


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionEntry:
    """One kind of personal data, with its purpose, its retention time and its deletion.

    `sentence` is Markdown: the kind of data in bold, then its purpose. `span` is the retention
    time; `until` makes a text for people from the text of `span`.

    `command` deletes a batch of data whose retention is over and returns the number deleted, or
    None. It is repeated until it returns 0 or None. It takes the argument `before`, the time of
    the oldest data to keep, or `now` if `takes_now` is true or there is no span. If it is one of
    `DUE` (forgetting.py), it also takes the `ids` of comments. Data without a command is deleted
    together with other data.
    """

    sentence: str
    until: Callable[[str], str] = str
    span: timedelta | None = None
    command: Callable[..., int | None] | None = None
    takes_now: bool = False

    @property
    def what(self) -> str:
        """Return the kind of data, without its purpose."""
        return self.sentence.split("**")[1]

    @property
    def how_long(self) -> str:
        """Return the retention time as a text for people."""
        return self.until(describe_span(self.span) if self.span else "")

    def arguments(self, *, now: datetime) -> dict[str, datetime]:
        """Return the keyword arguments for the command at the time `now`."""
        return {"now": now} if self.takes_now or not self.span else {"before": now - self.span}


RETENTION = (
    RetentionEntry(
        sentence=lazy_gettext(
            "**Published comments**: name, text and times, so that others can read them"
        ),
        until=lambda _span: _("As long as the review, or until you delete them"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Comments on a deleted review**, which nobody but their authors can read, so that the"
            " deletion can be undone"
        ),
        until=lambda span: _("%(span)s after the review was deleted", span=span),
        # Deleted with the review, whose pictures are files: privacy/deleting.py.
        span=DELETED_KEPT,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Comments that were rejected or taken down**, so that the decision can be reviewed"
        ),
        until=lambda _span: _("Until you or a moderator delete them"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Withdrawn comments**, so that reports about them can still be checked"
        ),
        until=lambda span: _("%(span)s after the author withdrew the comment", span=span),
        span=WITHDRAWN_KEPT,
        command=delete_withdrawn,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Earlier texts of comments**: those before an edit, and declined edits, so that a"
            " decision can be undone"
        ),
        until=lambda span: _("%(span)s after the decision", span=span),
        span=WORDINGS_KEPT,
        command=forget_wordings,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The e-mail address with a comment**, to send its author the notices that they"
            " asked for"
        ),
        until=lambda span: _(
            "%(span)s after the comment was sent; waiting comments keep it until a decision",
            span=span,
        ),
        span=EMAILS_KEPT,
        command=forget_emails,
    ),
    RetentionEntry(
        sentence=lazy_gettext("**The recipient of a message**, so that the message can be sent"),
        until=lambda span: _("Until it is sent; after %(span)s we stop trying", span=span),
        span=GIVEN_UP_AFTER,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Sent messages**: kind, comment and time, and the whole message if the site has no"
            " mail server, so that no message is sent twice"
        ),
        span=KEPT,
        command=delete_old_messages,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Fingerprints of unconfirmed e-mail addresses**, so that each gets one message a"
            " day at most"
        ),
        until=lambda span: _("%(span)s after the last message", span=span),
        span=UNCONFIRMED_KEPT,
        command=delete_unconfirmed_addresses,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Fingerprints of confirmed e-mail addresses**, so that they need not be confirmed"
            " again"
        ),
        until=lambda _span: _("Until the owner of the address asks us to delete them"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Fingerprints of e-mail addresses whose owners want no mail**, so that nobody can"
            " send mail there through this site"
        ),
        until=lambda _span: _("Forever"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The fingerprint of the random number in your browser**, so that only this"
            " browser can see, edit and delete the comments it sent"
        ),
        until=lambda span: _("%(span)s after its last comment, like the number itself", span=span),
        span=OWNERS_KEPT,
        command=forget_owners,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Fingerprints of network addresses with comments**, so that moderators can see"
            " which comments come from the same sender"
        ),
        span=CLIENTS_KEPT,
        command=forget_client_names,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Fingerprints of network addresses with reports**, so that one person's reports"
            " count as one"
        ),
        span=CLIENTS_KEPT,
        command=forget_reporters,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The key of the day**, with which these fingerprints are made, and the number of"
            " requests of each browser and address, for the rate limits"
        ),
        until=lambda span: _("%(span)s at most", span=span),
        span=timedelta(days=KEY_DAYS),
        command=delete_day_keys,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Fingerprints of sent forms**, so that a comment sent twice appears once"
        ),
        span=SUBMISSIONS_KEPT,
        command=forget_submissions,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Used proofs of work**: the numbers of puzzles that browsers have solved, so that"
            " each solution counts once"
        ),
        until=lambda span: _("%(span)s at most", span=span),
        span=LIFETIME,
        command=delete_expired_proofs,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Reports of comments**, so that moderators look at the comments again"
        ),
        until=lambda _span: _("As long as the comment"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Decisions of moderators**: with their reasons, without the texts of comments, so"
            " that moderators are accountable"
        ),
        until=lambda _span: _("Forever"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Links to drafts**: for whom a reviewer made them, and the day they were last"
            " opened, so that the reviewer can revoke them"
        ),
        until=lambda _span: _("Until the link expires, after 30 days at most"),
        command=delete_expired_links,
    ),
    RetentionEntry(
        sentence=lazy_gettext("**Rules against a sender**, to hold back spam"),
        until=lambda _span: _(
            "Until a moderator deletes the rule; a rule about a network address ends when the key"
            " of that day is deleted"
        ),
        command=delete_expired_rules,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Failed sign-ins of moderators**: as fingerprints, so that nobody can guess passwords"
        ),
        span=FAILURES_FORGOTTEN_AFTER,
        command=delete_old_sign_ins,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Ended sessions of moderators**, so that nobody can use them again"
        ),
        span=ENDED_SESSIONS_KEPT,
        command=delete_old_sign_ins,
        takes_now=True,
    ),
)
# Files in the mail folder are kept as long as the messages in the database.
FILES_KEPT = KEPT


def describe_span(span: timedelta) -> str:
    """Return a span as text, such as "30 days"; in hours if it is not a number of whole days."""
    hours = round(span.total_seconds() / 3600)
    number, unit = (hours, "hour") if hours % 24 else (hours // 24, "day")
    return format_span(number, unit)


def describe_backups(days: int) -> str:
    """Return the sentence about the backups, of which `backup prune` keeps so many days."""
    return _(
        "Backups of the site still contain what was deleted here. Each is deleted after %(span)s,"
        " except the newest.",
        span=describe_span(timedelta(days=days)),
    )


def as_markdown() -> str:
    """Return the table that /privacy shows."""
    what, how_long = _("What, and what for"), _("How long")
    lines = [f"| {what} | {how_long} |", "| --- | --- |"]
    lines += [f"| {row.sentence} | {row.how_long} |" for row in RETENTION]
    return "\n".join(lines)
