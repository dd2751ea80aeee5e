"""Copy all rows into another database, in batches; an interrupted copy goes on where it stopped.

The rows of each table are copied in the order of its primary key, so the rows that are in the
target already are always the first ones of the source. Nothing else records how far a copy came.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import DBAPIError, StatementError

from blog.db.engine import db
from blog.db.errors import DatabaseBusyError, is_unavailable
from blog.db.fingerprints import fingerprint_tables
from blog.db.sequences import read_last_ids, set_last_ids
from blog.db.transactions import Write
from blog.db.types import DERIVED, Base

BATCH = 500
# Any number that no other code uses for an advisory lock.
_LOCK = 7_266_180_651

Key = tuple[Any, ...]


class CopyError(Exception):
    """Raised when a copy cannot begin or go on; its text says why, and names the row if any."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the copy of a table is: the rows it has, those copied, and the last one's key."""

    table: Table
    total: int
    copied: int = 0
    last: Key | None = None


@contextmanager
def open_snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees the database as it is now, whatever is written meanwhile."""
    with engine.connect() as connection:
        if engine.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        yield connection


def refuse_same_database(source: Connection, target: Connection) -> None:
    """Raise CopyError if both connections lead to one PostgreSQL database, by whatever address.

    An advisory lock holds for one database; it also keeps two copies of one database apart.
    """
    for connection in (source, target):
        if connection.dialect.name != "postgresql":
            return
        if not connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar_one():
            raise CopyError("URL is the database that is copied, or that is being copied elsewhere")


def measure(source: Connection, target: Connection | None) -> list[Progress]:
    """Return how far the copy of each table is; `target` is None if it has no tables yet.

    Raises CopyError if the target has a row that is not the same in the source.
    """
    return [_measure_table(source, target, table) for table in _list_tables()]


def copy_rows(source: Connection, progress: Sequence[Progress], *, write: Write) -> Iterator[int]:
    """Copy the remaining rows into the database of the application; yield the size of each batch.

    Tables come in the order of their foreign keys. Within a table a row refers only to earlier
    ones. Raises CopyError for a row that cannot be read or that the target refuses.
    """
    for each in progress:
        for rows in _read(source, each.table, after=each.last):
            _insert(each.table, rows, write)
            yield len(rows)
    write(_set_last_ids, last_ids=read_last_ids(source))


def list_differences(source: Engine, target: Engine) -> list[str]:
    """Return in what the tables of two databases differ by their counts and hashes, as of now."""
    tables = _list_tables()
    with open_snapshot(source) as ours, open_snapshot(target) as theirs:
        wanted, found = fingerprint_tables(ours, tables), fingerprint_tables(theirs, tables)
    return [
        f"{name} has {found[name].count:,} rows, not {wanted[name].count:,}"
        if found[name].count != wanted[name].count
        else f"{name} has other values"
        for name in wanted
        if found[name] != wanted[name]
    ]


def describe_fault(error: BaseException | None) -> str:
    """Return in one line what a database says is wrong, without the values of the row."""
    cause = error.orig if isinstance(error, StatementError) else error
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    return str(said).splitlines()[0].partition(" with text ")[0]


def _list_tables() -> list[Table]:
    """Return the tables to copy, in the order of their foreign keys."""
    return [table for table in Base.metadata.sorted_tables if not table.info.get(DERIVED)]


def _measure_table(source: Connection, target: Connection | None, table: Table) -> Progress:
    total = source.execute(select(func.count()).select_from(table)).scalar_one()
    if target is None:
        return Progress(table, total)
    copied, last = 0, None
    originals = (row for rows in _read(source, table) for row in rows)
    for row in (row for rows in _read(target, table) for row in rows):
        if next(originals, None) != row:
            name = _name(table, row)
            raise CopyError(
                f"URL has rows of its own, such as {name}: give that of an empty database"
            )
        copied, last = copied + 1, _key_of(table, row)
    return Progress(table, total, copied, last)


def _read(
    connection: Connection, table: Table, *, after: Key | None = None
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of a table with keys greater than `after`, in batches, sorted by key."""
    query = _rows_after(connection, table, select(table), after)
    streaming = connection.execution_options(stream_results=True, yield_per=BATCH)
    last = after
    try:
        for rows in streaming.execute(query).partitions():
            yield rows
            last = _key_of(table, rows[-1])
    except (DBAPIError, ValueError, LookupError) as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        _find_unreadable(connection.engine, table, last)
        raise


