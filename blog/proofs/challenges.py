"""Challenges a browser answers by computing, and what their answers are worth; stored nowhere."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from altcha import Payload, create_challenge, verify_solution

from blog.text.language import lazy_gettext as _

LIFETIME = timedelta(hours=4)
# Together about a second on a phone; docs/decisions/0015-proof-of-work.md has the figures.
ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000
COUNTERS = (230, 460)
# One of ours takes about 900 characters.
LONGEST = 2_000


class Flaw(StrEnum):
    """Name why an answer does not count."""

    NONE_SENT = auto()
    NOT_READABLE = auto()
    WRONG = auto()
    FOREIGN = auto()
    EXPIRED = auto()
    USED = auto()

    @property
    def label(self) -> str:
        """Return what a moderator reads."""
        return str(_LABELS[self])


_LABELS = {
    Flaw.NONE_SENT: _("none sent"),
    Flaw.NOT_READABLE: _("not readable"),
    Flaw.WRONG: _("wrong"),
    Flaw.FOREIGN: _("for another review"),
    Flaw.EXPIRED: _("expired"),
    Flaw.USED: _("used before"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Name a challenge that was answered rightly, and when it runs out."""

    nonce: str
    expires_at: datetime


def make_challenge(*, review_id: int, secret_key: str, now: datetime) -> dict[str, Any]:
    """Return a signed challenge for one review, as the worker in the browser reads it.

    The number to be found lies in the upper half of those tried, so that the time hardly varies.
    """
    least, most = COUNTERS
    challenge = create_challenge(
        ALGORITHM,
        COST,
        counter=least + secrets.randbelow(most - least + 1),
        # Not the library's own field for it, which is held against the machine's clock.
        data={"review": review_id, "expires": int((now + LIFETIME).timestamp())},
        hmac_secret=_derive(secret_key, "challenge"),
        hmac_key_secret=_derive(secret_key, "answer"),
    )
    return challenge.to_dict()


def check_proof(payload: str, *, review_id: int, secret_key: str, now: datetime) -> Proof | Flaw:
    """Return the proof that an answer is, or why it does not count; whatever is sent, it is cheap.

    Nothing is computed but two HMACs: what we did not sign is wrong, and what we signed says by
    itself, in the library's key signature, which answer is right.
    """
    if not payload:
        return Flaw.NONE_SENT
    answer = _parse(payload)
    if answer is None:
        return Flaw.NOT_READABLE
    result = verify_solution(
        answer,
        _derive(secret_key, "challenge"),
        hmac_key_secret=_derive(secret_key, "answer"),
    )
    if not result.verified:
        return Flaw.WRONG
    parameters = answer.challenge.parameters
    signed = parameters.data or {}
    if signed["review"] != review_id:
        return Flaw.FOREIGN
    expires_at = datetime.fromtimestamp(signed["expires"], UTC)
    if expires_at <= now:
        return Flaw.EXPIRED
    return Proof(nonce=parameters.nonce, expires_at=expires_at)


def _parse(payload: str) -> Payload | None:
    """Read what was sent, or None where it is too long or has not the form of an answer."""
    if len(payload) > LONGEST:
        return None
    try:
        return Payload.from_base64(payload)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _derive(secret_key: str, purpose: str) -> bytes:
    """Return a key of its own for one purpose."""
    return hmac.digest(secret_key.encode(), f"proof:{purpose}".encode(), hashlib.sha256)
