"""Commands that change moderator accounts, sessions and the counts of failed sign-ins."""

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from blog.accounts.models import EndedSession, Moderator, SignInAttempt
from blog.accounts.queries import find_moderator
from blog.db.engine import db, insert_into
from blog.limits.commands import identify_client, lock, spend, uncount
from blog.limits.queries import Allowance, Limit

CLIENT_LIMIT = Limit(5, timedelta(minutes=1))
FREE_FAILURES = 3
LONGEST_DELAY = 60
FAILURES_FORGOTTEN_AFTER = timedelta(days=1)
# Longer than a session's cookie lives.
ENDED_SESSIONS_KEPT = timedelta(days=40)


class ModeratorExistsError(Exception):
    """Raised when an active account with this e-mail address already exists."""


class UnknownModeratorError(Exception):
    """Raised when no active account has this e-mail address."""


class LastModeratorError(Exception):
    """Raised when the last active moderator would be removed, so that nobody could sign in."""


class AccountChangedError(Exception):
    """Raised when an account changed after its password was checked (new password, signed out)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt to sign in.

    `address` is the client's IP. `device` identifies a browser that has signed in before, or None.
    """

    email: str
    address: str | None
    device: str | None
    secret_key: str
    now: datetime

    def key(self, source: str | None = None) -> str:
        """Return the HMAC of the e-mail address, or of the address and a client or device."""
        text = f"account:{self.email.strip().lower()}" + (f"\0{source}" if source else "")
        return hmac.digest(self.secret_key.encode(), text.encode(), hashlib.sha256).hex()[:32]

    def client_names(self) -> list[str]:
        """Return the names under which attempts from this IP address are counted, newest first."""
        return [f"sign-in:{n}" for n in identify_client(address=self.address, now=self.now)]


def create_moderator(*, email: str, name: str, password_hash: str, now: datetime) -> Moderator:
    """Create an account, or reactivate an inactive one. Raises ModeratorExistsError."""
    moderator = find_moderator(email=email)
    if moderator and moderator.is_active:
        raise ModeratorExistsError(email)
    moderator = moderator or Moderator(email=email.strip().lower(), created_at=now)
    moderator.name, moderator.password_hash = name, password_hash
    moderator.is_active, moderator.session_key = True, secrets.token_hex(16)
    db.session.add(moderator)
    db.session.flush()  # The caller needs the new id.
    return moderator


def set_password(*, email: str, password_hash: str) -> None:
    """Replace the password of an account and end its sessions. Raises UnknownModeratorError."""
    moderator = _get_active(email)
    moderator.password_hash = password_hash
    moderator.session_key = secrets.token_hex(16)


def change_password(*, moderator_id: int, session_key: str, password_hash: str) -> Moderator:
    """Replace the password of a signed-in moderator and end all sessions, the current one too.

    `session_key` is the account's key from when the old password was checked. Raises
    AccountChangedError if the account has another key by now. Returns the moderator with the new
    key, for a new session.
    """
    changed = db.session.execute(
        update(Moderator)
        .where(
            Moderator.id == moderator_id,
            Moderator.session_key == session_key,
            Moderator.is_active,
        )
        .values(password_hash=password_hash, session_key=secrets.token_hex(16))
        .execution_options(synchronize_session=False, populate_existing=True)
        .returning(Moderator)
    ).scalar_one_or_none()
    if changed is None:
        raise AccountChangedError(moderator_id)
    return changed


def update_settings(*, moderator_id: int, time_zone: str | None, byline: str | None) -> None:
    """Replace the time zone and the byline of an account; None restores the default."""
    db.session.execute(
        update(Moderator)
        .where(Moderator.id == moderator_id)
        .values(time_zone=time_zone, byline=byline)
        .execution_options(synchronize_session=False)
    )


def rename_bylines(*, former: str, name: str) -> None:
    """Replace a byline in the accounts that have it."""
    db.session.execute(
        update(Moderator)
        .where(Moderator.byline == former)
        .values(byline=name)
        .execution_options(synchronize_session=False)
    )


