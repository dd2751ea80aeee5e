"""The states of reviews: tabs of their list at the desk, and words of the command line."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_

from blog.drafts.models import Draft
from blog.reviews.models import Review
from blog.text.language import lazy_gettext


class State(StrEnum):
    """Where a review is between its first word and its deletion."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        """Return the name of the state for moderators."""
        return str(_LABELS[self])

    @property
    def heading(self) -> str:
        """Return the name of all reviews in the state."""
        return str(_HEADINGS[self])

    def condition(self, now: datetime) -> ColumnElement[bool]:
        """Return the SQL condition of a draft, joined with its review, that is in this state."""
        is_there = Draft.deleted_at.is_(None)
        match self:
            case State.DELETED:
                return Draft.deleted_at.is_not(None)
            case State.DRAFT:
                return and_(~Draft.is_dated, is_there)
            case State.SCHEDULED:
                return and_(Review.published_at > now, is_there)
            case State.PUBLISHED:
                is_listed = Review.archived_at.is_(None)
                return and_(Draft.is_dated, Review.published_at <= now, is_listed, is_there)
            case State.ARCHIVED:
                return and_(Review.archived_at.is_not(None), Draft.is_dated, is_there)


_LABELS = {
    State.DRAFT: lazy_gettext("Draft"),
    State.SCHEDULED: lazy_gettext("Scheduled"),
    State.PUBLISHED: lazy_gettext("Published"),
    State.ARCHIVED: lazy_gettext("Archived"),
    State.DELETED: lazy_gettext("Deleted"),
}
_HEADINGS = {
    State.DRAFT: lazy_gettext("Drafts"),
    State.SCHEDULED: lazy_gettext("Scheduled"),
    State.PUBLISHED: lazy_gettext("Published"),
    State.ARCHIVED: lazy_gettext("Archived"),
    State.DELETED: lazy_gettext("Deleted"),
}

# What is said after a review as a whole was changed.
CHANGED = {
    "unpublished": lazy_gettext("Unpublished. Its address and its comments are kept."),
    "archived": lazy_gettext("Archived. Readers find it at its address, and in no list."),
    "unarchived": lazy_gettext("Not archived any more. It is back in the lists, at its old place."),
    "deleted": lazy_gettext("Deleted. Readers find neither it nor its comments."),
    "undeleted": lazy_gettext("It is back as it was, with its comments."),
}


def state_of(draft: Draft, review: Review | None, now: datetime) -> State:
    """Return the state of a review; `review` is None if it was never published or scheduled."""
    if draft.deleted_at is not None:
        return State.DELETED
    if review is None or review.published_at is None:
        return State.DRAFT
    if review.published_at > now:
        return State.SCHEDULED
    return State.PUBLISHED if review.archived_at is None else State.ARCHIVED


def is_listed_in(state: State | None, now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition of the reviews in a tab; the tab of all leaves out deleted ones."""
    return state.condition(now) if state else Draft.deleted_at.is_(None)
