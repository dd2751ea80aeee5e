"""Keyset pages: a page begins after a row, not at a number, so that no page grows slow."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_

from blog.db.ids import LARGEST_ID
from blog.text.numbers import read_number

T = TypeVar("T")
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(?:(\d)\.)?(\d{1,17})-(\d{1,19})", re.ASCII)


class BadCursorError(ValueError):
    """Say that an address names a page that no page ever linked to."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Name a row by its moment and its id; written in addresses as microseconds and id.

    Where rows are sorted by something else first, `rank` is the place in that, below ten.
    """

    moment: datetime
    id: int
    rank: int = 0

    def __str__(self) -> str:
        """Write the cursor as it stands in an address."""
        rank = f"{self.rank}." if self.rank else ""
        return f"{rank}{(self.moment - _EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """Read a cursor from an address; none is None. Raises BadCursorError."""
        if not text:
            return None
        match = _CURSOR.fullmatch(text)
        row_id = match and read_number(match[3], least=0, most=LARGEST_ID)
        if match is None or row_id is None:
            raise BadCursorError(text)
        try:
            moment = _EPOCH + timedelta(microseconds=int(match[2]))
        except OverflowError:
            raise BadCursorError(text) from None
        return cls(moment, row_id, int(match[1] or 0))


def rows_after(query: Q, cursor: Cursor | None, *columns: Any) -> Q:
    """Take of a query what comes after a row, by the columns it is sorted by; all where None.

    The last two are the moment and the id; one before them is the rank.
    """
    return query if cursor is None else query.where(tuple_(*columns) > _place(cursor, columns))


def rows_before(query: Q, cursor: Cursor | None, *columns: Any) -> Q:
    """Take of a query what comes before a row by these columns, as `rows_after` has them."""
    return query if cursor is None else query.where(tuple_(*columns) < _place(cursor, columns))


def is_up_to(cursor: Cursor, *columns: Any) -> ColumnElement[bool]:
    """Return the rule for a row to come before another by these columns, or to be that one."""
    return tuple_(*columns) <= _place(cursor, columns)


def _place(cursor: Cursor, columns: Sequence[Any]) -> ColumnElement[Any]:
    place = (cursor.rank, cursor.moment, cursor.id)
    return tuple_(*place[-len(columns) :])


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Hold the rows of one page and, where there are more, the cursor of the next."""

    items: Sequence[T]
    next: Cursor | None

    @classmethod
    def of(cls, rows: Sequence[T], size: int, cursor: Callable[[T], Cursor]) -> "Page[T]":
        """Make a page of at most `size` rows from one row more than that."""
        items = rows[:size]
        return cls(items, cursor(items[-1]) if len(rows) > size else None)
