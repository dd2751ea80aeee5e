"""Commands that store pictures, name them in drafts, and delete those that nothing shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import delete, select

from blog.db.engine import db
from blog.pictures.models import DraftPicture, Picture
from blog.pictures.queries import is_unused, list_draft_pictures


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFile:
    """A picture whose files are stored; the model Picture explains the fields."""

    source_hash: str
    width: int
    height: int
    renditions: list[list[int | str]]
    hue: int | None

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """Return what is stored of a picture."""
        return cls(
            source_hash=picture.source_hash,
            width=picture.width,
            height=picture.height,
            renditions=picture.renditions,
            hue=picture.hue,
        )


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


def name_picture(
    *, draft_id: int, name: str, picture_id: int, moderator_id: int, now: datetime
) -> None:
    """Let the text of a draft name a picture so; another one with that name gives way."""
    row = db.session.get(DraftPicture, (draft_id, name)) or DraftPicture(
        draft_id=draft_id, name=name
    )
    row.picture_id, row.added_by_id = picture_id, moderator_id
    # One that takes another's name keeps its place in the list.
    row.added_at = row.added_at or now
    db.session.add(row)
    db.session.flush()  # The next name must be another.


def forget_name(*, draft_id: int, name: str) -> bool:
    """Take a picture out of a draft, and return whether it was there; the picture stays stored."""
    this = (DraftPicture.draft_id == draft_id, DraftPicture.name == name)
    gone = delete(DraftPicture).where(*this).returning(DraftPicture.name)
    return db.session.execute(gone).first() is not None


def follow_file(*, draft_id: int, pictures: Mapping[str, Picture]) -> None:
    """Let a draft's names lead to the pictures of its file, given by their paths, which came later.

    Paths that the draft does not have are left alone.
    """
    for row in list_draft_pictures(draft_id=draft_id):
        row.picture = pictures.get(row.path, row.picture)


def remove_unused_pictures(picture_ids: Collection[int]) -> list[str]:
    """Delete those of these pictures that are shown nowhere; return the names of unused files.

    Whoever calls this deletes those files after the transaction (`remove_files`).
    """
    unused = db.session.execute(
        delete(Picture)
        .where(Picture.id.in_(picture_ids), is_unused())
        .returning(Picture.renditions)
    ).scalars()
    names = {str(name) for renditions in unused for _width, name in renditions}
    # Two different source files may have produced the same picture file.
    kept = db.session.execute(select(Picture.renditions)).scalars()
    return sorted(names - {str(name) for renditions in kept for _width, name in renditions})
