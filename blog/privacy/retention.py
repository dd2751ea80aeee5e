"""What is kept about people, what for, and how long: said once, for the page and the deletion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from blog.accounts.commands import (
    ENDED_SESSIONS_KEPT,
    FAILURES_FORGOTTEN_AFTER,
    forget_old_sign_ins,
)
from blog.comments.revisions import WORDINGS_KEPT
from blog.decisions.commands import forget_wordings
from blog.limits.commands import delete_day_keys
from blog.limits.queries import KEY_DAYS
from blog.outbox.commands import GIVEN_UP_AFTER, KEPT, forget_addresses, forget_messages
from blog.privacy.forgetting import (
    delete_withdrawn,
    forget_client_names,
    forget_emails,
    forget_owners,
    forget_submissions,
)
from blog.proofs.challenges import LIFETIME
from blog.proofs.commands import forget_proofs
from blog.reports.commands import forget_reporters
from blog.rules.commands import forget_rules
from blog.submissions.submission import TOKEN_DAYS
from blog.text.language import format_span, lazy_gettext
from blog.text.language import gettext as _

EMAILS_KEPT = timedelta(days=90)
CLIENTS_KEPT = timedelta(days=30)
SUBMISSIONS_KEPT = timedelta(days=30)
WITHDRAWN_KEPT = timedelta(days=30)
# As long as the cookie in the browser, which is all that leads to it.
OWNERS_KEPT = timedelta(days=TOKEN_DAYS)
UNCONFIRMED_KEPT = timedelta(days=400)


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionEntry:
    """Be one thing that is kept: what it is, what for, and until when.

    `sentence` is a sentence in Markdown, what is kept in bold. `until` makes one of the `span` in
    words, which stands alone where nothing else is said.

    `command` deletes what has served its time. It is told the moment before which that is so, or
    the time, where it `takes_now` for itself by the span that stands here. It takes a batch, and is
    run until it returns 0 or nothing. Without a command, what is kept goes with something else.
    """

    sentence: str
    until: Callable[[str], str] = str
    span: timedelta | None = None
    command: Callable[..., int | None] | None = None
    takes_now: bool = False

    @property
    def what(self) -> str:
        """Return what it is, without what it is for."""
        return self.sentence.split("**")[1]

    @property
    def how_long(self) -> str:
        """Return what a reader is told."""
        return self.until(describe_span(self.span) if self.span else "")

    def arguments(self, *, now: datetime) -> dict[str, datetime]:
        """Return what its command is told."""
        return {"now": now} if self.takes_now or not self.span else {"before": now - self.span}


RETENTION = (
    RetentionEntry(
        sentence=lazy_gettext(
            "**A published comment**: its name, its words, its moments, so that others can read it"
        ),
        until=lambda _span: _("As long as its review, or until you delete it"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**A comment that was not published, or was taken down**, so that a moderator's"
            " decision can be looked at again"
        ),
        until=lambda _span: _("Until you or a moderator delete it"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**A comment that its writer withdrew**, so that a report of it can still be"
            " looked into"
        ),
        until=lambda span: _("%(span)s after it was withdrawn", span=span),
        span=WITHDRAWN_KEPT,
        command=delete_withdrawn,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**Former words of a comment**: those before a change, and changes that were"
            " declined, so that the decision on them can be undone"
        ),
        until=lambda span: _("%(span)s after the decision", span=span),
        span=WORDINGS_KEPT,
        command=forget_wordings,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The e-mail address with a comment**, so that its writer can be told what"
            " became of it, and about replies, where they ticked that"
        ),
        until=lambda span: _(
            "%(span)s after the comment came; longer while the comment waits", span=span
        ),
        span=EMAILS_KEPT,
        command=forget_emails,
    ),
    RetentionEntry(
        sentence=lazy_gettext("**The address on a letter**, so that the letter finds its way"),
        until=lambda span: _(
            "Until the letter has left, which is tried for %(span)s at most", span=span
        ),
        span=GIVEN_UP_AFTER,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**A letter that was sent**: about what and when, and the letter itself where"
            " the site has no mail server, so that none is sent twice"
        ),
        span=KEPT,
        command=forget_messages,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The fingerprint of an e-mail address**: one that never answered our letter,"
            " so that it gets one letter a day at most"
        ),
        until=lambda span: _("%(span)s after the last letter", span=span),
        span=UNCONFIRMED_KEPT,
        command=forget_addresses,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The same of one that was confirmed**, so that it need not be confirmed again"
        ),
        until=lambda _span: _("Until its owner asks us to delete it"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The same of one whose owner wants no letters**, so that nobody can have"
            " letters sent there"
        ),
        until=lambda _span: _("For good"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The fingerprint of the random number in your browser**, so that that"
            " browser, and no other, can see, change and delete what it sent"
        ),
        until=lambda span: _(
            "%(span)s after its last comment, as long as the number itself", span=span
        ),
        span=OWNERS_KEPT,
        command=forget_owners,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The fingerprint of a network address**: the one that a comment came from, so"
            " that moderators see what came from one place"
        ),
        span=CLIENTS_KEPT,
        command=forget_client_names,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The same of a report**, so that one person's reports count as one"
        ),
        span=CLIENTS_KEPT,
        command=forget_reporters,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The key of the day**: with which those fingerprints are made, and how often"
            " each browser and address has sent something, so that floods can be held back"
        ),
        until=lambda span: _("%(span)s at most", span=span),
        span=timedelta(days=KEY_DAYS),
        command=delete_day_keys,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The fingerprint of a form that was sent**, so that the same comment sent"
            " twice appears once"
        ),
        span=SUBMISSIONS_KEPT,
        command=forget_submissions,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**The number of a puzzle that a browser has solved**, so that each solution"
            " counts once"
        ),
        until=lambda span: _("%(span)s at most", span=span),
        span=LIFETIME,
        command=forget_proofs,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**What readers report of a comment**, so that moderators look at it again"
        ),
        until=lambda _span: _("As long as the comment"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**What moderators decide**: with their reasons, and without the words that it"
            " was about, so that they can be held to it"
        ),
        until=lambda _span: _("For good"),
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**A rule against a sender**, so that what floods the site is held back"
        ),
        until=lambda _span: _(
            "Until a moderator deletes it; one by network address ends with the key of its day"
        ),
        command=forget_rules,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**A failed attempt to sign in as a moderator**: as fingerprints, so that"
            " nobody can go on guessing passwords"
        ),
        span=FAILURES_FORGOTTEN_AFTER,
        command=forget_old_sign_ins,
        takes_now=True,
    ),
    RetentionEntry(
        sentence=lazy_gettext(
            "**That a moderator signed out**, so that nobody can use the session again"
        ),
        span=ENDED_SESSIONS_KEPT,
        command=forget_old_sign_ins,
        takes_now=True,
    ),
)
# The files in the mail folder go with the messages.
FILES_KEPT = KEPT


def describe_span(span: timedelta) -> str:
    """Return a span in whole days, or in hours where it is no day."""
    hours = round(span.total_seconds() / 3600)
    number, unit = (hours, "hour") if hours % 24 else (hours // 24, "day")
    return format_span(number, unit)


def as_markdown() -> str:
    """Return the table that /privacy shows."""
    what, how_long = _("What, and what for"), _("How long")
    lines = [f"| {what} | {how_long} |", "| --- | --- |"]
    lines += [f"| {row.sentence} | {row.how_long} |" for row in RETENTION]
    return "\n".join(lines)