def end_sessions(*, moderator_id: int) -> None:
    """Sign a moderator out of all browsers."""
    db.session.execute(
        update(Moderator)
        .where(Moderator.id == moderator_id)
        .values(session_key=secrets.token_hex(16))
        .execution_options(synchronize_session=False)
    )


def remove_moderator(*, email: str) -> None:
    """Deactivate an account and end its sessions.

    Raises UnknownModeratorError, or LastModeratorError if no other active account exists.
    """
    # Locked, so that the last two moderators cannot remove each other at the same time.
    active = select(Moderator.id).where(Moderator.is_active).order_by(Moderator.id)
    count = len(db.session.execute(active.with_for_update()).all())
    moderator = _get_active(email)
    if count == 1:
        raise LastModeratorError(email)
    moderator.is_active = False
    moderator.session_key = secrets.token_hex(16)


def begin_sign_in(*, attempt: Attempt) -> int:
    """Record a sign-in attempt as failed; return the seconds to wait, 0 to check the password now.

    Recording first keeps parallel attempts from passing the limit. The delay doubles with each
    failure for the account, up to a minute; the IP address that failed waits twice as long, so that
    an attacker cannot lock out the owner. A known device is delayed by its own failures only.
    An attempt that must wait is no failure, but counts for the limit of its IP address. Raises
    LimitReachedError if that limit is reached.
    """
    now, names = attempt.now, attempt.client_names()
    factors = {attempt.key(): 1, attempt.key(names[0]): 2}
    if attempt.device is not None:
        factors = {attempt.key(attempt.device): 1}
    accounts = [Allowance([f"account:{key}" for key in factors], [])]
    lock(allowances=[*accounts, Allowance(names, [])], now=now)
    spend(allowances=[Allowance(names, [CLIENT_LIMIT])], now=now)
    failures = {key: _find_failures(key, now) for key in factors}
    waits = [
        past.last_at + _delay(past.failures) * factors[key] - now
        for key, past in failures.items()
        if past is not None
    ]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        return math.ceil(longest.total_seconds())
    for key, past in failures.items():
        _record_failure(key, past.failures + 1 if past else 1, now)
    return 0


def complete_sign_in(*, attempt: Attempt) -> None:
    """Delete the recorded failures of an account after a successful sign-in."""
    names = attempt.client_names()
    keys = [attempt.key(), attempt.key(names[0]), attempt.key(attempt.device)]
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account_key.in_(keys)))
    uncount(names=names)


def end_session(*, session_key: str, now: datetime) -> None:
    """End one session, so that no copy of its cookie works any more."""
    insert = insert_into(EndedSession).values(key=session_key, ended_at=now)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


def delete_old_sign_ins(*, now: datetime) -> None:
    """Delete failed sign-ins older than a day, and ended sessions whose cookies have expired."""
    failed_before = SignInAttempt.last_at < now - FAILURES_FORGOTTEN_AFTER
    db.session.execute(delete(SignInAttempt).where(failed_before))
    ended_before = EndedSession.ended_at < now - ENDED_SESSIONS_KEPT
    db.session.execute(delete(EndedSession).where(ended_before))


def _find_failures(key: str, now: datetime) -> SignInAttempt | None:
    attempt = db.session.get(SignInAttempt, key, populate_existing=True)
    if attempt is None or now - attempt.last_at >= FAILURES_FORGOTTEN_AFTER:
        return None
    return attempt


def _record_failure(key: str, failures: int, now: datetime) -> None:
    values = {"failures": failures, "last_at": now}
    upsert = insert_into(SignInAttempt).values(account_key=key, **values)
    db.session.execute(upsert.on_conflict_do_update(index_elements=["account_key"], set_=values))


def _delay(failures: int) -> timedelta:
    """Return the delay after a number of failures: none at first, then 1, 2, 4 … 60 seconds."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return timedelta(seconds=min(2 ** min(failures - FREE_FAILURES, 10), LONGEST_DELAY))


def _get_active(email: str) -> Moderator:
    moderator = find_moderator(email=email)
    if moderator is None or not moderator.is_active:
        raise UnknownModeratorError(email)
    return moderator
