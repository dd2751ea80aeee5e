"""The statuses of comments and the verdicts of moderators; long because it is one table.

The table has their names for people, the states in which each verdict is allowed, its effects, its
key and its button. Pages, mail, exports, the moderators' scripts and the UPDATE read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from blog.text.language import gettext
from blog.text.language import lazy_gettext as _


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusEntry:
    """The texts about one status.

    Moderators read `label` in lists, `heading` above the status's page, and `line` in place of a
    decided row. Authors read `exported` in the export of their data, `explanation` in the error
    when they edit a comment that has changed to this status, and `mailed` in a notice, made from
    the review's `title` and the name of the `site`.
    """

    label: str
    heading: str | None = None
    line: str
    exported: str
    mailed: Callable[..., str] | None = None
    explanation: str


class Status(StrEnum):
    """The statuses of a comment, as stored in the database."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"

    @property
    def entry(self) -> StatusEntry:
        """Return the texts about this status."""
        return STATUSES[self]


STATUSES = {
    Status.PENDING: StatusEntry(
        label=_("waiting"),
        heading=_("Waiting comments"),
        line=_("Waiting"),
        exported=_("waiting for a decision"),
        explanation=_("It changed after you opened it, perhaps in another window."),
    ),
    Status.PUBLISHED: StatusEntry(
        label=_("published"),
        heading=_("Published comments"),
        line=_("Published"),
        exported=_("published"),
        mailed=lambda **names: gettext(
            "Your comment on “%(title)s” at %(site)s is published.", **names
        ),
        explanation=_("A moderator has published it."),
    ),
    Status.REJECTED: StatusEntry(
        label=_("rejected"),
        heading=_("Rejected comments"),
        line=_("Rejected"),
        exported=_("not published"),
        mailed=lambda **names: gettext(
            "Your comment on “%(title)s” at %(site)s was not published.", **names
        ),
        explanation=_("A moderator decided not to publish it."),
    ),
    Status.SPAM: StatusEntry(
        label=_("spam"),
        heading=_("Spam"),
        line=_("Marked as spam"),
        # The same as for a rejected comment, so that spammers cannot test the spam protection.
        exported=_("not published"),
        explanation=_("A moderator decided not to publish it."),
    ),
    Status.REMOVED: StatusEntry(
        label=_("taken down"),
        heading=_("Taken down"),
        line=_("Taken down"),
        exported=_("no longer published"),
        mailed=lambda **names: gettext(
            "Your comment on “%(title)s” at %(site)s is no longer published.", **names
        ),
        explanation=_("A moderator took it down."),
    ),
    # Without a heading, because moderators have no page of withdrawn comments.
    Status.WITHDRAWN: StatusEntry(
        label=_("withdrawn"),
        line=_("Withdrawn by its author"),
        exported=_("withdrawn by its author"),
        explanation=_("It was withdrawn."),
    ),
}
DESK_STATUSES = tuple(status for status in Status if STATUSES[status].heading)


class State(StrEnum):
    """The states of a comment that decide which verdicts are allowed; finer than its status.

    REPORTED and REVISED are published and in the moderation queue again. SPOILER is published as a
    spoiler and not in the queue. GONE is withdrawn or erased.
    """

    PENDING = "pending"
    PUBLISHED = "published"
    SPOILER = "spoiler"
    REPORTED = "reported"
    REVISED = "revised"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    GONE = "gone"


