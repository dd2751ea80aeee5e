"""Commands that store pictures, and delete those that nothing shows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select

from blog.db.engine import db
from blog.db.types import Base
from blog.pictures.models import Picture


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFile:
    """A picture whose files are stored; the model Picture explains the fields."""

    source_hash: str
    width: int
    height: int
    renditions: list[list[int | str]]
    hue: int | None


def store_picture(file: PictureFile) -> Picture:
    """Add a picture to the database, or update the picture from the same source file."""
    known = db.session.execute(
        select(Picture).where(Picture.source_hash == file.source_hash)
    ).scalar_one_or_none()
    picture = known or Picture(source_hash=file.source_hash)
    picture.width, picture.height = file.width, file.height
    picture.renditions, picture.hue = file.renditions, file.hue
    db.session.add(picture)
    db.session.flush()  # The review needs the picture's id.
    return picture


def remove_unused_pictures(picture_ids: Collection[int]) -> list[str]:
    """Delete those of these pictures that are shown nowhere; return the names of unused files.

    A picture is shown if a row of any table refers to it by a foreign key. A feature that shows
    pictures has such a column, so this function need not know the feature.
    """
    shown = (select(column).where(column.in_(picture_ids)) for column in _referring_columns())
    unused = db.session.execute(
        delete(Picture)
        .where(Picture.id.in_(picture_ids), *(Picture.id.not_in(query) for query in shown))
        .returning(Picture.renditions)
    ).scalars()
    names = {str(name) for renditions in unused for _width, name in renditions}
    # Two different source files may have produced the same picture file.
    kept = db.session.execute(select(Picture.renditions)).scalars()
    return sorted(names - {str(name) for renditions in kept for _width, name in renditions})


def _referring_columns() -> Iterator[ColumnElement[int]]:
    """Yield every column of the database that refers to a picture."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "pictures.id" for key in column.foreign_keys):
                yield column
