"""flask --app wsgi review import | check | render."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from blog.cli.faults import fail
from blog.db.transactions import write
from blog.link_previews.refreshing import refresh_link_previews
from blog.manuscripts.front_matter import BadReviewFileError
from blog.manuscripts.importing import read_review
from blog.manuscripts.rendering import render_again
from blog.manuscripts.reviewers import FILE_NAME, read_reviewers
from blog.reviews.commands import Manuscript, PictureFile, preview, publish
from blog.reviews.queries import list_pictures
from blog.reviews.reviewers import Changes, Profile, preview_reviewers, publish_reviewers
from blog.web.current import current_settings, current_time

group = AppGroup("review", help="Import reviews from Markdown files; render them again.")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_reviews(files: tuple[Path, ...]) -> None:
    """Publish the reviews in Markdown FILES or folders, and the reviewers in reviewers.yaml.

    Bad files are reported and skipped.
    """
    _for_each(
        files,
        _publish,
        lambda profiles: write(publish_reviewers, profiles=profiles),
    )


@group.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_reviews(files: tuple[Path, ...]) -> None:
    """Report what `review import` would do with FILES, and change nothing."""
    _for_each(
        files,
        lambda manuscript: preview(manuscript=manuscript),
        lambda profiles: preview_reviewers(profiles=profiles),
        is_trial=True,
    )


@group.command("render")
def render_reviews() -> None:
    """Render the HTML of all reviews again, after a change of the markup rules; setup does it."""
    total, changed = render_again(write=write)
    click.echo(f"{total} reviews rendered, {changed} changed.")


def draw_link_previews(slugs: Sequence[str] | None = None) -> int:
    """Draw the missing pictures of links to these reviews, or to all; return how many."""
    settings = current_settings()
    return refresh_link_previews(
        write=write, media_dir=settings.media_dir, site_name=settings.site_name, slugs=slugs
    )


def _publish(manuscript: Manuscript) -> str:
    """Publish a review and draw its picture; return "new", "changed" or "unchanged"."""
    _review, outcome = write(publish, manuscript=manuscript)
    draw_link_previews([manuscript.slug])
    return outcome


def _for_each(
    given: tuple[Path, ...],
    act: Callable[[Manuscript], str],
    act_on_reviewers: Callable[[list[Profile]], Changes],
    *,
    is_trial: bool = False,
) -> None:
    """Read each file, call `act` or `act_on_reviewers` with its content, and print what it says.

    Prints the warnings, too. Exits with status 1 if a file is bad.
    """
    failed = 0
    media_dir = current_settings().media_dir
    for path in _list_files(given):
        try:
            if path.name == FILE_NAME:
                profiles = read_reviewers(path, media_dir, known_pictures, is_trial=is_trial)
                _report(path, act_on_reviewers(profiles), media_dir)
                continue
            manuscript = read_review(path, media_dir, known_pictures, is_trial=is_trial)
        except BadReviewFileError as error:
            failed += 1
            click.echo(str(error), err=True)
            continue
        click.echo(f"{path}: {act(manuscript)}: {_describe_address(manuscript)}")
        for warning in manuscript.warnings:
            click.echo(f"{path}: {warning}", err=True)
    if failed:
        sys.exit(1)


def _list_files(given: tuple[Path, ...]) -> list[Path]:
    """Return the files to read: a folder stands for its reviews, reviewers come before reviews."""
    reviews: list[Path] = []
    for path in given:
        if path.is_dir():
            found = sorted(path.glob("*.md"))
            if not found and not (path / FILE_NAME).is_file():
                fail(f"{path}: has no review; files that end with .md are expected.")
            reviews += found
        elif path.name != FILE_NAME:
            reviews.append(path)
    folders = [path if path.is_dir() else path.parent for path in given]
    beside = dict.fromkeys(folder / FILE_NAME for folder in folders)
    return [path for path in beside if path.is_file() or path in given] + reviews


def _report(path: Path, changes: Changes, media_dir: Path) -> None:
    """Print what became of each reviewer, and delete the picture files that are not used."""
    for slug, outcome in changes.outcomes.items():
        click.echo(f"{path}: {outcome}: /reviewers/{slug}")
    for name in changes.unused_files:
        (media_dir / name).unlink(missing_ok=True)


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
