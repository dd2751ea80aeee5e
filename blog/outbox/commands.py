"""Write the outbox and what the owners of addresses want; the only module that does."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from blog.db.engine import db, insert_into
from blog.outbox.models import MailAddress, OutboxMessage, State
from blog.outbox.queries import is_due

# Longer than any transport takes, so that a message is sent twice only where a worker died.
LEASE = timedelta(seconds=120)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
# An address that has never confirmed is mailed once in so long.
ASKED_AGAIN_AFTER = timedelta(days=1)
# So many go into one statement; databases take a few ten thousand values at most.
BATCH = 1000


class StoppedAddressError(Exception):
    """Say that the owner of an address wants no mail."""


class AskedRecentlyError(Exception):
    """Say that an address that has never confirmed had its mail of the day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Hold what is to be sent: `key` is what it must happen once for.

    `recipient` is an address, or empty where the kind finds it by itself. Nobody's words belong in
    the payload: what a message says is made from the database when it leaves.
    """

    key: str
    kind: str
    subject_id: int
    recipient: str
    payload: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Hold a message as the worker took it; `lease` proves that it is still theirs."""

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
    """Let notices leave when they are due; a key that was there before changes nothing."""
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
    """Take back what has not left and what nobody is about to send; return the keys of that.

    What a worker held when it died stays; when it is taken again, it finds nothing to say.
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
    """Forget for whom messages about what is erased were, and send none of them any more."""
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
    """Take the message that has been due longest, for as long as the lease lasts, or None."""
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
    """Record what became of a claimed message, and forget its recipient unless it still waits.

    One that still waits is due again after a while, longer every time, and fails after three days.
    Returns the state, or None where the lease has run out and the message is somebody else's.
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


def forget_messages(*, now: datetime) -> int:
    """Delete what ended a month ago, a batch of it; return how many, 0 when none is left."""
    rule = and_(OutboxMessage.state != State.WAITING, OutboxMessage.due_at < now - KEPT)
    ids = _lock(OutboxMessage, rule)
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
    return len(ids)


def forget_addresses(*, before: datetime) -> int:
    """Delete the addresses that never answered and were last asked before a moment, a batch.

    Return how many, 0 when none is left. What moderators are sent needs no answer.
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
    """Send nothing more to an address in any of the ways that it was typed, and forget it."""
    rule = and_(OutboxMessage.recipient.in_(spellings), OutboxMessage.state == State.WAITING)
    while ids := _lock(OutboxMessage, rule):
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids))
            .values(state=State.CANCELLED, recipient="", lease=None, leased_until=None)
            .execution_options(synchronize_session=False)
        )


def erase_addresses(*, address_hashes: Sequence[str]) -> None:
    """Forget what is known of addresses, but that their owners want no mail."""
    db.session.execute(
        delete(MailAddress).where(
            MailAddress.address_hash.in_(address_hashes), MailAddress.stopped_at.is_(None)
        )
    )


def admit(
    *, address_hash: str, asked_by: int, needs_confirmation: bool, now: datetime
) -> MailAddress:
    """Let a message go to an address, and return what is known of that.

    Where `needs_confirmation`, an address that has never confirmed is mailed once a day: by the
    message with the id `asked_by`, however often that is repeated, and by no other. Raises
    StoppedAddressError or AskedRecentlyError.
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
    """Let everything go to an address, also where its owner had stopped it before."""
    db.session.execute(
        update(MailAddress)
        .where(MailAddress.id == address_id)
        .values(confirmed_at=func.coalesce(MailAddress.confirmed_at, now), stopped_at=None)
        .execution_options(synchronize_session=False)
    )


def stop_address(*, address_id: int, now: datetime) -> None:
    """Let nothing go to an address any more."""
    db.session.execute(
        update(MailAddress)
        .where(MailAddress.id == address_id)
        .values(stopped_at=func.coalesce(MailAddress.stopped_at, now))
        .execution_options(synchronize_session=False)
    )


def _lock(table: type[OutboxMessage | MailAddress], rule: ColumnElement[bool]) -> Sequence[int]:
    """Return the first rows of which this is true, which nobody else changes now."""
    query = select(table.id).where(rule).order_by(table.id).limit(BATCH).with_for_update()
    return db.session.execute(query).scalars().all()
