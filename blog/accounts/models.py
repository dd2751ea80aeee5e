"""Tables: moderators, and how often somebody failed to sign in as one."""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id


class Moderator(Base):
    """Be a person who decides; one that left stays, inactive, because decisions name them."""

    __tablename__ = "moderators"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 80", name="name_length"),
        CheckConstraint("length(email) BETWEEN 3 AND 254", name="email_length"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    # Part of every session; a new one ends them all.
    session_key: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(16))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SignInAttempt(Base):
    """Count failures for an e-mail address, whether an account has it or not, and for a client.

    Both are kept as an HMAC.
    """

    __tablename__ = "sign_in_attempts"

    account_key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class EndedSession(Base):
    """Name a session that its moderator signed out of, until its cookie has run out anyway."""

    __tablename__ = "ended_sessions"

    key: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
