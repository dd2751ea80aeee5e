"""Commands that store pictures."""

from dataclasses import dataclass

from sqlalchemy import select

from blog.db.engine import db
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