_PUBLIC = frozenset({State.PUBLISHED, State.SPOILER, State.REPORTED, State.REVISED})
_WAITING = frozenset({State.PENDING, State.REPORTED, State.REVISED})
_REFUSED = frozenset({State.REJECTED, State.SPAM, State.REMOVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictEntry:
    """The texts, allowed states and the effects of one verdict.

    `label` says what was done, in the log and in place of a decided row. `button` is the text of
    its button; `buttons` has other texts for some states. `bulk_label` is the heading of the page
    that confirms a bulk. `key` is its keyboard key, `style` the CSS class of its button.

    `allowed` are the states in which it may be given, `unoffered` those of them without a button.
    `with_reason` are the states with a form for a reason, and the text of that form's button.
    `bulk_pages` are the statuses whose pages offer it for a bulk; a bulk skips comments that are in
    a state of `not_in_bulk`.

    `to_status` is the comment's new status, None for no change; `sets_spoiler` the new value of the
    spoiler flag, None for no change. `leaves_reason` is a reason that the verdict adds while the
    comment stays in the queue.
    """

    label: str
    button: str = ""
    buttons: Mapping[State, str] = field(default_factory=dict)
    bulk_label: str | None = None
    key: str | None = None
    style: str = "minor"
    allowed: frozenset[State]
    unoffered: frozenset[State] = frozenset()
    with_reason: Mapping[State, str] = field(default_factory=dict)
    bulk_pages: frozenset[Status] = frozenset()
    not_in_bulk: frozenset[State] = frozenset()
    to_status: Status | None
    sets_spoiler: bool | None = None
    leaves_reason: str | None = None
    # True if it publishes a waiting comment or applies a proposed edit.
    is_approval: bool = False
    # True if authors who want notices get one.
    notifies_author: bool = False
    # True if it takes the comment out of the queue and counts in the statistics.
    is_final: bool = True

    @property
    def help(self) -> str:
        """Return its description in the list of keyboard keys."""
        return (self.bulk_label or self.button).lower()

    def is_offered(self, state: State) -> bool:
        """Return whether a comment's row shows its button when the comment is in this state."""
        return state in self.allowed - self.unoffered

    def is_for_bulk_of(self, states: frozenset[State]) -> bool:
        """Return whether it may be given in a bulk to comments in all of these states."""
        return self.bulk_label is not None and states <= self.allowed - self.not_in_bulk

    def button_in(self, state: State) -> str:
        """Return the text of its button for a comment in this state."""
        return self.buttons.get(state, self.button)


class Verdict(StrEnum):
    """The verdicts that a moderator can give on a comment."""

    APPROVE = "approve"
    APPROVE_SPOILER = "approve_spoiler"
    KEEP = "keep"
    NOT_SPOILER = "not_spoiler"
    REJECT = "reject"
    SPAM = "spam"
    TAKE_DOWN = "take_down"
    DISCUSS = "discuss"
    REOPEN = "reopen"

    @property
    def entry(self) -> VerdictEntry:
        """Return the verdict's entry in the table."""
        return VERDICTS[self]

    @property
    def is_undo(self) -> bool:
        """Return whether the verdict undoes another decision."""
        return self == Verdict.REOPEN


# In the order of the buttons in a row.
VERDICTS = {
    Verdict.APPROVE: VerdictEntry(
        label=_("Published"),
        button=_("Approve"),
        buttons={State.REPORTED: _("Keep"), State.REVISED: _("Approve the edit")},
        bulk_label=_("Approve"),
        key="a",
        style="approve",
        allowed=_WAITING | _REFUSED,
        bulk_pages=frozenset({Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED}),
        to_status=Status.PUBLISHED,
        is_approval=True,
        notifies_author=True,
    ),
    Verdict.APPROVE_SPOILER: VerdictEntry(
        label=_("Published as spoiler"),
        button=_("Spoiler"),
        bulk_label=_("Approve as spoiler"),
        key="f",
        allowed=_WAITING | _REFUSED | {State.PUBLISHED},
        bulk_pages=frozenset({Status.PENDING, Status.PUBLISHED}),
        to_status=Status.PUBLISHED,
        sets_spoiler=True,
        is_approval=True,
        notifies_author=True,
    ),
    Verdict.NOT_SPOILER: VerdictEntry(
        label=_("Marked as no spoiler"),
        button=_("Not a spoiler"),
        allowed=frozenset({State.SPOILER}),
        to_status=Status.PUBLISHED,
        sets_spoiler=False,
    ),
    # Declines a proposed edit; the published text stays.
    Verdict.KEEP: VerdictEntry(
        label=_("Edit declined"),
        button=_("Decline the edit"),
        key="r",
        style="reject",
        allowed=frozenset({State.REVISED}),
        to_status=Status.PUBLISHED,
    ),
    Verdict.REJECT: VerdictEntry(
        label=_("Rejected"),
        button=_("Reject"),
        bulk_label=_("Reject"),
        key="r",
        style="reject",
        allowed=_PUBLIC | {State.PENDING, State.SPAM, State.REMOVED},
        unoffered=_PUBLIC,
        with_reason=dict.fromkeys((State.PENDING, State.SPAM), _("Reject with this reason")),
        bulk_pages=frozenset({Status.PENDING, Status.SPAM}),
        # A published comment is taken down with a reason of its own, so a bulk skips it.
        not_in_bulk=_PUBLIC,
        to_status=Status.REJECTED,
        notifies_author=True,
    ),
    Verdict.SPAM: VerdictEntry(
        label=_("Marked as spam"),
        button=_("Spam"),
        bulk_label=_("Mark as spam"),
        key="s",
        style="spam",
        allowed=_PUBLIC | {State.PENDING, State.REJECTED, State.REMOVED},
        bulk_pages=frozenset({Status.PENDING, Status.PUBLISHED, Status.REJECTED, Status.REMOVED}),
        to_status=Status.SPAM,
    ),
    Verdict.TAKE_DOWN: VerdictEntry(
        label=_("Taken down"),
        button=_("Take down"),
        key="r",
        allowed=_PUBLIC,
        unoffered=_PUBLIC,
        with_reason=dict.fromkeys(_PUBLIC, _("Take down")),
        to_status=Status.REMOVED,
        notifies_author=True,
    ),
    # Keeps the comment in the queue, for other moderators to discuss.
    Verdict.DISCUSS: VerdictEntry(
        label=_("Marked for discussion"),
        button=_("Discuss"),
        bulk_label=_("Mark for discussion"),
        key="d",
        allowed=_WAITING,
        bulk_pages=frozenset({Status.PENDING}),
        to_status=None,
        leaves_reason="discussion",
        is_final=False,
    ),
    # Undoes a decision; the new status is the one before that decision.
    Verdict.REOPEN: VerdictEntry(
        label=_("Undone"),
        button=_("Undo"),
        key="z",
        allowed=frozenset(),
        to_status=None,
        is_final=False,
    ),
}
APPROVALS = tuple(verdict for verdict in VERDICTS if verdict.entry.is_approval)
LEFT_REASONS = tuple(entry.leaves_reason for entry in VERDICTS.values() if entry.leaves_reason)
