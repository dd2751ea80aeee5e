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

EMAILS_KEPT = timedelta(days=90)
CLIENTS_KEPT = timedelta(days=30)
SUBMISSIONS_KEPT = timedelta(days=30)
WITHDRAWN_KEPT = timedelta(days=30)
# As long as the cookie in the browser, which is all that leads to it.
OWNERS_KEPT = timedelta(days=TOKEN_DAYS)
UNCONFIRMED_KEPT = timedelta(days=400)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Be one thing that is kept: `what` it is, so that `why`, and `until` when.

    `command` deletes what has served its time. It is told the moment before which that is so, or
    the time, where it `judges` for itself by the span that stands here. It takes a batch, and is
    run until it returns 0 or nothing. Without a command, what is kept goes with something else.
    """

    what: str
    more: str = ""
    why: str
    until: str
    span: timedelta | None = None
    command: Callable[..., int | None] | None = None
    judges: bool = False

    @property
    def in_full(self) -> str:
        """Return what it is and what it is for, in Markdown."""
        return f"**{self.what}**{f': {self.more}' if self.more else ''}, so that {self.why}"

    @property
    def how_long(self) -> str:
        """Return what a reader is told."""
        return self.until.format(span=say_span(self.span)) if self.span else self.until

    def arguments(self, *, now: datetime) -> dict[str, datetime]:
        """Return what its command is told."""
        return {"now": now} if self.judges or not self.span else {"before": now - self.span}


RETENTION = (
    Kept(
        what="A published comment",
        more="its name, its words, its moments",
        why="others can read it",
        until="As long as its review, or until you delete it",
    ),
    Kept(
        what="A comment that was not published, or was taken down",
        why="a moderator's decision can be looked at again",
        until="Until you or a moderator delete it",
    ),
    Kept(
        what="A comment that its writer withdrew",
        why="a report of it can still be looked into",
        until="{span} after it was withdrawn",
        span=WITHDRAWN_KEPT,
        command=delete_withdrawn,
    ),
    Kept(
        what="Former words of a comment",
        more="those before a change, and changes that were declined",
        why="the decision on them can be undone",
        until="{span} after the decision",
        span=WORDINGS_KEPT,
        command=forget_wordings,
    ),
    Kept(
        what="The e-mail address with a comment",
        why="its writer can be told what became of it, and about answers, where they ticked that",
        until="{span} after the comment came; longer while the comment waits",
        span=EMAILS_KEPT,
        command=forget_emails,
    ),
    Kept(
        what="The address on a letter",
        why="the letter finds its way",
        until="Until the letter has left, which is tried for {span} at most",
        span=GIVEN_UP_AFTER,
    ),
    Kept(
        what="A letter that was sent",
        more="about what and when, and the letter itself where the site has no mail server",
        why="none is sent twice",
        until="{span}",
        span=KEPT,
        command=forget_messages,
        judges=True,
    ),
    Kept(
        what="The fingerprint of an e-mail address",
        more="one that never answered our letter",
        why="it gets one letter a day at most",
        until="{span} after the last letter",
        span=UNCONFIRMED_KEPT,
        command=forget_addresses,
    ),
    Kept(
        what="The same of one that was confirmed",
        why="it need not be confirmed again",
        until="Until its owner asks us to delete it",
    ),
    Kept(
        what="The same of one whose owner wants no letters",
        why="nobody can have letters sent there",
        until="For good",
    ),
    Kept(
        what="The fingerprint of the random number in your browser",
        why="that browser, and no other, can see, change and delete what it sent",
        until="{span} after its last comment, as long as the number itself",
        span=OWNERS_KEPT,
        command=forget_owners,
    ),
    Kept(
        what="The fingerprint of a network address",
        more="the one that a comment came from",
        why="moderators see what came from one place",
        until="{span}",
        span=CLIENTS_KEPT,
        command=forget_client_names,
    ),
    Kept(
        what="The same of a report",
        why="one person's reports count as one",
        until="{span}",
        span=CLIENTS_KEPT,
        command=forget_reporters,
    ),
    Kept(
        what="The key of the day",
        more="with which those fingerprints are made, and how often each browser and address has"
        " sent something",
        why="floods can be held back",
        until="{span} at most",
        span=timedelta(days=KEY_DAYS),
        command=delete_day_keys,
        judges=True,
    ),
    Kept(
        what="The fingerprint of a form that was sent",
        why="the same comment sent twice appears once",
        until="{span}",
        span=SUBMISSIONS_KEPT,
        command=forget_submissions,
    ),
    Kept(
        what="The number of a puzzle that a browser has solved",
        why="each solution counts once",
        until="{span} at most",
        span=LIFETIME,
        command=forget_proofs,
        judges=True,
    ),
    Kept(
        what="What readers report of a comment",
        why="moderators look at it again",
        until="As long as the comment",
    ),
    Kept(
        what="What moderators decide",
        more="with their reasons, and without the words that it was about",
        why="they can be held to it",
        until="For good",
    ),
    Kept(
        what="A rule against a sender",
        why="what floods the site is held back",
        until="Until a moderator deletes it; one by network address ends with the key of its day",
        command=forget_rules,
    ),
    Kept(
        what="A failed attempt to sign in as a moderator",
        more="as fingerprints",
        why="nobody can go on guessing passwords",
        until="{span}",
        span=FAILURES_FORGOTTEN_AFTER,
        command=forget_old_sign_ins,
        judges=True,
    ),
    Kept(
        what="That a moderator signed out",
        why="nobody can use the session again",
        until="{span}",
        span=ENDED_SESSIONS_KEPT,
        command=forget_old_sign_ins,
        judges=True,
    ),
)
# The files in the mail folder go with the messages.
FILES_KEPT = KEPT


def say_span(span: timedelta) -> str:
    """Return a span in whole days, or in hours where it is no day."""
    hours = round(span.total_seconds() / 3600)
    number, unit = (hours, "hour") if hours % 24 else (hours // 24, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def as_markdown() -> str:
    """Return the table that /privacy shows."""
    lines = ["| What, and what for | How long |", "| --- | --- |"]
    lines += [f"| {row.in_full} | {row.how_long} |" for row in RETENTION]
    return "\n".join(lines)
