"""The states of a comment, what a moderator can say of one, and how both are called."""

from enum import StrEnum


class Status(StrEnum):
    """Name the states of a comment."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """Name what a moderator can say of a comment."""

    APPROVE = "approve"
    APPROVE_FOLDED = "approve_folded"
    KEEP = "keep"
    UNFOLD = "unfold"
    REJECT = "reject"
    SPAM = "spam"
    TAKE_DOWN = "take_down"
    REOPEN = "reopen"

    @property
    def outcome(self) -> Status | None:
        """Return the state a comment has after this verdict, None for its former one."""
        return _OUTCOMES.get(self)


_OUTCOMES = {
    Verdict.APPROVE: Status.PUBLISHED,
    Verdict.APPROVE_FOLDED: Status.PUBLISHED,
    # What its writer would change about it is turned down; it stays as it is.
    Verdict.KEEP: Status.PUBLISHED,
    Verdict.UNFOLD: Status.PUBLISHED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.SPAM: Status.SPAM,
    Verdict.TAKE_DOWN: Status.REMOVED,
}
# What these say of a comment publishes it, or what its writer would change about it.
APPROVALS = (Verdict.APPROVE, Verdict.APPROVE_FOLDED)
