"""flask --app wsgi review import."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from blog.db.transactions import write
from blog.reviews.commands import Manuscript, PictureFile, publish
from blog.reviews.front_matter import BadReviewFileError
from blog.reviews.importing import read_review
from blog.reviews.queries import list_pictures
from blog.web.current import current_settings, current_time

group = AppGroup("review", help="Reviews.")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_reviews(files: tuple[Path, ...]) -> None:
    """Publish reviews from Markdown FILES with front matter; a bad file stops no other."""
    failed = 0
    for path in files:
        try:
            manuscript = read_review(path, current_settings().media_dir, known_pictures)
        except BadReviewFileError as error:
            failed += 1
            click.echo(str(error), err=True)
            continue
        _review, outcome = write(publish, manuscript=manuscript)
        click.echo(f"{path}: {outcome}: {_place(manuscript)}")
    if failed:
        sys.exit(1)


def _place(manuscript: Manuscript) -> str:
    """Return a review's address, and what keeps the public from it."""
    address, published_at = f"/reviews/{manuscript.slug}", manuscript.published_at
    if published_at is None:
        return f"draft: {address}"
    if published_at > current_time():
        moment = published_at.isoformat(sep=" ", timespec="minutes")
        return f"scheduled: {address}, public from {moment}"
    return address


def known_pictures(hashes: list[str]) -> dict[str, PictureFile]:
    """Describe the pictures that are stored already, by the hash of their source."""
    return {
        key: PictureFile(
            source_hash=key,
            width=picture.width,
            height=picture.height,
            renditions=picture.renditions,
            hue=picture.hue,
        )
        for key, picture in list_pictures(hashes=hashes).items()
    }
