"""Let SQLite know before it reads anything that no row has a value of an empty list."""

from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql import operators


class Compiler(SQLiteCompiler):
    """SQLAlchemy's own, except for conditions such as `id IN ()`.

    SQLAlchemy writes a subquery for the empty list. SQLite takes it for a list of many rows, and
    may read a whole index in search of them: 138 ms with a million comments.
    """

    def visit_empty_set_op_expr(self, type_: Any, expand_op: Any, **more: Any) -> str:
        """Return what follows `IN (`, as SQLAlchemy does for other databases."""
        if len(type_) > 1:  # SQLite knows no list of pairs of NULL.
            return str(self.visit_empty_set_expr(type_, **more))  # type: ignore[no-untyped-call]  # SQLAlchemy's has no types.
        return "NULL) OR (1 = 1" if expand_op is operators.not_in_op else "NULL) AND (1 != 1"


@event.listens_for(Engine, "do_connect")
def _use_compiler(dialect: Dialect, *_more: object) -> None:
    """Replace the compiler before the first statement of an engine."""
    if dialect.name == "sqlite":
        dialect.statement_compiler = Compiler
