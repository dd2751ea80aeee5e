"""Queries for pictures."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, select

from blog.db.engine import db
from blog.db.types import Base
from blog.pictures.models import DraftPicture, Picture


def list_pictures(*, hashes: Sequence[str]) -> dict[str, Picture]:
    """Return the stored pictures with these source hashes, by their source hash."""
    rows = db.session.execute(select(Picture).where(Picture.source_hash.in_(hashes))).scalars()
    return {picture.source_hash: picture for picture in rows}


def list_draft_pictures(*, draft_id: int) -> Sequence[DraftPicture]:
    """Return the pictures that were added to a draft, in the order in which they came."""
    query = select(DraftPicture).where(DraftPicture.draft_id == draft_id)
    query = query.order_by(DraftPicture.added_at, DraftPicture.name)
    return db.session.execute(query.execution_options(populate_existing=True)).scalars().all()


def find_picture(*, picture_id: int) -> Picture | None:
    """Return the picture with this id, or None."""
    return db.session.get(Picture, picture_id)


def is_unused() -> ColumnElement[bool]:
    """Return the SQL condition for a picture to which no row of another table refers.

    A feature that shows pictures has such a column, so this function need not know the feature.
    """
    used = (select(column).where(column.is_not(None)) for column in _referring_columns())
    return and_(*(Picture.id.not_in(query) for query in used))


def list_library(*, before: int | None, is_unused_only: bool, size: int) -> Sequence[Picture]:
    """Return stored pictures, the newest first, from before the one with the id `before` on."""
    query = select(Picture).order_by(Picture.id.desc()).limit(size)
    if before is not None:
        query = query.where(Picture.id < before)
    if is_unused_only:
        query = query.where(is_unused())
    return db.session.execute(query).scalars().all()


def list_names(*, picture_ids: Sequence[int]) -> Sequence[DraftPicture]:
    """Return in which drafts, and by which names, these pictures can be named."""
    query = select(DraftPicture).where(DraftPicture.picture_id.in_(picture_ids))
    query = query.order_by(DraftPicture.added_at, DraftPicture.draft_id)
    return db.session.execute(query).scalars().all()


def _referring_columns() -> Iterator[ColumnElement[int]]:
    """Yield every column of the database that refers to a picture."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "pictures.id" for key in column.foreign_keys):
                yield column
