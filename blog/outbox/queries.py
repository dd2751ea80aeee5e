"""Read the outbox and the addresses."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from blog.db.engine import db
from blog.outbox.models import MailAddress, OutboxMessage, State


def is_due(*, kinds: Sequence[str], now: datetime) -> ColumnElement[bool]:
    """Return the rule for a message to be taken: its time has come, and nobody holds it."""
    return and_(
        OutboxMessage.state == State.WAITING,
        OutboxMessage.due_at <= now,
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
        OutboxMessage.kind.in_(kinds),
    )


def has_due(*, kinds: Sequence[str], now: datetime) -> bool:
    """Tell whether there is something to take, without taking a lock."""
    query = select(OutboxMessage.id).where(is_due(kinds=kinds, now=now)).limit(1)
    return db.session.execute(query).first() is not None


def find_last_message(*, kinds: Sequence[str]) -> OutboxMessage | None:
    """Return the newest message of these kinds, whatever became of it, or None."""
    query = select(OutboxMessage).where(OutboxMessage.kind.in_(kinds))
    return db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one_or_none()


def find_last_sent(*, kind: str, subject_id: int) -> OutboxMessage | None:
    """Return the newest message of a kind about this that was sent, or None."""
    query = select(OutboxMessage).where(
        OutboxMessage.kind == kind,
        OutboxMessage.subject_id == subject_id,
        OutboxMessage.state == State.SENT,
    )
    return db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one_or_none()


def has_newer(*, message_id: int, kind: str, subject_id: int) -> bool:
    """Tell whether a later message of the same kind is about the same."""
    query = select(OutboxMessage.id).where(
        OutboxMessage.kind == kind,
        OutboxMessage.subject_id == subject_id,
        OutboxMessage.id > message_id,
    )
    return db.session.execute(query.limit(1)).first() is not None


def count_by_state() -> dict[State, int]:
    """Return how many messages are in each state."""
    query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return dict.fromkeys(State, 0) | {row[0]: row[1] for row in db.session.execute(query)}


def list_troubles(*, count: int) -> Sequence[OutboxMessage]:
    """Return the last messages that could not be sent, for now or at all, the newest first."""
    query = select(OutboxMessage).where(
        OutboxMessage.note.is_not(None), OutboxMessage.state.in_([State.WAITING, State.FAILED])
    )
    return db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(count)).scalars().all()


def find_mail_address(*, address_id: int) -> MailAddress | None:
    """Return an address by its number, or None."""
    return db.session.get(MailAddress, address_id, populate_existing=True)


def list_recipients() -> Sequence[str]:
    """Return every address that a message waits for, once in each way that it was typed."""
    query = select(OutboxMessage.recipient).where(OutboxMessage.recipient != "").distinct()
    return db.session.execute(query).scalars().all()


def list_messages_about(
    *, kinds: Sequence[str], subject_ids: Iterable[int]
) -> Sequence[OutboxMessage]:
    """Return the messages of these kinds about any of these, whatever became of them."""
    query = select(OutboxMessage).where(
        OutboxMessage.kind.in_(kinds), OutboxMessage.subject_id.in_(list(subject_ids))
    )
    return db.session.execute(query.order_by(OutboxMessage.id)).scalars().all()


def list_messages_to(*, recipients: Sequence[str]) -> Sequence[OutboxMessage]:
    """Return the messages that wait to go to one of these addresses, exactly so typed."""
    query = select(OutboxMessage).where(OutboxMessage.recipient.in_(recipients))
    return db.session.execute(query.order_by(OutboxMessage.id)).scalars().all()


def list_mail_addresses(*, address_hashes: Sequence[str]) -> Sequence[MailAddress]:
    """Return what is known of these addresses."""
    query = select(MailAddress).where(MailAddress.address_hash.in_(address_hashes))
    return db.session.execute(query.order_by(MailAddress.id)).scalars().all()
