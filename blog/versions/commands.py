"""Raise the version of the public content."""

import secrets
from typing import Any

from sqlalchemy import Connection, Engine, Executable, event

from blog.db.engine import built, db, execute, insert_into
from blog.db.transactions import at_end
from blog.db.types import table_of
from blog.versions.models import PUBLIC, SiteVersion, Version, is_public_table
from blog.versions.watching import tell_watches


def raise_version() -> None:
    """Raise the version at the end of the running transaction, once however often it is called.

    A change of a table that says in its `info` that it is public does this by itself. It is the
    last statement, as the row stays locked until the transaction ends.
    """
    at_end(_raise, then=_tell)


def _raise() -> Version:
    first = {"name": PUBLIC, "number": 1, "token": secrets.token_hex(8)}
    return Version(*execute(built(_upsert), first).one())


def _upsert() -> Executable:
    table = table_of(SiteVersion)
    first = insert_into(table_of(SiteVersion))
    raised = {"number": table.c.number + 1, "token": first.excluded.token}
    return first.on_conflict_do_update(index_elements=["name"], set_=raised).returning(
        table.c.number, table.c.token
    )


def _tell(version: Version) -> None:
    tell_watches(db.engine.url, version)


@event.listens_for(Engine, "before_execute")
def _notice_change(
    _connection: Connection, statement: Any, _many: object, _one: object, _options: object
) -> None:
    if getattr(statement, "is_dml", False) and is_public_table(statement.table):
        raise_version()
