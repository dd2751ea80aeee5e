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

# How a state is called where it is one among others.
STATUS_LABELS = {
    Status.PENDING: "waiting",
    Status.PUBLISHED: "published",
    Status.REJECTED: "rejected",
    Status.SPAM: "spam",
    Status.REMOVED: "taken down",
    Status.WITHDRAWN: "withdrawn",
}
# How a decision is told by the state that it led to.
STATUS_DONE = {
    Status.PENDING: "put back",
    Status.PUBLISHED: "published",
    Status.REJECTED: "rejected",
    Status.SPAM: "marked as spam",
    Status.REMOVED: "taken down",
    Status.WITHDRAWN: "withdrawn",
}
# How a decision is called once it was taken.
VERDICT_LABELS = {
    Verdict.APPROVE: "Approved",
    Verdict.APPROVE_FOLDED: "Approved folded",
    Verdict.KEEP: "Kept as it was",
    Verdict.UNFOLD: "Unfolded",
    Verdict.REJECT: "Rejected",
    Verdict.SPAM: "Marked as spam",
    Verdict.TAKE_DOWN: "Taken down",
    Verdict.REOPEN: "Undone",
}
# How a decision is called on the button that takes it for many.
BULK_LABELS = {
    Verdict.APPROVE: "Approve",
    Verdict.APPROVE_FOLDED: "Approve folded",
    Verdict.REJECT: "Reject",
    Verdict.SPAM: "Mark as spam",
}
# What can be done at one stroke with comments in each state; taking down takes a reason for each.
BULK_VERDICTS = {
    Status.PENDING: [
        (Verdict.APPROVE, "Approve"),
        (Verdict.APPROVE_FOLDED, "Fold"),
        (Verdict.REJECT, "Reject"),
        (Verdict.SPAM, "Spam"),
    ],
    Status.PUBLISHED: [(Verdict.APPROVE_FOLDED, "Fold"), (Verdict.SPAM, "Spam")],
    Status.REJECTED: [(Verdict.APPROVE, "Approve"), (Verdict.SPAM, "Spam")],
    Status.SPAM: [(Verdict.APPROVE, "Approve"), (Verdict.REJECT, "Reject")],
    Status.REMOVED: [(Verdict.APPROVE, "Approve"), (Verdict.SPAM, "Spam")],
    Status.WITHDRAWN: [],
}
