"""Deleting pictures that nothing shows."""

from blog.db.engine import db
from blog.db.transactions import write
from blog.pictures.commands import PictureFile, remove_unused_pictures, store_picture
from blog.pictures.models import Picture
from tests.builders import make_review, make_reviewer
from tests.databases import on_both


def describe(name: str) -> PictureFile:
    """Return a picture whose files have this name, as if they were stored."""
    files = [[64, f"{name}.webp"], [64, f"{name}.avif"]]
    return PictureFile(source_hash=name, width=64, height=48, renditions=files, hue=None)


@on_both
def test_a_picture_is_kept_while_any_table_refers_to_it(app):
    first, second, portrait, unused = (describe(name) for name in ("a", "b", "c", "d"))
    make_review(pictures=[first, second])
    make_reviewer(picture=portrait)
    write(store_picture, file=unused)
    everything = [picture.id for picture in db.session.query(Picture)]
    assert write(remove_unused_pictures, picture_ids=everything) == ["d.avif", "d.webp"]
    kept = {picture.source_hash for picture in db.session.query(Picture)}
    assert kept == {"a", "b", "c"}
