"""Table: pictures that are stored."""

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id


class Picture(Base):
    """A stored picture: the hash of its source, its size in pixels, its files in several widths.

    A picture to which no row of another table refers may be deleted.
    """

    __tablename__ = "pictures"

    id: Mapped[Id] = mapped_column(primary_key=True)
    source_hash: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    # [[width in pixels, file name], …], the smallest first; a file is named by its content.
    renditions: Mapped[list[list[int | str]]] = mapped_column(JSON)
    # The dominant hue, 0 to 23 in steps of 15 degrees; None for a grey picture.
    hue: Mapped[int | None]

    @property
    def largest(self) -> str:
        """Return the file name of the largest rendition."""
        return str(self.renditions[-1][1])