def _rows_after(
    connection: Connection, table: Table, query: Select[Any], after: Key | None
) -> Select[Any]:
    columns = [_sortable(column, connection) for column in table.primary_key]
    if after is not None:
        types = [column.type for column in table.primary_key]
        values = [bindparam(None, value, type_) for value, type_ in zip(after, types, strict=True)]
        query = query.where(tuple_(*columns) > tuple_(*values))
    return query.order_by(*columns)


def _sortable(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """Return a column that both databases sort alike: texts by their bytes, as SQLite does."""
    if isinstance(column.type, String) and connection.dialect.name == "postgresql":
        return column.collate("C")
    return column


def _find_unreadable(engine: Engine, table: Table, after: Key | None) -> None:
    """Raise CopyError for the first row after a key that cannot be read."""
    with engine.connect() as connection:
        query = _rows_after(connection, table, select(*table.primary_key), after)
        for key in connection.execute(query).all():
            try:
                pairs = zip(table.primary_key, key, strict=True)
                connection.execute(select(table).where(*(c == value for c, value in pairs))).one()
            except (DBAPIError, ValueError, LookupError) as error:
                fault = f"{_name(table, key)} cannot be read: {describe_fault(error)}"
                raise CopyError(fault) from error


def _insert(table: Table, rows: Sequence[Row[Any]], write: Write) -> None:
    """Insert a batch in one transaction; if it is refused, row by row, to name the refused one."""
    try:
        write(_insert_rows, table=table, rows=rows)
    except (StatementError, DatabaseBusyError, ValueError) as error:
        cause = error.__cause__ if isinstance(error, DatabaseBusyError) else error
        if not _is_about_rows(cause):
            raise
        if len(rows) == 1:
            fault = f"The new database refuses {_name(table, rows[0])}: {describe_fault(cause)}"
            raise CopyError(fault) from error
        for row in rows:
            _insert(table, [row], write)


def _insert_rows(*, table: Table, rows: Sequence[Row[Any]]) -> None:
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        _send_rows(connection, table, rows)
    else:
        connection.execute(insert(table), [dict(row._mapping) for row in rows])


def _send_rows(connection: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    """Insert rows with COPY, which takes PostgreSQL a fifth of the time of an INSERT for each."""
    converters = [
        column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for column in table.columns
    ]
    names = ", ".join(column.name for column in table.columns)
    raw: Any = connection.connection.dbapi_connection
    try:
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                pairs = zip(converters, row, strict=True)
                copy.write_row([convert(value) if convert else value for convert, value in pairs])
    except psycopg.Error as error:
        is_lost = raw.broken
        if is_lost:
            connection.invalidate()
        raise DBAPIError.instance(
            "COPY", None, error, psycopg.Error, True, is_lost, connection.dialect
        ) from error


def _set_last_ids(*, last_ids: dict[str, int]) -> None:
    set_last_ids(db.session.connection(), last_ids)


def _key_of(table: Table, row: Row[Any]) -> Key:
    return tuple(row._mapping[column] for column in table.primary_key)


def _name(table: Table, row: Row[Any]) -> str:
    return f"{table.name} {' '.join(str(part) for part in _key_of(table, row))}"


def _is_about_rows(error: BaseException | None) -> bool:
    """Return whether an error comes from a row's values, not from the state of the database."""
    if isinstance(error, DBAPIError):
        # A text too long for an index is an OperationalError (54000, program limit exceeded).
        is_too_long = str(getattr(error.orig, "sqlstate", "")).startswith("54")
        return is_too_long or not is_unavailable(error)
    return isinstance(error, StatementError | ValueError)
