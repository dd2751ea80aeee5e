"""Queries for pictures."""

from collections.abc import Sequence

from sqlalchemy import select

from blog.db.engine import db
from blog.pictures.models import Picture


def list_pictures(*, hashes: Sequence[str]) -> dict[str, Picture]:
    """Return the stored pictures with these source hashes, by their source hash."""
    rows = db.session.execute(select(Picture).where(Picture.source_hash.in_(hashes))).scalars()
    return {picture.source_hash: picture for picture in rows}
