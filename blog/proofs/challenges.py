"""Make proof-of-work challenges and check their solutions; challenges are signed, not stored."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from typing import Any

from altcha import Payload, create_challenge, verify_solution

from blog.text.language import lazy_gettext as _

LIFETIME = timedelta(hours=4)
# About a second of computing on a phone, measured in docs/decisions/0015-proof-of-work.md.
ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000
COUNTERS = (230, 460)
# The longest accepted solution; a real one has about 900 characters.
LONGEST = 2_000


class Flaw(StrEnum):
    """Why a proof of work does not count."""

    NONE_SENT = auto()
    NOT_READABLE = auto()
    WRONG = auto()
    FOREIGN = auto()
    EXPIRED = auto()
    USED = auto()

    @property
    def label(self) -> str:
        """Return the flaw as moderators read it, in the site's language."""
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
    """A correctly solved challenge: its nonce, and the time when it expires."""

    nonce: str
    expires_at: datetime


def make_challenge(*, review_id: int, secret_key: str, now: datetime) -> dict[str, Any]:
    """Return a signed challenge for comments on one review, as a dict for JSON.

    The solution is a random number in the narrow range COUNTERS, so that computing time is similar.
    """
    least, most = COUNTERS
    challenge = create_challenge(
        ALGORITHM,
        COST,
        counter=least + secrets.randbelow(most - least + 1),
        # Not the library's own field for expiry, which is compared with the machine's clock.
        data={"review": review_id, "expires": int((now + LIFETIME).timestamp())},
        hmac_secret=_derive(secret_key, "challenge"),
        hmac_key_secret=_derive(secret_key, "answer"),
    )
    return challenge.to_dict()


def check_proof(payload: str, *, review_id: int, secret_key: str, now: datetime) -> Proof | Flaw:
    """Return the proof in a browser's `payload` if valid for the review, else the flaw.

    Checking costs two HMACs for any payload: one of the challenge, and one of the solution's key,
    which the library signs with the challenge. The solution is not computed again.
    """
    if not payload:
        return Flaw.NONE_SENT
    solution = _parse(payload)
    if solution is None:
        return Flaw.NOT_READABLE
    result = verify_solution(
        solution,
        _derive(secret_key, "challenge"),
        hmac_key_secret=_derive(secret_key, "answer"),
    )
    if not result.verified:
        return Flaw.WRONG
    parameters = solution.challenge.parameters
    signed = parameters.data or {}
    if signed["review"] != review_id:
        return Flaw.FOREIGN
    expires_at = datetime.fromtimestamp(signed["expires"], UTC)
    if expires_at <= now:
        return Flaw.EXPIRED
    return Proof(nonce=parameters.nonce, expires_at=expires_at)


def _parse(payload: str) -> Payload | None:
    """Return a payload decoded, or None if it is too long or malformed."""
    if len(payload) > LONGEST:
        return None
    try:
        return Payload.from_base64(payload)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


@lru_cache
def _derive(secret_key: str, purpose: str) -> bytes:
    """Return a key derived from the site's secret key for one purpose."""
    return hmac.digest(secret_key.encode(), f"proof:{purpose}".encode(), hashlib.sha256)
