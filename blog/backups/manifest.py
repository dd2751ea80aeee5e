"""What the manifest of a backup says: of which release it is, and what is in its database."""

import hashlib
import hmac
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from blog.backups.archive import BadBackupError
from blog.db.fingerprints import TableFingerprint

ROOT = Path(__file__).parents[2]
SQLITE, POSTGRESQL = "sqlite", "postgresql"
NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
# The member of each kind that has the database.
DATABASE_MEMBERS = {SQLITE: "database.sqlite3.gz", POSTGRESQL: "database.dump"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """The database of a backup: its kind, migration, tables, and its size when it is unpacked.

    `schema` is the one of PostgreSQL in which the tables are, `program` the version of pg_dump.
    `key_check` tells whether a secret key is the one of the site, without telling the key.
    """

    kind: str
    revision: str
    schema: str | None
    program: int | None
    unpacked: int
    tables: Mapping[str, TableFingerprint]
    key_check: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Return what a manifest says. Raises BadBackupError if it says something else."""
        try:
            values = manifest["contents"]
            tables = {
                str(name): TableFingerprint(int(each["count"]), str(each["sha256"]))
                for name, each in values["tables"].items()
            }
            contents = cls(**values | {"tables": tables, "unpacked": int(values["unpacked"])})
            is_known = contents.kind in NAMES and str(contents.revision).isalnum()
            is_known = is_known and isinstance(contents.program or 0, int)
        except (LookupError, TypeError, ValueError, AttributeError):
            is_known = False
        if not is_known or DATABASE_MEMBERS[contents.kind] not in manifest["members"]:
            raise BadBackupError("This is no backup of ours: its manifest lacks what it has.")
        return contents

    def as_manifest(self) -> dict[str, Any]:
        """Return the manifest that says this."""
        return {"contents": asdict(self)}

    def compare(self, revision: str, tables: Mapping[str, TableFingerprint]) -> None:
        """Raise BadBackupError unless a database is what the manifest says."""
        names = sorted({*tables, *self.tables})
        others = [name for name in names if tables.get(name) != self.tables.get(name)]
        if revision != self.revision or others:
            raise BadBackupError(
                f"The rows differ from those that were backed up: {', '.join(others) or revision}."
            )

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        found = self.tables.get(table)
        return found.count if found else 0


@cache
def read_release() -> str:
    """Return the number of this release."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def check_key(secret_key: str) -> str:
    """Return a hash of a secret key by which it is recognised."""
    return hmac.digest(secret_key.encode(), b"second-lead backup", hashlib.sha256).hex()[:16]
