"""The base class of all models, and column types."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, cast

from markupsafe import Markup
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    literal_column,
    text,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from blog.text.markup import trust_stored

# The type of ids and foreign keys: 64 bits. SQLite generates ids only for the exact type INTEGER,
# which has 64 bits there (docs/decisions/0024).
Id = Annotated[int, "id"]

# The key in a table's `info` that says that triggers write its rows, from those of other tables.
DERIVED = "derived"


class UTCDateTime(TypeDecorator[datetime]):
    """A column type for aware datetimes: stores UTC, and loads aware values on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a datetime to UTC. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored datetime with the time zone UTC."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class SafeHTML(TypeDecorator[Markup]):
    """A column type for cleaned HTML: accepts only Markup, which only blog.text.markup makes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Markup | None, dialect: Dialect) -> str | None:
        """Return Markup as text to store. Raises TypeError for a plain string."""
        if value is not None and not isinstance(value, Markup):
            raise TypeError("Only HTML rendered by blog.text.markup may be stored.")
        return value and str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Markup | None:
        """Return stored HTML as Markup, since only cleaned HTML was stored."""
        return None if value is None else trust_stored(value)


class Base(DeclarativeBase):
    """The base class of all models; names every constraint, so that migrations can drop it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy expects a dict here.
        datetime: UTCDateTime,
        Id: BigInteger().with_variant(Integer, "sqlite"),
    }


def constant(value: StrEnum) -> ColumnElement[str]:
    """Return a value that is written into its statement.

    SQLite plans a statement anew when it is given a value that a partial index depends on.
    """
    return literal_column(f"'{value.value}'")


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements that need no objects: they cost a third."""
    return cast(Table, model.__table__)


def stored_enum(kind: type[StrEnum], name: str) -> EnumType:
    """Return a column type for an enum, stored by value, with a named CHECK constraint."""
    return EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
        name=name,
    )


def partial_index(
    *columns: str, where: str, name: str | None = None, is_unique: bool = False
) -> Index:
    """Return a partial index, of the rows that meet the SQL condition `where`."""
    rule = text(where)
    return Index(name, *columns, unique=is_unique, sqlite_where=rule, postgresql_where=rule)
