"""Count a client's actions for the rate limits, in the transaction of the action itself."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Executable, delete, func, insert, select

from blog.db.engine import built, db, execute, insert_into
from blog.db.types import table_of
from blog.limits.models import ClientKey, LimitBucket, LimitHit
from blog.limits.queries import (
    KEY_DAYS,
    LONGEST_WINDOW,
    Allowance,
    check_limits,
    find_names_by_day,
    get_first_day,
    list_client_names,
)

_ADD_HITS = insert(table_of(LimitHit))


def identify_client(*, address: str | None, now: datetime) -> list[str]:
    """Return the names of an IP address: today's first, then yesterday's if that day has a key.

    A name is an HMAC of the address under a random key per UTC day. Keys older than yesterday are
    deleted, so that older names cannot be traced to an address.
    """
    names = find_names_by_day(address=address, now=now)
    if now.date() in names:
        return list(names.values())
    db.session.execute(
        insert_into(ClientKey)
        .values(day=now.date(), key=secrets.token_bytes(32))
        .on_conflict_do_nothing(index_elements=["day"])
    )
    delete_day_keys(now=now)
    return list_client_names(address=address, now=now)


def delete_day_keys(*, now: datetime) -> None:
    """Delete the keys of days before yesterday, and counts too old for any rate limit."""
    first_day = get_first_day(now=now)
    deleted = db.session.execute(
        delete(ClientKey).where(ClientKey.day < first_day).returning(ClientKey.day)
    ).all()
    if deleted:
        horizon = now - timedelta(days=KEY_DAYS)
        db.session.execute(delete(LimitHit).where(LimitHit.happened_at < horizon))
        db.session.execute(delete(LimitBucket).where(LimitBucket.touched_at < horizon))


def lock(*, allowances: Sequence[Allowance], now: datetime) -> None:
    """Lock the rows of these clients until the transaction ends, so that requests count in turn.

    An upsert locks a new row too. Rows are locked in the order of their names, to avoid deadlocks.
    SQLite has no such rows: there, whoever writes is alone.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return
    names = sorted({name for allowance in allowances for name in allowance.names})
    rows = [{"name": name, "touched_at": now} for name in names]
    execute(built(_touch_buckets), rows)


def _touch_buckets() -> Executable:
    upsert = insert_into(table_of(LimitBucket))
    newer = {"touched_at": upsert.excluded.touched_at}
    return upsert.on_conflict_do_update(index_elements=["name"], set_=newer)


def spend(*, allowances: Sequence[Allowance], now: datetime) -> None:
    """Count one action for each client; call `lock` first.

    Raises LimitReachedError, and counts nothing, if a client has reached a limit.
    """
    has_old = check_limits(allowances=allowances, now=now)
    add_hits(allowances=allowances, has_old=has_old, now=now)


def add_hits(*, allowances: Sequence[Allowance], has_old: bool, now: datetime) -> None:
    """Count one action for each client; with `has_old`, delete counts too old for any limit."""
    if has_old:
        names = [name for allowance in allowances for name in allowance.names]
        old = LimitHit.happened_at <= now - LONGEST_WINDOW
        db.session.execute(delete(LimitHit).where(LimitHit.bucket.in_(names), old))
    hits = [{"bucket": allowance.names[0], "happened_at": now} for allowance in allowances]
    execute(_ADD_HITS, hits)


def delete_counts(*, names: Sequence[str]) -> None:
    """Delete all counts of the clients with these names."""
    db.session.execute(delete(LimitHit).where(LimitHit.bucket.in_(names)))
    db.session.execute(delete(LimitBucket).where(LimitBucket.name.in_(names)))


def uncount(*, names: Sequence[str]) -> None:
    """Delete the last count of a client, for an action that should not count after all."""
    last = select(func.max(LimitHit.id)).where(LimitHit.bucket.in_(names)).scalar_subquery()
    db.session.execute(delete(LimitHit).where(LimitHit.id == last))
