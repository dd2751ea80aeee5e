"""Objects made of rows. They belong to no session, so that requests can share them."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import Column
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from blog.db.types import Base

M = TypeVar("M", bound=Base)


def make_detached(
    model: type[M], columns: Iterable[Column[Any]], row: Iterable[Any], **related: Any
) -> M:
    """Return an object with the values of a row, and with related objects by attribute.

    Nothing can be saved through it. To read an attribute that it was not given is an error, because
    it cannot be loaded.
    """
    made = model()
    for column, value in zip(columns, row, strict=True):
        set_committed_value(made, column.key, value)
    for name, value in related.items():
        set_committed_value(made, name, value)
    make_transient_to_detached(made)
    return made
