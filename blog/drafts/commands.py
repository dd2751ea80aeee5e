"""Commands that create and save drafts, keep revisions, and guard and log changes of reviews."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from blog.db.engine import db
from blog.drafts.models import (
    Draft,
    DraftLink,
    DraftRevision,
    Happening,
    ReviewEvent,
    Writing,
)
from blog.drafts.queries import find_draft, find_new_draft
from blog.text.folding import fold_for_search

SAME_CREATION = timedelta(hours=1)
_SEARCHED = ("title", "author")
_SEARCHED_OF_DRAMA = ("title", "korean_title")


class UnknownDraftError(Exception):
    """Raised when a draft does not exist, or no longer exists."""


class DraftDeletedError(Exception):
    """Raised when a draft was deleted, which can be undone for some time."""


class DraftChangedError(Exception):
    """Raised when a draft is no longer in the version that was seen."""


def create_draft(
    *, writing: Writing, moderator_id: int, now: datetime, is_revision: bool = True
) -> Draft:
    """Create the draft of a new review; with `is_revision`, a person asked for it.

    The same words again, soon after, are the same draft, because an answer may have been lost.
    """
    draft = find_new_draft(moderator_id=moderator_id, since=now - SAME_CREATION)
    if draft is None or draft.writing != writing:
        draft = begin_draft(search_text=search_text_of(writing), now=now)
        draft.keys, draft.body = writing
        draft.changed_by_id, draft.edited_at = moderator_id, now
    if is_revision:
        _keep(draft, writing, moderator_id=moderator_id, now=now)
    return draft


def begin_draft(*, search_text: str, now: datetime) -> Draft:
    """Create a draft whose content will be that of a review with its id."""
    draft = Draft(search_text=search_text, created_at=now, changed_at=now)
    db.session.add(draft)
    db.session.flush()  # The caller needs the new id.
    return draft


def save_draft(
    *,
    draft_id: int,
    version: int,
    writing: Writing,
    former: Writing,
    moderator_id: int,
    now: datetime,
    is_revision: bool,
    keeps_former: bool = False,
) -> Draft:
    """Save what is written; with `is_revision`, a person asked for it and it is kept for ever.

    `former` is what the saved version contained. It is kept as a revision before somebody else's
    words, or those of a settled conflict (`keeps_former`), replace it. Saving the same again is
    done at once, whatever the version, because an answer may have been lost.
    Raises UnknownDraftError, DraftDeletedError, or DraftChangedError.
    """
    draft = _get(draft_id)
    if (draft.writing or former) == writing:
        if is_revision and draft.keys is not None:
            _keep(draft, writing, moderator_id=moderator_id, now=now)
        return draft
    if draft.version != version:
        raise DraftChangedError(draft_id)
    if keeps_former or draft.keys is None or draft.changed_by_id != moderator_id:
        author, at = draft.changed_by_id, draft.changed_at
        _keep(draft, draft.writing or former, moderator_id=author, now=at)
    _change(
        draft,
        version,
        keys=writing.keys,
        body=writing.body,
        search_text=search_text_of(writing),
        changed_at=now,
        edited_at=now,
        changed_by_id=moderator_id,
    )
    if is_revision:
        _keep(draft, writing, moderator_id=moderator_id, now=now)
    return draft


def keep_apart(*, draft: Draft, writing: Writing) -> None:
    """Let a draft have what is written in its review as words of its own.

    They are the same words, so the version stays.
    """
    if draft.keys is None:
        draft.keys, draft.body = writing


def change_state(
    *,
    draft_id: int,
    version: int,
    happening: Happening,
    moderator_id: int,
    now: datetime,
    **values: Any,
) -> Draft:
    """Log a change of a review as a whole, and set these columns of its draft.

    Deleting it deletes the links to the draft for ever, though the review may be restored.
    Raises UnknownDraftError, DraftDeletedError, or DraftChangedError.
    """
    draft = _get(draft_id, is_deleted=happening is Happening.RESTORED)
    _change(draft, version, changed_at=now, changed_by_id=moderator_id, **values)
    if happening is Happening.DELETED:
        db.session.execute(delete(DraftLink).where(DraftLink.draft_id == draft_id))
    event = ReviewEvent(
        draft_id=draft_id,
        moderator_id=moderator_id,
        happening=happening,
        version=version,
        happened_at=now,
    )
    db.session.add(event)
    return draft


def settle_draft(
    *, draft_id: int, search_text: str, is_dated: bool, moderator_id: int | None, now: datetime
) -> None:
    """Make a draft the same as its review, which was just written: by a file if by no moderator."""
    draft = _get(draft_id, is_deleted=None)
    _change(
        draft,
        draft.version,
        keys=None,
        body=None,
        search_text=search_text,
        is_dated=is_dated,
        changed_at=now,
        changed_by_id=moderator_id,
        edited_at=None if moderator_id is None else now,
    )


def rename_author(*, former: str, name: str, search_texts: Mapping[int, str]) -> None:
    """Replace a byline in the drafts that have it; those whose reviews had it get a new version.

    `search_texts` are the search texts of these reviews by their ids.
    """
    is_theirs = Draft.id.in_(search_texts) | (Draft.author == former)
    for draft in db.session.execute(select(Draft).where(is_theirs).order_by(Draft.id)).scalars():
        keys, text = draft.keys, search_texts.get(draft.id, "")
        if keys is not None:
            keys = keys | {"author": name} if keys.get("author") == former else keys
            text = search_text_of(Writing(keys, ""))
        _change(draft, draft.version, keys=keys, search_text=text)


def keep_revision(*, draft_id: int, writing: Writing, now: datetime) -> None:
    """Keep what is written in a draft as a revision, before a file replaces it."""
    draft = _get(draft_id, is_deleted=None)
    _keep(draft, writing, moderator_id=draft.changed_by_id, now=now)


def lock_deleted(*, draft_id: int, before: datetime) -> bool:
    """Keep a draft from being brought back; return whether it was deleted before this time."""
    query = select(Draft.id).where(Draft.id == draft_id, Draft.deleted_at < before)
    return db.session.execute(query.with_for_update()).first() is not None


def remove_draft(*, draft_id: int) -> None:
    """Delete a draft with its revisions; a review with its id must be deleted first."""
    db.session.execute(delete(Draft).where(Draft.id == draft_id))


def search_text_of(writing: Writing) -> str:
    """Return the titles and the byline of what is written, folded for search."""
    drama = writing.keys.get("drama")
    drama = drama if isinstance(drama, dict) else {}
    found = [writing.keys.get(key, "") for key in _SEARCHED]
    found += [drama.get(key, "") for key in _SEARCHED_OF_DRAMA]
    return fold_names(*(text for text in found if isinstance(text, str)))


def fold_names(*names: str | None) -> str:
    """Return names in one line, folded for search."""
    return fold_for_search(" ".join(filter(None, names)))


def _get(draft_id: int, *, is_deleted: bool | None = False) -> Draft:
    draft = find_draft(draft_id=draft_id)
    if draft is None:
        raise UnknownDraftError(draft_id)
    if is_deleted is not None and (draft.deleted_at is not None) != is_deleted:
        raise DraftDeletedError(draft_id)
    return draft


def _change(draft: Draft, version: int, **values: Any) -> None:
    """Set columns of a draft that is still in this version, and raise its version."""
    changed = db.session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
        .returning(Draft.id)
    ).scalar_one_or_none()
    if changed is None:
        raise DraftChangedError(draft.id)
    db.session.refresh(draft)


def _keep(draft: Draft, writing: Writing, *, moderator_id: int | None, now: datetime) -> None:
    """Keep what is written as a revision, unless the last revision is the same."""
    query = (
        select(DraftRevision)
        .where(DraftRevision.draft_id == draft.id)
        .order_by(DraftRevision.id.desc())
    )
    last = db.session.execute(query.limit(1)).scalar_one_or_none()
    if last is not None and last.writing == writing:
        return
    revision = DraftRevision(
        draft_id=draft.id,
        keys=writing.keys,
        body=writing.body,
        version=draft.version,
        made_at=now,
        made_by_id=moderator_id,
    )
    db.session.add(revision)
    db.session.flush()  # The next revision is compared with it.
