"""Tables: pictures that are stored, and those that the text of a draft can name."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.db.types import Base, Id
from blog.versions.models import SHOWN

# Of a picture's name in a draft.
LONGEST_NAME = 100
# Of the pictures that a draft names: bench.jpg is pictures/bench.jpg in the text.
FOLDER = "pictures/"


class Picture(Base):
    """A stored picture: the hash of its source, its size in pixels, its files in several widths.

    A picture to which no row of another table refers may be deleted.
    """

    __tablename__ = "pictures"
    __table_args__ = ({"info": SHOWN},)

    id: Mapped[Id] = mapped_column(primary_key=True)
    source_hash: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    # [[width in pixels, file name], …], WebP before AVIF, the smallest first; a file is named by
    # its content. A picture that an earlier release stored has no AVIF.
    renditions: Mapped[list[list[int | str]]] = mapped_column(JSON)
    # The dominant hue, 0 to 23 in steps of 15 degrees; None for a grey picture.
    hue: Mapped[int | None]

    @property
    def webp(self) -> list[tuple[int, str]]:
        """Return the width and the name of each WebP file, the smallest first."""
        return files_of(self.renditions, "webp")

    @property
    def avif(self) -> list[tuple[int, str]]:
        """Return the width and the name of each AVIF file: those of `webp`, or none."""
        return files_of(self.renditions, "avif")

    @property
    def largest(self) -> str:
        """Return the file name of the largest WebP, for programs that read no AVIF."""
        return self.webp[-1][1]


class DraftPicture(Base):
    """A picture that the text of a draft can name: `pictures/bench.jpg` by the name bench.jpg."""

    __tablename__ = "draft_pictures"
    __table_args__ = (
        CheckConstraint(f"length(name) BETWEEN 1 AND {LONGEST_NAME}", name="name_length"),
    )

    draft_id: Mapped[Id] = mapped_column(
        ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    picture_id: Mapped[Id] = mapped_column(ForeignKey("pictures.id"), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))

    picture: Mapped[Picture] = relationship(lazy="joined")

    @property
    def path(self) -> str:
        """Return the path by which the text names the picture."""
        return f"{FOLDER}{self.name}"


def files_of(renditions: list[list[int | str]], ending: str) -> list[tuple[int, str]]:
    """Return the (width, name) of those stored files whose names have an ending."""
    return [(int(width), str(name)) for width, name in renditions if str(name).endswith(ending)]
