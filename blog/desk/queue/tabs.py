"""The lists of the moderation queue: what each contains, its name, and its bulk decisions."""

from enum import StrEnum

from blog.moderation.states import VERDICTS, State, Status, Verdict
from blog.text.language import lazy_gettext as _


class Tab(StrEnum):
    """A list of the moderation queue, as the query parameter `status` names it.

    PENDING has all waiting comments, REPORTED those of them that readers have reported, and ANY all
    comments that moderators may read. The others have the comments of one status.
    """

    PENDING = "pending"
    REPORTED = "reported"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    REMOVED = "removed"
    ANY = "any"

    @property
    def is_waiting(self) -> bool:
        """Return whether the list has waiting comments only, with the longest wait first."""
        return self in (Tab.PENDING, Tab.REPORTED)

    @property
    def label(self) -> str:
        """Return the name of the list in the row of tabs."""
        return _OWN[self][0] if self in _OWN else Status(self).entry.label

    @property
    def heading(self) -> str:
        """Return the heading of the list's page."""
        return _OWN[self][1] if self in _OWN else Status(self).entry.heading or ""

    @property
    def empty(self) -> str:
        """Return the sentence in place of a list without comments."""
        return _EMPTY.get(self, _("No comments here."))

    @property
    def bulk_verdicts(self) -> list[Verdict]:
        """Return the verdicts for many comments of the list at once, in button order.

        A list of all states has none, because no verdict is possible in every state.
        """
        if self == Tab.ANY:
            return []
        if self == Tab.REPORTED:
            return [verdict for verdict in VERDICTS if verdict.entry.is_for_bulk_of(_REPORTED)]
        return list_bulk_verdicts(Status(self))

    @property
    def filter_verdicts(self) -> list[Verdict]:
        """Return the verdicts that may be given to all comments that match a filter, unseen.

        Only from the list of all waiting comments may they be approved in this way.
        """
        return [
            verdict
            for verdict in self.bulk_verdicts
            for entry in [verdict.entry]
            if entry.is_final and not entry.sets_spoiler
            if self == Tab.PENDING or not entry.is_approval
        ]


def list_bulk_verdicts(status: Status) -> list[Verdict]:
    """Return the verdicts for many comments of a status at once, in button order."""
    return [verdict for verdict in VERDICTS if status in verdict.entry.bulk_pages]


# The lists that are no status, with their label and heading.
_OWN = {
    Tab.REPORTED: (_("reported"), _("Reported comments")),
    Tab.ANY: (_("all"), _("All comments")),
}
_EMPTY = {
    Tab.PENDING: _("No comments are waiting."),
    Tab.REPORTED: _("No comments are reported."),
}
_REPORTED = frozenset({State.REPORTED, State.REVISED})
# The lists with a count. Nobody has to decide on all comments, so they are not counted.
COUNTED = tuple(tab for tab in Tab if tab != Tab.ANY)
