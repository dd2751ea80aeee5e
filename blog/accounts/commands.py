"""Write moderators and the record of failed sign-ins."""

import hashlib
import hmac
import math
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete

from blog.accounts.models import Moderator, SignInAttempt
from blog.accounts.queries import count_active_moderators, find_moderator
from blog.database import db, insert_into
from blog.limits.commands import Allowance, Limit, identify_client, lock, restore, spend

CLIENT_LIMIT = Limit(5, timedelta(minutes=1))
FREE_FAILURES = 3
LONGEST_DELAY = 60
FAILURES_FORGOTTEN_AFTER = timedelta(days=1)


class ModeratorExistsError(Exception):
    """Say that the e-mail address has an account already."""


class UnknownModeratorError(Exception):
    """Say that no account has this e-mail address."""


class LastModeratorError(Exception):
    """Say that the last active moderator stays: nobody could sign in without one."""


def create_moderator(*, email: str, name: str, password_hash: str, now: datetime) -> Moderator:
    """Make an account, or wake an inactive one. Raises ModeratorExistsError."""
    moderator = find_moderator(email=email)
    if moderator and moderator.is_active:
        raise ModeratorExistsError(email)
    moderator = moderator or Moderator(email=email.strip().lower(), created_at=now)
    moderator.name, moderator.password_hash = name, password_hash
    moderator.is_active, moderator.session_key = True, secrets.token_hex(16)
    db.session.add(moderator)
    db.session.flush()  # The caller names the new account by its id.
    return moderator


def set_password(*, email: str, password_hash: str) -> None:
    """Replace a password and end all sessions. Raises UnknownModeratorError."""
    moderator = _get_active(email)
    moderator.password_hash = password_hash
    moderator.session_key = secrets.token_hex(16)


def remove_moderator(*, email: str) -> None:
    """Deactivate an account and end its sessions.

    Raises UnknownModeratorError, or LastModeratorError where nobody would be left.
    """
    moderator = _get_active(email)
    if count_active_moderators() == 1:
        raise LastModeratorError(email)
    moderator.is_active = False
    moderator.session_key = secrets.token_hex(16)


def begin_sign_in(*, email: str, address: str | None, secret_key: str, now: datetime) -> int:
    """Count an attempt as failed before it is checked; return seconds to wait, 0 to go on.

    Counted first, so that many at once cannot pass. An attempt that must wait is not counted: the
    delay ends by itself, at most a minute after the last one that was, and nobody is locked out.
    Raises LimitReachedError where the client tries too often.
    """
    names = _client_names(address, now)
    key = _account_key(email, secret_key)
    lock(allowances=[Allowance([f"account:{key}"], []), Allowance(names, [])], now=now)
    attempt = db.session.get(SignInAttempt, key, populate_existing=True)
    if attempt and now - attempt.last_at < FAILURES_FORGOTTEN_AFTER:
        wait = attempt.last_at + _delay(attempt.failures) - now
        if wait > timedelta(0):
            return math.ceil(wait.total_seconds())
    spend(allowances=[Allowance(names, [CLIENT_LIMIT])], now=now)
    failures = 1
    if attempt and now - attempt.last_at < FAILURES_FORGOTTEN_AFTER:
        failures = attempt.failures + 1
    upsert = insert_into(SignInAttempt).values(account_key=key, failures=failures, last_at=now)
    values = {"failures": failures, "last_at": now}
    db.session.execute(upsert.on_conflict_do_update(index_elements=["account_key"], set_=values))
    return 0


def complete_sign_in(*, email: str, address: str | None, secret_key: str, now: datetime) -> None:
    """Forget the failures of an account whose owner came in; only failures count."""
    key = _account_key(email, secret_key)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account_key == key))
    restore(names=_client_names(address, now))


def forget_sign_in_attempts(*, now: datetime) -> None:
    """Delete failures that slow nobody down any more."""
    horizon = now - FAILURES_FORGOTTEN_AFTER
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.last_at < horizon))


def _client_names(address: str | None, now: datetime) -> list[str]:
    return [f"sign-in:{name}" for name in identify_client(address=address, now=now)]


def _delay(failures: int) -> timedelta:
    """Return the pause after so many failures: none at first, then 1, 2, 4 … 60 seconds."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return timedelta(seconds=min(2 ** min(failures - FREE_FAILURES, 10), LONGEST_DELAY))


def _account_key(email: str, secret_key: str) -> str:
    words = f"account:{email.strip().lower()}".encode()
    return hmac.digest(secret_key.encode(), words, hashlib.sha256).hex()[:32]


def _get_active(email: str) -> Moderator:
    moderator = find_moderator(email=email)
    if moderator is None or not moderator.is_active:
        raise UnknownModeratorError(email)
    return moderator
