"""Read what a client is called, until when somebody could tell, and whether it has to wait."""

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
    """Say how many seconds to wait until there is room again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """Allow so many in so long."""

    count: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """Join the limits of one client with the names it goes by, today's first."""

    names: Sequence[str]
    limits: Sequence[Limit]


def list_client_names(*, address: str | None, now: datetime) -> list[str]:
    """Return what an address is called today and what it was called yesterday, where it was.

    A day without a key has no names: reading makes none.
    """
    keys = db.session.execute(
        select(ClientKey.key)
        .where(ClientKey.day.between(get_first_day(now=now), now.date()))
        .order_by(ClientKey.day.desc())
    ).scalars()
    network = network_of(address).encode()
    return [hmac.digest(key, network, hashlib.sha256).hex()[:32] for key in keys]


def get_first_day(*, now: datetime) -> date:
    """Return the earliest UTC day whose key is still of use."""
    return now.date() - timedelta(days=KEY_DAYS - 1)


def get_key_end(*, named_at: datetime) -> datetime:
    """Return when the key is deleted under which somebody was named at that moment.

    Names are made under the key of the UTC day; from then on no address leads to the name.
    """
    day = named_at.astimezone(UTC).date() + timedelta(days=KEY_DAYS)
    return datetime.combine(day, time.min, UTC)


def network_of(address: str | None) -> str:
    """Return whose address it is: an IPv4 address, or an IPv6 /64; mapped IPv4 is IPv4.

    A port, brackets and a zone are dropped. What is no address is one client, "unknown".
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
    """Raise LimitReachedError where a client has no room; without a lock it may have less then."""
    waits = [_wait(allowance, limit, now) for allowance in allowances for limit in allowance.limits]
    longest = max(waits, default=0)
    if longest > 0:
        raise LimitReachedError(longest)


def _wait(allowance: Allowance, limit: Limit, now: datetime) -> int:
    """Return how many seconds it takes until the window has room, 0 where it has."""
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
