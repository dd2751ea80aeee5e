"""Queries for drafts, their revisions and their log."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from blog.accounts.models import Moderator
from blog.db.engine import db
from blog.drafts.models import DELETED_KEPT, Draft, DraftRevision, ReviewEvent

MOST_REVISIONS = 200
MOST_EVENTS = 50


def find_draft(*, draft_id: int) -> Draft | None:
    """Return the draft with this id and its text, deleted or not, or None."""
    query = select(Draft).where(Draft.id == draft_id).options(undefer(Draft.body))
    # The session may still contain the draft as it was before a change.
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def find_new_draft(*, moderator_id: int, since: datetime) -> Draft | None:
    """Return the draft that this moderator created last, if nothing happened to it, or None."""
    query = (
        select(Draft)
        .where(
            Draft.changed_by_id == moderator_id,
            Draft.created_at >= since,
            Draft.changed_at >= since,
            Draft.version == 1,
        )
        .order_by(Draft.changed_at.desc(), Draft.id.desc())
        .options(undefer(Draft.body))
    )
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def find_other_writer(*, draft: Draft, moderator_id: int, since: datetime) -> Moderator | None:
    """Return who else has saved words in this draft since a time, or None.

    Their last words are a revision, if somebody else has saved since.
    """
    if draft.changed_by_id not in (None, moderator_id) and draft.changed_at >= since:
        return draft.changed_by
    query = (
        select(DraftRevision)
        .where(
            DraftRevision.draft_id == draft.id,
            DraftRevision.made_by_id != moderator_id,
            DraftRevision.made_at >= since,
        )
        .order_by(DraftRevision.id.desc())
    )
    revision = db.session.execute(query.limit(1)).scalar_one_or_none()
    return None if revision is None else revision.made_by


def list_revisions(*, draft_id: int) -> Sequence[DraftRevision]:
    """Return the newest revisions of a draft, without their texts, the newest first."""
    query = (
        select(DraftRevision)
        .where(DraftRevision.draft_id == draft_id)
        .order_by(DraftRevision.id.desc())
    )
    return db.session.execute(query.limit(MOST_REVISIONS)).scalars().all()


def find_revision(*, draft_id: int, revision_id: int) -> DraftRevision | None:
    """Return a revision of this draft with its text, or None."""
    query = select(DraftRevision).where(
        DraftRevision.id == revision_id, DraftRevision.draft_id == draft_id
    )
    return db.session.execute(query.options(undefer(DraftRevision.body))).scalar_one_or_none()


def find_revision_before(*, draft_id: int, revision_id: int) -> DraftRevision | None:
    """Return the revision of this draft before another, with its text, or None."""
    older = (DraftRevision.draft_id == draft_id, DraftRevision.id < revision_id)
    query = select(DraftRevision).where(*older).order_by(DraftRevision.id.desc()).limit(1)
    return db.session.execute(query.options(undefer(DraftRevision.body))).scalar_one_or_none()


def list_events(*, draft_id: int) -> Sequence[ReviewEvent]:
    """Return what happened to a review most recently, the newest first."""
    # SQLite may give the id of a review that is gone for good to a new one.
    begun = select(Draft.created_at).where(Draft.id == draft_id).scalar_subquery()
    query = select(ReviewEvent).where(
        ReviewEvent.draft_id == draft_id, ReviewEvent.happened_at >= begun
    )
    query = query.order_by(ReviewEvent.id.desc())
    return db.session.execute(query.limit(MOST_EVENTS)).scalars().all()


def deleted_ids() -> Select[int]:
    """Return the query for the ids of deleted reviews, whose comments only their authors see."""
    return select(Draft.id).where(Draft.deleted_at.is_not(None))


def list_deleted_ids(*, before: datetime) -> Sequence[int]:
    """Return the ids of the reviews that were deleted before this time, the oldest first."""
    query = deleted_ids().where(Draft.deleted_at < before)
    return db.session.execute(query.order_by(Draft.deleted_at, Draft.id)).scalars().all()


def list_ends(*, draft_ids: Collection[int]) -> dict[int, datetime]:
    """Return when those of these reviews that are deleted will be deleted for good, by id."""
    query = select(Draft.id, Draft.deleted_at).where(Draft.id.in_(draft_ids))
    rows = db.session.execute(query.where(Draft.deleted_at.is_not(None)))
    return {row[0]: row[1] + DELETED_KEPT for row in rows if row[1] is not None}
