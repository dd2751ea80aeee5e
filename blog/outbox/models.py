"""Tables: messages on their way out, and what is known of the addresses mail goes to."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id, stored_enum

KEY_LENGTH = 200


class State(StrEnum):
    """Name what became of a message; only one that waits can still leave."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    FAILED = "failed"


class OutboxMessage(Base):
    """Be one message: whom it is for and what it is about; its words are made when it leaves.

    A worker holds it by a lease. One whose lease has run out may have been sent or not, so it is
    sent again, under the same Message-ID.
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
        # An id is never used again: an address remembers the message it was last asked by.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    # What it must happen once for.
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[Id]
    # Empty where the kind finds it by itself, and as soon as nothing more is sent.
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
    # Why it was not sent, without an address.
    note: Mapped[str | None]


class MailAddress(Base):
    """Remember what the owner of an address wants; the address is kept as a keyed hash alone."""

    __tablename__ = "mail_addresses"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[Id] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    # When it was last mailed without having confirmed, and by which message.
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[Id | None]

    @property
    def is_stopped(self) -> bool:
        """Tell whether nothing may go there any more."""
        return self.stopped_at is not None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether its owner wants what is sent there."""
        return self.confirmed_at is not None and not self.is_stopped
