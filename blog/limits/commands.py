"""Count what a client does, in the transaction of the command that does it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from blog.db.engine import db, insert_into
from blog.limits.models import ClientKey, LimitBucket, LimitHit
from blog.limits.queries import (
    KEY_DAYS,
    Allowance,
    check_limits,
    get_first_day,
    list_client_names,
)

LONGEST_WINDOW = timedelta(hours=1)


def identify_client(*, address: str | None, now: datetime) -> list[str]:
    """Return what an address is called today and what it was called yesterday, if it was.

    The names are HMACs under a random key per UTC day; keys older than yesterday are deleted, and
    with them the way back from a name to an address.
    """
    db.session.execute(
        insert_into(ClientKey)
        .values(day=now.date(), key=secrets.token_bytes(32))
        .on_conflict_do_nothing(index_elements=["day"])
    )
    delete_day_keys(now=now)
    return list_client_names(address=address, now=now)


def delete_day_keys(*, now: datetime) -> None:
    """Delete the keys of days before yesterday, and counts that no limit looks at any more."""
    first_day = get_first_day(now=now)
    forgotten = db.session.execute(
        delete(ClientKey).where(ClientKey.day < first_day).returning(ClientKey.day)
    ).all()
    if forgotten:
        horizon = now - timedelta(days=KEY_DAYS)
        db.session.execute(delete(LimitHit).where(LimitHit.happened_at < horizon))
        db.session.execute(delete(LimitBucket).where(LimitBucket.touched_at < horizon))


def lock(*, allowances: Sequence[Allowance], now: datetime) -> None:
    """Let nobody else count for these clients until the transaction ends.

    An upsert locks the row even where it is new; always in the order of the names, so that two
    requests never wait for each other.
    """
    for name in sorted({name for allowance in allowances for name in allowance.names}):
        upsert = insert_into(LimitBucket).values(name=name, touched_at=now)
        db.session.execute(
            upsert.on_conflict_do_update(index_elements=["name"], set_={"touched_at": now})
        )


def spend(*, allowances: Sequence[Allowance], now: datetime) -> None:
    """Count once for every client, after `lock`. Raises LimitReachedError and counts nothing."""
    check_limits(allowances=allowances, now=now)
    for allowance in allowances:
        db.session.execute(
            delete(LimitHit).where(
                LimitHit.bucket.in_(allowance.names), LimitHit.happened_at <= now - LONGEST_WINDOW
            )
        )
        db.session.execute(insert(LimitHit).values(bucket=allowance.names[0], happened_at=now))


def forget_names(*, names: Sequence[str]) -> None:
    """Delete what was counted under these names."""
    db.session.execute(delete(LimitHit).where(LimitHit.bucket.in_(names)))
    db.session.execute(delete(LimitBucket).where(LimitBucket.name.in_(names)))


def restore(*, names: Sequence[str]) -> None:
    """Take back the last count of a client: what it did turned out to be free."""
    last = select(func.max(LimitHit.id)).where(LimitHit.bucket.in_(names)).scalar_subquery()
    db.session.execute(delete(LimitHit).where(LimitHit.id == last))
