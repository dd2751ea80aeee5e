"""The table with the version of the site's public content."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Table
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import DERIVED, Base

# The name in the only row.
PUBLIC = "public"
# The key in a table's `info` that says that public pages show its rows.
IS_PUBLIC = "second_lead_is_public"
SHOWN = {IS_PUBLIC: True}


class Version(NamedTuple):
    """A version of the public content.

    The number orders versions. The token tells two versions apart that have one number, as after
    a backup was restored.
    """

    number: int
    token: str


class SiteVersion(Base):
    """The version of what is public; one row."""

    __tablename__ = "site_versions"
    # A copy of the database has a version of its own, which the copied rows raise.
    __table_args__ = ({"info": {DERIVED: True}},)

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    token: Mapped[str]


def is_public_table(table: object) -> bool:
    """Return whether public pages show rows of this table."""
    return isinstance(table, Table) and IS_PUBLIC in table.info
