"""Read and set the last id that was given in each table, so that no id is used again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, func, select, text

from blog.db.types import Base


def read_last_ids(connection: Connection) -> dict[str, int]:
    """Return the last id given in each table with generated ids, also if its row is deleted.

    On SQLite, only tables with AUTOINCREMENT remember ids of deleted rows.
    """
    read = _read_sequence if connection.dialect.name == "postgresql" else _read_kept_id
    last_ids = {}
    for column in _list_ids():
        largest = connection.execute(select(func.max(column))).scalar() or 0
        # A row that was added by hand may have an id beyond the last one given.
        last_ids[column.table.name] = max(largest, read(connection, column))
    return last_ids


def set_last_ids(connection: Connection, last_ids: Mapping[str, int]) -> None:
    """Let the next id of each table be one more than its last id."""
    for column in _list_ids():
        last = last_ids[column.table.name]
        if connection.dialect.name == "postgresql":
            sequence = _name_sequence(connection, column)
            connection.execute(select(func.setval(sequence, max(last, 1), last > 0)))
        elif column.table.dialect_options["sqlite"]["autoincrement"]:
            values = {"name": column.table.name, "last": last}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            query = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
            connection.execute(query, values)


def _list_ids() -> list[Column[Any]]:
    """Return the column of generated ids of each table that has one."""
    columns = (table.autoincrement_column for table in Base.metadata.sorted_tables)
    return [column for column in columns if column is not None]


def _name_sequence(connection: Connection, column: Column[Any]) -> str:
    query = select(func.pg_get_serial_sequence(column.table.name, column.name))
    return str(connection.execute(query).scalar_one())


def _read_sequence(connection: Connection, column: Column[Any]) -> int:
    sequence = _name_sequence(connection, column)
    query = text(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608  # PostgreSQL's own name of it.
    last, is_called = connection.execute(query).one()
    return int(last) if is_called else 0


def _read_kept_id(connection: Connection, column: Column[Any]) -> int:
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return connection.execute(query, {"name": column.table.name}).scalar() or 0
