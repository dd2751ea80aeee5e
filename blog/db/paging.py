"""Keyset paging: a page begins after a given row, so that later pages are as fast as the first."""

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
    """Raised when the cursor in a URL is malformed."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's place in a sorted list: its time and id, in URLs as microseconds and id.

    `rank`, from 0 to 9, is a number by which rows are sorted before their time.
    """

    time: datetime
    id: int
    rank: int = 0

    def __str__(self) -> str:
        """Return the cursor as text for a URL."""
        rank = f"{self.rank}." if self.rank else ""
        return f"{rank}{(self.time - _EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """Return the cursor that a URL contains, None for no text. Raises BadCursorError."""
        if not text:
            return None
        match = _CURSOR.fullmatch(text)
        row_id = match and read_number(match[3], least=0, most=LARGEST_ID)
        if match is None or row_id is None:
            raise BadCursorError(text)
        try:
            time = _EPOCH + timedelta(microseconds=int(match[2]))
        except OverflowError:
            raise BadCursorError(text) from None
        return cls(time, row_id, int(match[1] or 0))


def rows_after(query: Q, cursor: Cursor | None, *columns: Any) -> Q:
    """Return the query limited to rows with greater `columns` than the cursor; None limits nothing.

    `columns` are the time and the id, or the rank, the time and the id.
    """
    return query if cursor is None else query.where(tuple_(*columns) > _place(cursor, columns))


def rows_before(query: Q, cursor: Cursor | None, *columns: Any) -> Q:
    """Return the query limited to rows with smaller `columns` than the cursor; None limits nothing.

    `columns` are the time and the id, or the rank, the time and the id.
    """
    return query if cursor is None else query.where(tuple_(*columns) < _place(cursor, columns))


def is_up_to(cursor: Cursor, *columns: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a row's `columns` are less than or equal to the cursor's."""
    return tuple_(*columns) <= _place(cursor, columns)


def _place(cursor: Cursor, columns: Sequence[Any]) -> ColumnElement[Any]:
    place = (cursor.rank, cursor.time, cursor.id)
    return tuple_(*place[-len(columns) :])


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows, with the cursor of the next page, or None on the last page."""

    items: Sequence[T]
    next: Cursor | None

    @classmethod
    def of(cls, rows: Sequence[T], size: int, cursor: Callable[[T], Cursor]) -> "Page[T]":
        """Return a page of at most `size` rows; one more row in `rows` means there is a next page.

        `cursor` returns the cursor of a row.
        """
        items = rows[:size]
        return cls(items, cursor(items[-1]) if len(rows) > size else None)
