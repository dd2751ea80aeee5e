"""Queries for outbox messages and mail addresses."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from blog.db.engine import db
from blog.outbox.models import MailAddress, OutboxMessage, State


def is_due(*, kinds: Sequence[str], now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for a message that can be claimed: due, without a current lease."""
    return and_(_is_claimable(now), OutboxMessage.kind.in_(kinds))


def has_due(*, kinds: Sequence[str], now: datetime) -> bool:
    """Return whether any message of these kinds is due, without locking rows."""
    query = select(OutboxMessage.id).where(is_due(kinds=kinds, now=now)).limit(1)
    return db.session.execute(query).first() is not None


def find_last_message(*, kinds: Sequence[str]) -> OutboxMessage | None:
    """Return the newest message of these kinds in any state, or None."""
    query = select(OutboxMessage).where(OutboxMessage.kind.in_(kinds))
    return db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one_or_none()


def find_last_sent(*, kind: str, subject_id: int) -> OutboxMessage | None:
    """Return the newest sent message of a kind about a subject, or None."""
    query = select(OutboxMessage).where(
        OutboxMessage.kind == kind,
        OutboxMessage.subject_id == subject_id,
        OutboxMessage.state == State.SENT,
    )
    return db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one_or_none()


def has_newer(*, message_id: int, kind: str, subject_id: int) -> bool:
    """Return whether a newer message than this one has the same kind and subject."""
    query = select(OutboxMessage.id).where(
        OutboxMessage.kind == kind,
        OutboxMessage.subject_id == subject_id,
        OutboxMessage.id > message_id,
    )
    return db.session.execute(query.limit(1)).first() is not None


def count_by_state() -> dict[State, int]:
    """Return the number of messages in each state."""
    query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return dict.fromkeys(State, 0) | {row[0]: row[1] for row in db.session.execute(query)}


def count_failed(*, since: datetime) -> int:
    """Return the number of messages that failed and were last due after a given time."""
    query = select(func.count()).where(
        OutboxMessage.state == State.FAILED, OutboxMessage.due_at >= since
    )
    return db.session.execute(query).scalar_one()


def find_oldest_due(*, now: datetime) -> datetime | None:
    """Return since when the message has been due that should have been claimed first, or None."""
    query = select(OutboxMessage.due_at).where(_is_claimable(now))
    return db.session.execute(query.order_by(OutboxMessage.due_at).limit(1)).scalar()


def list_unsent(*, count: int) -> Sequence[OutboxMessage]:
    """Return the newest messages that could not be sent, failed or to be retried."""
    query = select(OutboxMessage).where(
        OutboxMessage.note.is_not(None), OutboxMessage.state.in_([State.WAITING, State.FAILED])
    )
    return db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(count)).scalars().all()


def find_mail_address(*, address_id: int) -> MailAddress | None:
    """Return the record of an e-mail address by its id, or None."""
    return db.session.get(MailAddress, address_id, populate_existing=True)


def list_recipients() -> Sequence[str]:
    """Return the e-mail addresses with waiting messages, each spelling once."""
    query = select(OutboxMessage.recipient).where(OutboxMessage.recipient != "").distinct()
    return db.session.execute(query).scalars().all()


def list_messages_about(
    *, kinds: Sequence[str], subject_ids: Iterable[int]
) -> Sequence[OutboxMessage]:
    """Return the messages of these kinds about any of these subjects, in any state."""
    query = select(OutboxMessage).where(
        OutboxMessage.kind.in_(kinds), OutboxMessage.subject_id.in_(list(subject_ids))
    )
    return db.session.execute(query.order_by(OutboxMessage.id)).scalars().all()


def list_messages_to(*, recipients: Sequence[str]) -> Sequence[OutboxMessage]:
    """Return the waiting messages to these e-mail addresses, compared by exact spelling."""
    query = select(OutboxMessage).where(OutboxMessage.recipient.in_(recipients))
    return db.session.execute(query.order_by(OutboxMessage.id)).scalars().all()


def list_mail_addresses(*, address_hashes: Sequence[str]) -> Sequence[MailAddress]:
    """Return the records of the e-mail addresses with these hashes."""
    query = select(MailAddress).where(MailAddress.address_hash.in_(address_hashes))
    return db.session.execute(query.order_by(MailAddress.id)).scalars().all()


def _is_claimable(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.state == State.WAITING,
        OutboxMessage.due_at <= now,
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
    )
