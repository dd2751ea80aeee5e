"""Queries for moderators."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, func, select

from blog.accounts.models import EndedSession, Moderator
from blog.db.engine import db

_SIGNED_IN = select(Moderator).where(
    Moderator.id == bindparam("id"),
    Moderator.session_key == bindparam("account_key"),
    Moderator.is_active,
    ~exists().where(EndedSession.key == bindparam("session_key")),
)


def find_moderator(*, email: str) -> Moderator | None:
    """Return the moderator with this e-mail address, active or not, or None."""
    return db.session.execute(
        select(Moderator).where(Moderator.email == email.strip().lower())
    ).scalar_one_or_none()


def find_signed_in_moderator(
    *, moderator_id: int, account_key: str, session_key: str
) -> Moderator | None:
    """Return the active moderator of a session, or None if the session has ended.

    `account_key` is shared by all sessions of the account; `session_key` identifies this session.
    """
    keys = {"id": moderator_id, "account_key": account_key, "session_key": session_key}
    return db.session.execute(_SIGNED_IN, keys).scalar_one_or_none()


def list_moderators() -> Sequence[Moderator]:
    """Return all moderators, inactive ones too, the oldest account first."""
    return db.session.execute(select(Moderator).order_by(Moderator.id)).scalars().all()


def count_active_moderators() -> int:
    """Return the number of moderators who can sign in."""
    return db.session.execute(
        select(func.count()).select_from(Moderator).where(Moderator.is_active)
    ).scalar_one()


def get_name(*, moderator_id: int) -> str:
    """Return the name of a moderator, active or not."""
    query = select(Moderator.name).where(Moderator.id == moderator_id)
    return db.session.execute(query).scalar_one()
