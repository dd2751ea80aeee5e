"""Queries for rate limits: the names of a client, and whether a client must wait."""

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from blog.db.engine import db
from blog.limits.models import ClientKey, LimitHit

KEY_DAYS = 2


class LimitReachedError(Exception):
    """Raised when a client has reached a rate limit; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate limit: at most `count` actions within `window`."""

    count: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """The rate limits of one client, with the client's names, today's first."""

    names: Sequence[str]
    limits: Sequence[Limit]


def list_client_names(*, address: str | None, now: datetime) -> list[str]:
    """Return the names of an IP address under the keys of today and yesterday, today's first.

    A day without a key adds no name.
    """
    keys = db.session.execute(
        select(ClientKey.key)
        .where(ClientKey.day.between(get_first_day(now=now), now.date()))
        .order_by(ClientKey.day.desc())
    ).scalars()
    network = network_of(address).encode()
    return [hmac.digest(key, network, hashlib.sha256).hex()[:32] for key in keys]


def get_first_day(*, now: datetime) -> date:
    """Return the earliest UTC day whose key is kept."""
    return now.date() - timedelta(days=KEY_DAYS - 1)


def get_key_end(*, named_at: datetime) -> datetime:
    """Return when a client's name from the time `named_at` becomes untraceable.

    At that time the key of the name's UTC day is deleted.
    """
    day = named_at.astimezone(UTC).date() + timedelta(days=KEY_DAYS)
    return datetime.combine(day, time.min, UTC)


def network_of(address: str | None) -> str:
    """Return an IPv4 address as it is, or the /64 network of an IPv6 address, as text.

    Port, brackets and zone are dropped; IPv4 in IPv6 becomes IPv4. Anything else is "unknown".
    """
    text = (address or "").strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((ip, 64), strict=False))
        return str(ip.ipv4_mapped)
    return str(ip)


def check_limits(*, allowances: Sequence[Allowance], now: datetime) -> None:
    """Raise LimitReachedError if a client has reached a limit; exact only after `lock`."""
    waits = [_wait(allowance, limit, now) for allowance in allowances for limit in allowance.limits]
    longest = max(waits, default=0)
    if longest > 0:
        raise LimitReachedError(longest)


def _wait(allowance: Allowance, limit: Limit, now: datetime) -> int:
    """Return the seconds until the client may act again under a limit, 0 if the client may now."""
    window = (LimitHit.bucket.in_(allowance.names), LimitHit.happened_at > now - limit.window)
    count = db.session.execute(select(func.count()).where(*window)).scalar_one()
    if count < limit.count:
        return 0
    freed = db.session.execute(
        select(LimitHit.happened_at)
        .where(*window)
        .order_by(LimitHit.happened_at.desc())
        .offset(limit.count - 1)
        .limit(1)
    ).scalar_one()
    return max(1, math.ceil((freed + limit.window - now).total_seconds()))
