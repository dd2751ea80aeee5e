"""flask --app wsgi review import | check."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from blog.db.transactions import write
from blog.manuscripts.front_matter import BadReviewFileError
from blog.manuscripts.importing import read_review
from blog.reviews.commands import Manuscript, PictureFile, preview, publish
from blog.reviews.queries import list_pictures
from blog.web.current import current_settings, current_time

group = AppGroup("review", help="Import reviews from Markdown files.")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_reviews(files: tuple[Path, ...]) -> None:
    """Publish reviews from Markdown FILES with front matter; bad files are reported and skipped."""
    _for_each(files, lambda manuscript: write(publish, manuscript=manuscript)[1])


@group.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_reviews(files: tuple[Path, ...]) -> None:
    """Report what `review import` would do with FILES, and change nothing."""
    _for_each(files, lambda manuscript: preview(manuscript=manuscript), is_trial=True)


def _for_each(
    files: tuple[Path, ...], act: Callable[[Manuscript], str], *, is_trial: bool = False
) -> None:
    """Read each file, call `act` with its review, print the result; exit with 1 if any is bad."""
    failed = 0
    media_dir = current_settings().media_dir
    for path in files:
        try:
            manuscript = read_review(path, media_dir, known_pictures, is_trial=is_trial)
        except BadReviewFileError as error:
            failed += 1
            click.echo(str(error), err=True)
            continue
        click.echo(f"{path}: {act(manuscript)}: {_describe_address(manuscript)}")
    if failed:
        sys.exit(1)


def _describe_address(manuscript: Manuscript) -> str:
    """Return the path of a review's page, with "draft" or "scheduled" if not public yet."""
    address, published_at = f"/reviews/{manuscript.slug}", manuscript.published_at
    if published_at is None:
        return f"draft: {address}"
    if published_at > current_time():
        time = published_at.isoformat(sep=" ", timespec="minutes")
        return f"scheduled: {address}, public from {time}"
    return address


def known_pictures(hashes: list[str]) -> dict[str, PictureFile]:
    """Return the stored pictures with these source hashes, by their source hash."""
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
