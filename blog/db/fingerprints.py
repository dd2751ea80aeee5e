"""Count and hash the rows of tables, to compare two databases, of the same kind or not."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, MetaData, String, Table, inspect, select

# The number of rows that are in memory at once.
ROWS = 1000


@dataclass(frozen=True, slots=True)
class TableFingerprint:
    """The number of rows of a table, and the SHA-256 of its rows in the order of their keys."""

    count: int
    sha256: str


def read_tables(connection: Connection) -> list[Table]:
    """Return the tables that the database has, in order of their names, with columns and keys.

    Unlike those of the models, they fit a database of an older release too.
    """
    found = inspect(connection)
    tables = []
    for name in sorted(found.get_table_names()):
        keys = found.get_pk_constraint(name)["constrained_columns"]
        columns = [
            Column(each["name"], each["type"], primary_key=each["name"] in keys)
            for each in found.get_columns(name)
        ]
        tables.append(Table(name, MetaData(), *columns))
    return tables


def fingerprint_tables(
    connection: Connection, tables: Iterable[Table]
) -> dict[str, TableFingerprint]:
    """Return the fingerprint of each table by its name.

    It depends on the names and values of the columns alone: not on the kind of database, nor on
    the order of the rows or columns in it. Call this in a transaction that sees one snapshot.
    """
    return {table.name: _fingerprint(connection, table) for table in tables}


def _fingerprint(connection: Connection, table: Table) -> TableFingerprint:
    columns = sorted(table.columns, key=lambda column: column.name)
    digest, count = hashlib.sha256(_encode([column.name for column in columns])), 0
    keys = [_in_byte_order(column, connection) for column in table.primary_key or columns]
    query = select(*columns).order_by(*keys)
    rows = connection.execute(query, execution_options={"yield_per": ROWS})
    for batch in rows.partitions():
        count += len(batch)
        digest.update(b"".join(map(_encode, batch)))
    return TableFingerprint(count, digest.hexdigest())


def _in_byte_order(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """Return a column to sort by; PostgreSQL sorts text by the rules of a language otherwise."""
    is_text = isinstance(column.type, String)
    return column.collate("C") if is_text and connection.dialect.name == "postgresql" else column


def _encode(row: Sequence[Any]) -> bytes:
    """Return the values of a row as one line of JSON."""
    return json.dumps(list(row), ensure_ascii=False, default=_normalise).encode() + b"\n"


def _normalise(value: object) -> str:
    """Return a value that JSON lacks as text, the same for both kinds of database."""
    if isinstance(value, datetime):
        # SQLite stores UTC without a time zone.
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"No rule for values such as {type(value).__name__}.")
