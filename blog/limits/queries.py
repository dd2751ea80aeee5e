"""Queries for rate limits: the names of a client, and whether a client must wait."""

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, select

from blog.db.engine import execute
from blog.db.types import table_of
from blog.limits.models import ClientKey, LimitHit

KEY_DAYS = 2
LONGEST_WINDOW = timedelta(hours=1)
_KEY = table_of(ClientKey).c
_HIT = table_of(LimitHit).c
_KEYS = (
    select(_KEY.day, _KEY.key)
    .where(_KEY.day.between(bindparam("first_day"), bindparam("today")))
    .order_by(_KEY.day.desc())
)
# The keys of today and yesterday, for a statement that is needed anyway.
KEY_COLUMNS = [
    select(_KEY.key).where(_KEY.day == bindparam(name)).scalar_subquery()
    for name in ("today", "first_day")
]


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
    return list(find_names_by_day(address=address, now=now).values())


def find_names_by_day(*, address: str | None, now: datetime) -> dict[date, str]:
    """Return the names of an IP address by the UTC day of their key, today's first."""
    rows = execute(_KEYS, key_values(now=now))
    return {day: _name_under(key, address) for day, key in rows}


def key_values(*, now: datetime) -> dict[str, date]:
    """Return the values for the parameters of KEY_COLUMNS."""
    return {"first_day": get_first_day(now=now), "today": now.date()}


def names_under(keys: Sequence[bytes | None], *, address: str | None) -> list[str] | None:
    """Return the names of an IP address under KEY_COLUMNS; None without a key of today."""
    if keys[0] is None:
        return None
    return [_name_under(key, address) for key in keys if key is not None]


def _name_under(key: bytes, address: str | None) -> str:
    return hmac.digest(key, network_of(address).encode(), hashlib.sha256).hex()[:32]


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


def check_limits(*, allowances: Sequence[Allowance], now: datetime) -> bool:
    """Raise LimitReachedError if a client has reached a limit; exact only after `lock`.

    Return whether a client has counts that are too old for any limit.
    """
    query = _query_of(shape_of(allowances))
    row = execute(query, limit_values(allowances=allowances, now=now)).one()
    return judge_limits(row, allowances=allowances, now=now)


# How many names a client has, and the counts of its limits, for each client.
Shape = tuple[tuple[int, tuple[int, ...]], ...]


def shape_of(allowances: Sequence[Allowance]) -> Shape:
    """Return what the SQL of `limit_columns` depends on."""
    return tuple(
        (len(each.names), tuple(limit.count for limit in each.limits)) for each in allowances
    )


def limit_columns(shape: Shape) -> list[ColumnElement[Any]]:
    """Return the columns that `judge_limits` reads, for a statement with `limit_values`.

    For each limit, this is the time of the action that has to leave the window before the client
    may act again, NULL if the client may act now.
    """
    columns: list[ColumnElement[Any]] = []
    is_of_client = []
    for client, (size, counts) in enumerate(shape):
        names: list[BindParameter[str]] = [
            bindparam(f"name_{client}_{place}") for place in range(size)
        ]
        is_of_client.append(_HIT.bucket.in_(names))
        for place, count in enumerate(counts):
            since: BindParameter[datetime] = bindparam(f"since_{client}_{place}")
            hits = select(_HIT.happened_at).where(is_of_client[client], _HIT.happened_at > since)
            newest_first = hits.order_by(_HIT.happened_at.desc())
            columns.append(newest_first.offset(count - 1).limit(1).scalar_subquery())
    horizon = _HIT.happened_at <= bindparam("horizon")
    columns += [exists().where(rule, horizon) for rule in is_of_client]
    return columns


def limit_values(*, allowances: Sequence[Allowance], now: datetime) -> dict[str, Any]:
    """Return the values for the parameters of `limit_columns`."""
    values: dict[str, Any] = {"horizon": now - LONGEST_WINDOW}
    for client, allowance in enumerate(allowances):
        for place, name in enumerate(allowance.names):
            values[f"name_{client}_{place}"] = name
        for place, limit in enumerate(allowance.limits):
            values[f"since_{client}_{place}"] = now - limit.window
    return values


def judge_limits(row: Sequence[Any], *, allowances: Sequence[Allowance], now: datetime) -> bool:
    """Read a row that begins with `limit_columns`, as `check_limits` does."""
    limits = [limit for allowance in allowances for limit in allowance.limits]
    waits = [
        max(1, math.ceil((freed + limit.window - now).total_seconds()))
        for freed, limit in zip(row, limits, strict=False)
        if freed is not None
    ]
    if waits:
        raise LimitReachedError(max(waits))
    return any(row[len(limits) : len(limits) + len(allowances)])


@cache
def _query_of(shape: Shape) -> Select[Any]:
    return select(*limit_columns(shape))
