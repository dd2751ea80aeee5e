"""Two connections to an SQLite database that SQLAlchemy takes for one: one reads, one writes."""

from typing import Any

from blog.db.driver import sqlite

# Each statement of the site that has been executed before is not prepared again.
STATEMENTS = 512
# FULL, so that an acknowledged comment survives a power cut (docs/decisions/0022).
# Without secure_delete, deleted text stays readable in the database file.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class TwoConnections(sqlite.Connection):
    """A connection that only reads, with a second one, `writer`, that is used while `is_writing`.

    With one connection for both, SQLite would prepare every statement anew each time it is told
    whether it may write (docs/decisions/0067).
    """

    def __init__(self, path: str, **options: Any) -> None:
        options |= {"isolation_level": None, "cached_statements": STATEMENTS}
        super().__init__(path, **options)
        self.is_writing = False
        self.writer = sqlite.connect(path, **{**options, "factory": sqlite.Connection})

    def prepare(self) -> None:
        """Set up both connections."""
        for pragma in PRAGMAS:
            self.writer.execute(f"PRAGMA {pragma}")
            self.execute(f"PRAGMA {pragma}")
        self.execute("PRAGMA query_only=ON")

    @property
    def in_transaction(self) -> bool:
        """Return whether the connection in use is inside a transaction."""
        return self.writer.in_transaction if self.is_writing else super().in_transaction

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """Return a cursor of the connection in use."""
        if self.is_writing:
            return self.writer.cursor(*arguments, **options)
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        """Commit the transaction of the connection in use."""
        self.writer.commit() if self.is_writing else super().commit()

    def rollback(self) -> None:
        """Roll the transaction of the connection in use back."""
        self.writer.rollback() if self.is_writing else super().rollback()

    def close(self) -> None:
        """Close both connections."""
        self.writer.close()
        super().close()
