"""Tables: moderators, failed sign-ins, ended sessions."""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id
from blog.text.zones import ZONE_LENGTH

BYLINE_LENGTH = 120


class Moderator(Base):
    """A moderator account; a removed one stays, inactive, because decisions refer to it."""

    __tablename__ = "moderators"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 80", name="name_length"),
        CheckConstraint("length(email) BETWEEN 3 AND 254", name="email_length"),
        CheckConstraint(f"length(time_zone) BETWEEN 1 AND {ZONE_LENGTH}", name="time_zone_length"),
        CheckConstraint(f"length(byline) BETWEEN 1 AND {BYLINE_LENGTH}", name="byline_length"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    # Part of every session of the account; a new key ends all sessions.
    session_key: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(16))
    is_active: Mapped[bool] = mapped_column(default=True)
    # A name of the IANA database; None for the site's own (settings.py).
    time_zone: Mapped[str | None]
    # The byline of a new review, which need not be a reviewer's name; None if none was chosen.
    byline: Mapped[str | None]
    created_at: Mapped[datetime]


class SignInAttempt(Base):
    """The count of failed sign-ins for an e-mail address, or for an address and a client.

    `account_key` is an HMAC. The e-mail address need not belong to an account.
    """

    __tablename__ = "sign_in_attempts"

    account_key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class EndedSession(Base):
    """A session that its moderator signed out of; kept until its cookie has expired."""

    __tablename__ = "ended_sessions"

    key: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
