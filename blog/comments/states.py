"""The states of a comment and what a moderator can say of one: long because it is one table.

What is called how, which verdict may be given in which state, what it does then, its key and its
button stand here. Pages, letters, exports, the script of the desk and the UPDATE read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from blog.text.language import gettext
from blog.text.language import lazy_gettext as _


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusEntry:
    """Hold how a status is called.

    `label` names it among others, `heading` is the title of its page at the desk, `done` follows a
    moderator's name, `line` stands for a row that was decided. Its writer reads `exported` in their
    data, and `happened` in a form older than that. Where a letter is sent, `mailed` is its sentence
    about a review by its title, `mailed_first` the one for an address that has not confirmed.
    """

    label: str
    heading: str | None = None
    done: str
    line: str
    exported: str
    mailed: Callable[[str], str] | None = None
    mailed_first: str = ""
    explanation: str


class Status(StrEnum):
    """Name the states of a comment, as they are stored."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"

    @property
    def entry(self) -> StatusEntry:
        """Return how it is called."""
        return STATUSES[self]


STATUSES = {
    Status.PENDING: StatusEntry(
        label=_("waiting"),
        heading=_("Waiting comments"),
        done=_("put back"),
        line=_("Waits"),
        exported=_("waits for a decision"),
        explanation=_("It changed after you opened it, perhaps in another window."),
    ),
    Status.PUBLISHED: StatusEntry(
        label=_("published"),
        heading=_("Published comments"),
        done=_("published"),
        line=_("Published"),
        exported=_("published"),
        mailed=lambda title: gettext("Your comment on “%(title)s” is published.", title=title),
        mailed_first=_("Your comment is published."),
        explanation=_("A moderator published it as it was."),
    ),
    Status.REJECTED: StatusEntry(
        label=_("rejected"),
        heading=_("Rejected comments"),
        done=_("rejected"),
        line=_("Rejected"),
        exported=_("not published"),
        mailed=lambda title: gettext("Your comment on “%(title)s” was not published.", title=title),
        mailed_first=_("Your comment was not published."),
        explanation=_("A moderator decided not to publish it."),
    ),
    Status.SPAM: StatusEntry(
        label=_("spam"),
        heading=_("Spam"),
        done=_("marked as spam"),
        line=_("Marked as spam"),
        # Called what anything else is that was refused: told apart, it could be tried out.
        exported=_("not published"),
        explanation=_("A moderator decided not to publish it."),
    ),
    Status.REMOVED: StatusEntry(
        label=_("taken down"),
        heading=_("Taken down"),
        done=_("taken down"),
        line=_("Taken down"),
        exported=_("no longer published"),
        mailed=lambda title: gettext(
            "Your comment on “%(title)s” is no longer published.", title=title
        ),
        mailed_first=_("Your comment is no longer published."),
        explanation=_("A moderator took it down."),
    ),
    # No moderator's business: it has no page at the desk.
    Status.WITHDRAWN: StatusEntry(
        label=_("withdrawn"),
        done=_("withdrawn"),
        line=_("Withdrawn by its author"),
        exported=_("withdrawn by its author"),
        explanation=_("It was withdrawn."),
    ),
}
DESK_STATUSES = tuple(status for status in Status if STATUSES[status].heading)


class State(StrEnum):
    """Name what a decision may begin from: a status, and what else decides over what may be done.

    REPORTED and REVISED are published and wait again, SPOILER is published and does not; GONE was
    withdrawn or has lost its words.
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
    """Hold what a verdict is called, where it may be given, and what it does.

    `label` is what the log calls it and `button` what a moderator presses, `buttons` where the
    state asks for another word; `asked` heads the page that asks before many are decided on. `key`
    gives it by keyboard, `style` is its button's class.

    `allowed` has the states about which it changes something, `unoffered` those of them whose rows
    show no button, `with_reason` those where a form takes a reason, with that form's button.
    `bulk_pages` are the pages of the desk that offer it for many; `not_in_bulk` are states in which
    it must be given to each comment by itself.

    `to_status` is the status it leads to, None for none of its own; `sets_spoiler` is what it makes
    of the spoiler mark, None for no change.
    `leaves` is a reason that it leaves on the comment, which stays as it is and waits on; any
    other verdict ends that. `done` and `line` say what was done where no status says it.
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
    done: str = ""
    line: str = ""
    # It publishes what waits, or what its writer would change about it.
    is_approval: bool = False
    # The writer is told, where they asked for it. Spammers are told nothing.
    notifies_author: bool = False
    # It counts among a moderator's decisions, and ends the wait of a comment.
    is_final: bool = True

    @property
    def help(self) -> str:
        """Return what the list of keys says it does."""
        return (self.bulk_label or self.button).lower()

    def is_offered(self, state: State) -> bool:
        """Return whether a row in a state shows its button."""
        return state in self.allowed - self.unoffered

    def button_in(self, state: State) -> str:
        """Return what its button says in a state."""
        return self.buttons.get(state, self.button)


class Verdict(StrEnum):
    """Name what a moderator can say of a comment."""

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
        """Return what the table says of it."""
        return VERDICTS[self]

    @property
    def is_undo(self) -> bool:
        """Return whether it takes another one back."""
        return self == Verdict.REOPEN

    @property
    def done(self) -> str:
        """Return what follows a moderator's name, or a number of comments."""
        status = VERDICTS[self].to_status
        return STATUSES[status].done if status else VERDICTS[self].done


# In the order of the buttons in a row.
VERDICTS = {
    Verdict.APPROVE: VerdictEntry(
        label=_("Approved"),
        button=_("Approve"),
        buttons={State.REPORTED: _("Keep"), State.REVISED: _("Approve the change")},
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
        label=_("Approved as spoiler"),
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
    # What its writer would change about it is turned down; it stays as it is.
    Verdict.KEEP: VerdictEntry(
        label=_("Kept as it was"),
        button=_("Keep as it was"),
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
        # What is published is taken down, each with its reason; in a bulk it may stand by chance.
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
    # It waits on, marked for the others who moderate.
    Verdict.DISCUSS: VerdictEntry(
        label=_("Marked for discussion"),
        button=_("Discuss"),
        bulk_label=_("Mark for discussion"),
        key="d",
        allowed=_WAITING,
        bulk_pages=frozenset({Status.PENDING}),
        to_status=None,
        leaves_reason="discussion",
        done=_("marked for discussion"),
        line=_("Needs discussion"),
        is_final=False,
    ),
    # The undo of another: what it leads to is what was before.
    Verdict.REOPEN: VerdictEntry(
        label=_("Undone"),
        button=_("Undo"),
        key="z",
        allowed=frozenset(),
        to_status=None,
        done=_("back as before"),
        is_final=False,
    ),
}
APPROVALS = tuple(verdict for verdict in VERDICTS if verdict.entry.is_approval)
LEFT_REASONS = tuple(entry.leaves_reason for entry in VERDICTS.values() if entry.leaves_reason)
