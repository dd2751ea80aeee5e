"""The base class of all tables, and the types of their columns."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from markupsafe import Markup
from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, MetaData, Text, text
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from blog.text.markup import trust_stored

# The number of a row, and every column that holds one: 64 bits. SQLite numbers rows by themselves
# in a column whose type is exactly INTEGER, which has 64 bits there (docs/decisions/0024).
Id = Annotated[int, "id"]


class UTCDateTime(TypeDecorator[datetime]):
    """Store aware moments as UTC and give them back aware; SQLite forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody could say when it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment its zone."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class SafeHTML(TypeDecorator[Markup]):
    """Store HTML; takes nothing but Markup, which nothing but blog.text.markup makes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Markup | None, dialect: Dialect) -> str | None:
        """Refuse a plain string: nobody has vouched for it."""
        if value is not None and not isinstance(value, Markup):
            raise TypeError("Only what blog.text.markup rendered may be stored as HTML.")
        return value and str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Markup | None:
        """Vouch for what was vouched for when it was written."""
        return None if value is None else trust_stored(value)


class Base(DeclarativeBase):
    """Share one naming convention, so that every constraint has a name to be dropped by."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own shape.
        datetime: UTCDateTime,
        Id: BigInteger().with_variant(Integer, "sqlite"),
    }


def stored_enum(kind: type[StrEnum], name: str) -> EnumType:
    """Store an enumeration by its values, with a CHECK of this name that knows them."""
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
    """Return an index of those rows for which a condition holds, on either database."""
    rule = text(where)
    return Index(name, *columns, unique=is_unique, sqlite_where=rule, postgresql_where=rule)
