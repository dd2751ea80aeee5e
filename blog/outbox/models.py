"""Tables: messages to send, and the preferences of e-mail addresses."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id, stored_enum

KEY_LENGTH = 200


class State(StrEnum):
    """The state of a message; only a waiting message can still be sent."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    FAILED = "failed"


class OutboxMessage(Base):
    """A message to send, with its recipient and subject; its text is composed when it is sent.

    A worker claims a message with a lease. If the lease expires, the message may or may not have
    been sent, so it is sent again with the same Message-ID.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint(f"length(key) BETWEEN 1 AND {KEY_LENGTH}", name="key_length"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("(lease IS NULL) = (leased_until IS NULL)", name="lease_has_end"),
        CheckConstraint(
            "state = 'waiting' OR (lease IS NULL AND recipient = '')", name="ended_names_nobody"
        ),
        Index(None, "state", "due_at", "id"),
        Index(None, "kind", "id"),
        # Ids are never reused: MailAddress.asked_by refers to a message that may be deleted.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    # Identifies the event, so that only one message is sent for it.
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[Id]
    # Empty if the kind looks it up on sending, and once the message has ended.
    recipient: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The part of the Message-ID before the @.
    message_id: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(16))
    state: Mapped[State] = mapped_column(stored_enum(State, "state"), default=State.WAITING)
    due_at: Mapped[datetime]
    enqueued_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    # Why the message was not sent; never contains an e-mail address.
    note: Mapped[str | None]


class MailAddress(Base):
    """What the owner of an e-mail address wants; the address is stored only as a keyed hash."""

    __tablename__ = "mail_addresses"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[Id] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    # When the address was last mailed while unconfirmed, and by which message.
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[Id | None]

    @property
    def is_stopped(self) -> bool:
        """Return whether the owner has unsubscribed from all mail."""
        return self.stopped_at is not None

    @property
    def is_confirmed(self) -> bool:
        """Return whether the owner has confirmed the address and not unsubscribed since."""
        return self.confirmed_at is not None and not self.is_stopped
