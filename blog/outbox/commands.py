"""Commands that change the outbox and the preferences of mail addresses."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from blog.db.engine import db, insert_into
from blog.outbox.models import MailAddress, OutboxMessage, State
from blog.outbox.queries import is_due

# Longer than any transport takes, so that a message is sent twice only if a worker died.
LEASE = timedelta(seconds=120)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
# An unconfirmed address gets at most one e-mail in this time.
ASKED_AGAIN_AFTER = timedelta(days=1)
# Rows per statement; databases accept a few ten thousand values at most.
BATCH = 1000


class StoppedAddressError(Exception):
    """Raised when the owner of an e-mail address has unsubscribed from all mail."""


class AskedRecentlyError(Exception):
    """Raised when an unconfirmed e-mail address has already been sent its one e-mail of the day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A message to put into the outbox; `key` is unique, so that a message is queued only once.

    `recipient` is an e-mail address, or "" if the kind looks it up on sending. The payload has ids,
    never readers' text: the text of a message is rendered from the database when it is sent.
    """

    key: str
    kind: str
    subject_id: int
    recipient: str
    payload: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """An outbox message that a worker has claimed; `lease` identifies the claim."""

    id: int
    lease: str
    kind: str
    subject_id: int
    recipient: str
    payload: dict[str, Any]
    message_id: str
    attempts: int
    enqueued_at: datetime


def enqueue(*, notices: Sequence[Notice], due_at: datetime, now: datetime) -> None:
    """Add messages to the outbox, to be sent at `due_at`; skip messages whose key exists."""
    if not notices:
        return
    rows = [
        {
            "key": notice.key,
            "kind": notice.kind,
            "subject_id": notice.subject_id,
            "recipient": notice.recipient,
            "payload": notice.payload,
            "message_id": secrets.token_hex(16),
            "state": State.WAITING,
            "due_at": due_at,
            "enqueued_at": now,
            "attempts": 0,
        }
        for notice in notices
    ]
    insert = insert_into(OutboxMessage).values(rows)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


def cancel(*, keys: Sequence[str]) -> set[str]:
    """Cancel the waiting messages with these keys; return the keys of the cancelled messages.

    Messages that a worker has claimed are not cancelled, not even if that worker died.
    """
    if not keys:
        return set()
    cancelled = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.key.in_(keys),
            OutboxMessage.state == State.WAITING,
            OutboxMessage.lease.is_(None),
        )
        .values(state=State.CANCELLED, recipient="")
        .execution_options(synchronize_session=False)
        .returning(OutboxMessage.key)
    ).scalars()
    return set(cancelled)


def erase(*, kind: str, subject_ids: Sequence[int]) -> None:
    """Cancel all waiting messages of a kind about these subjects, and delete their recipients."""
    for start in range(0, len(subject_ids), BATCH):
        db.session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.kind == kind,
                OutboxMessage.subject_id.in_(subject_ids[start : start + BATCH]),
                OutboxMessage.state == State.WAITING,
            )
            .values(state=State.CANCELLED, recipient="", lease=None, leased_until=None)
            .execution_options(synchronize_session=False)
        )


def claim(*, kinds: Sequence[str], now: datetime) -> Claim | None:
    """Claim the message that has been due longest, for the time of a lease; None if none is due."""
    message = db.session.execute(
        select(OutboxMessage)
        .where(is_due(kinds=kinds, now=now))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if message is None:
        return None
    lease = secrets.token_hex(16)
    message.lease, message.leased_until = lease, now + LEASE
    message.attempts += 1
    return Claim(
        id=message.id,
        lease=lease,
        kind=message.kind,
        subject_id=message.subject_id,
        recipient=message.recipient,
        payload=message.payload,
        message_id=message.message_id,
        attempts=message.attempts,
        enqueued_at=message.enqueued_at,
    )


def conclude(*, claim: Claim, state: State, note: str | None, now: datetime) -> State | None:
    """Record the new state of a claimed message; delete its recipient unless it is still waiting.

    A waiting message is retried after a delay that grows each time, and fails after three days.
    Returns the state, or None if another worker has claimed the message since.
    """
    if state == State.WAITING and now - claim.enqueued_at >= GIVEN_UP_AFTER:
        state = State.FAILED
    values: dict[str, Any] = {"state": state, "note": note, "lease": None, "leased_until": None}
    if state == State.WAITING:
        values["due_at"] = now + min(FIRST_DELAY * 2 ** min(claim.attempts - 1, 10), LONGEST_DELAY)
    else:
        values["recipient"] = ""
    concluded = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == claim.id, OutboxMessage.lease == claim.lease)
        .values(values)
        .execution_options(synchronize_session=False)
        .returning(OutboxMessage.id)
    ).scalar_one_or_none()
    return None if concluded is None else state


def delete_old_messages(*, now: datetime) -> int:
    """Delete a batch of messages that ended over 30 days ago; return how many were deleted."""
    rule = and_(OutboxMessage.state != State.WAITING, OutboxMessage.due_at < now - KEPT)
    ids = _lock(OutboxMessage, rule)
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
    return len(ids)


def delete_unconfirmed_addresses(*, before: datetime) -> int:
    """Delete a batch of addresses never confirmed nor stopped, last asked before a given time.

    Returns how many, 0 if none is left. Moderators' addresses, which are never asked, stay.
    """
    rule = and_(
        MailAddress.confirmed_at.is_(None),
        MailAddress.stopped_at.is_(None),
        MailAddress.asked_at < before,
    )
    ids = _lock(MailAddress, rule)
    db.session.execute(delete(MailAddress).where(MailAddress.id.in_(ids)))
    return len(ids)


def erase_recipient(*, spellings: Sequence[str]) -> None:
    """Cancel all waiting messages to these spellings of an address; empty their recipient."""
    rule = and_(OutboxMessage.recipient.in_(spellings), OutboxMessage.state == State.WAITING)
    while ids := _lock(OutboxMessage, rule):
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids))
            .values(state=State.CANCELLED, recipient="", lease=None, leased_until=None)
            .execution_options(synchronize_session=False)
        )


def erase_addresses(*, address_hashes: Sequence[str]) -> None:
    """Delete the records of these e-mail addresses, except of those that have unsubscribed."""
    db.session.execute(
        delete(MailAddress).where(
            MailAddress.address_hash.in_(address_hashes), MailAddress.stopped_at.is_(None)
        )
    )


def allow_mail(
    *, address_hash: str, asked_by: int, needs_confirmation: bool, now: datetime
) -> MailAddress:
    """Check that a message may be sent to an e-mail address, and return the address's record.

    With `needs_confirmation`, an unconfirmed address gets one message a day; `asked_by` is the id
    of this message, which may be retried on that day. Raises StoppedAddressError if the owner has
    unsubscribed, or AskedRecentlyError if another message was sent that day.
    """
    insert = insert_into(MailAddress).values(address_hash=address_hash, created_at=now)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["address_hash"]))
    address = db.session.execute(
        select(MailAddress)
        .where(MailAddress.address_hash == address_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if address.is_stopped:
        raise StoppedAddressError
    if needs_confirmation and not address.is_confirmed:
        asked_at = address.asked_at
        is_recent = asked_at is not None and now - asked_at < ASKED_AGAIN_AFTER
        if is_recent and address.asked_by != asked_by:
            raise AskedRecentlyError
        address.asked_at, address.asked_by = now, asked_by
    return address


def confirm_address(*, address_id: int, now: datetime) -> None:
    """Mark an e-mail address as confirmed, and end an earlier unsubscription."""
    db.session.execute(
        update(MailAddress)
        .where(MailAddress.id == address_id)
        .values(confirmed_at=func.coalesce(MailAddress.confirmed_at, now), stopped_at=None)
        .execution_options(synchronize_session=False)
    )


def stop_address(*, address_id: int, now: datetime) -> None:
    """Unsubscribe an e-mail address from all mail."""
    db.session.execute(
        update(MailAddress)
        .where(MailAddress.id == address_id)
        .values(stopped_at=func.coalesce(MailAddress.stopped_at, now))
        .execution_options(synchronize_session=False)
    )


def _lock(table: type[OutboxMessage | MailAddress], rule: ColumnElement[bool]) -> Sequence[int]:
    """Lock a batch of the rows that meet a condition, and return their ids."""
    query = select(table.id).where(rule).order_by(table.id).limit(BATCH).with_for_update()
    return db.session.execute(query).scalars().all()
