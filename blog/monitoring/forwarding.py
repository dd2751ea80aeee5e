"""How the proxies in front of the site pass on who asks: what a test request shows about them.

`doctor` sends a request with a made-up address in X-Forwarded-For through SITE_URL. The site says
what of it arrived, to whoever knows a token that only the secret key can make.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from blog.monitoring.findings import Finding, State

# An address for documentation (RFC 5737): nobody has it.
FORGED = "203.0.113.77"
LIFETIME = timedelta(minutes=1)
FORWARDING = "forwarding"
_TOKEN = re.compile(r"(\d{1,12})-[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """What arrived of a test request: how many addresses, how many after the forged one, as whom.

    `after_forged` is None if the forged address did not arrive. `is_forged` is whether the site
    took the sender for the forged address, `is_secure` whether it knows that the request was https.
    """

    addresses: int
    after_forged: int | None
    is_forged: bool
    is_secure: bool


def make_token(*, secret_key: str, now: datetime) -> str:
    """Return the token for a test request; it is valid for a minute."""
    moment = str(int(now.timestamp()))
    message = f"monitoring:forwarding:{moment}".encode()
    return f"{moment}-{hmac.digest(secret_key.encode(), message, hashlib.sha256).hex()}"


def is_genuine(token: str, *, secret_key: str, now: datetime) -> bool:
    """Return whether a token was made with the secret key within the last minute."""
    match = _TOKEN.fullmatch(token)
    if match is None or abs(now.timestamp() - int(match[1])) > LIFETIME.total_seconds():
        return False
    made_at = datetime.fromtimestamp(int(match[1]), tz=now.tzinfo)
    return hmac.compare_digest(token, make_token(secret_key=secret_key, now=made_at))


def describe_arrival(*, forwarded: Sequence[str], sender: str, is_secure: bool) -> Arrived:
    """Return what arrived, given the X-Forwarded-For headers and what the site made of them."""
    addresses = [part.strip() for header in forwarded for part in header.split(",") if part.strip()]
    place = addresses[::-1].index(FORGED) if FORGED in addresses else None
    return Arrived(
        addresses=len(addresses),
        after_forged=place,
        is_forged=sender == FORGED,
        is_secure=is_secure,
    )


def judge(arrived: Arrived, *, trusted: int, is_https: bool) -> Finding:
    """Return whether TRUSTED_PROXIES, `trusted`, is the number of proxies that were seen."""
    # A proxy adds the address of who asks it; one that trusts nobody replaces what it received.
    seen = arrived.addresses if arrived.after_forged is None else arrived.after_forged
    remedy = f"Set TRUSTED_PROXIES={seen} and start the site again."
    if arrived.is_forged:
        return Finding(
            FORWARDING, State.FAILED, "Readers can choose the address that the site sees, and so"
            f" evade its limits: TRUSTED_PROXIES is {trusted}, and {_number(seen)}.",
            remedy,
        )  # fmt: skip
    if seen != trusted:
        return Finding(
            FORWARDING, State.FAILED, "All readers count as one address: TRUSTED_PROXIES is"
            f" {trusted}, and {_number(seen)}.",
            remedy if seen else "Let the proxy send X-Forwarded-For with the reader's address.",
        )  # fmt: skip
    if arrived.after_forged is None and not seen:
        return Finding(
            FORWARDING, State.WARNING, "A proxy removes X-Forwarded-For, so all readers count as"
            " one address.",
            "Let the proxy send X-Forwarded-For, and set TRUSTED_PROXIES=1.",
        )  # fmt: skip
    if is_https and not arrived.is_secure:
        return Finding(
            FORWARDING, State.FAILED, "The site does not know that readers use https, so its"
            " cookies are not kept to it.",
            "Let the proxy send X-Forwarded-Proto: https.",
        )  # fmt: skip
    return Finding(
        FORWARDING, State.OK, f"The addresses of readers arrive: {_number(seen)}, as"
        " TRUSTED_PROXIES says.",
    )  # fmt: skip


def _number(seen: int) -> str:
    return "1 proxy was seen" if seen == 1 else f"{seen or 'no'} proxies were seen"
