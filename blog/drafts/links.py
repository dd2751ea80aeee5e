"""Links with which somebody without an account reads a draft: making, opening, revoking them."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update

from blog.db.engine import db
from blog.drafts.commands import DraftDeletedError, UnknownDraftError
from blog.drafts.models import Draft, DraftLink
from blog.drafts.queries import find_draft

# 128 bits: nobody guesses a token, however many requests are sent.
TOKEN_BYTES = 16
# In days; the first is the default.
LIFETIMES = (7, 30)
MOST_LISTED = 100


def make_link_token() -> str:
    """Return a new random token; only its hash is stored, so it can be shown only now."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def share_draft(
    *, draft_id: int, token: str, days: int, note: str, moderator_id: int, now: datetime
) -> DraftLink:
    """Let whoever has this token read a draft for some days; `note` says for whom it is.

    Raises UnknownDraftError or DraftDeletedError.
    """
    draft = find_draft(draft_id=draft_id)
    if draft is None:
        raise UnknownDraftError(draft_id)
    if draft.deleted_at is not None:
        raise DraftDeletedError(draft_id)
    link = DraftLink(
        draft_id=draft_id,
        token_hash=_hash(token),
        note=note or None,
        created_at=now,
        created_by_id=moderator_id,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(link)
    return link


def find_link(*, token: str, now: datetime) -> DraftLink | None:
    """Return the link with this token, or None if it expired or its draft was deleted."""
    query = (
        select(DraftLink)
        .join(Draft, Draft.id == DraftLink.draft_id)
        .where(
            DraftLink.token_hash == _hash(token),
            DraftLink.expires_at > now,
            Draft.deleted_at.is_(None),
        )
    )
    return db.session.execute(query).scalar_one_or_none()


def list_links(*, draft_id: int, now: datetime) -> Sequence[DraftLink]:
    """Return the links to a draft that have not expired, the newest first."""
    query = (
        select(DraftLink)
        .where(DraftLink.draft_id == draft_id, DraftLink.expires_at > now)
        .order_by(DraftLink.id.desc())
    )
    return db.session.execute(query.limit(MOST_LISTED)).scalars().all()


def note_opening(*, link_id: int, day: date) -> None:
    """Note the day on which a link was opened last, and nothing about who opened it."""
    db.session.execute(update(DraftLink).where(DraftLink.id == link_id).values(opened_on=day))


def revoke_link(*, draft_id: int, link_id: int) -> None:
    """Delete a link to this draft, if it is still there."""
    this = (DraftLink.id == link_id, DraftLink.draft_id == draft_id)
    db.session.execute(delete(DraftLink).where(*this))


def delete_expired_links(*, now: datetime) -> int:
    """Delete the links that have expired; return their number."""
    expired = delete(DraftLink).where(DraftLink.expires_at <= now).returning(DraftLink.id)
    return len(db.session.execute(expired).all())


def _hash(token: str) -> str:
    # A token that is random needs no salt.
    return hashlib.sha256(token.encode()).hexdigest()
