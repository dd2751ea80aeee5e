"""flask --app wsgi review import | check | render."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from blog.cli.faults import describe_os_error, fail
from blog.cli.reviews.root import group
from blog.db.transactions import write
from blog.drafts.commands import DraftDeletedError
from blog.exports.pictures import Known, known_or_exported
from blog.link_previews.refreshing import refresh_link_previews
from blog.manuscripts.facts import facts_in, list_different_facts
from blog.manuscripts.front_matter import BadReviewFileError
from blog.manuscripts.importing import read_review
from blog.manuscripts.rendering import render_again
from blog.manuscripts.reviewers import FILE_NAME, read_reviewers
from blog.pictures.commands import PictureFile
from blog.pictures.files import remove_files
from blog.pictures.queries import list_pictures
from blog.publishing.importing import EditedReviewError, import_review, preview_import
from blog.publishing.reviewers import Changes, preview_reviewers, publish_reviewers
from blog.reviewers.commands import Profile
from blog.reviews.addresses import TakenSlugError
from blog.reviews.commands import Manuscript
from blog.reviews.series import Facts
from blog.text.language import ngettext
from blog.web.current import current_settings, current_time

T = TypeVar("T")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace what was written at the desk, too.")
def import_reviews(files: tuple[Path, ...], overwrite: bool) -> None:
    """Publish the reviews in Markdown FILES or folders, and the reviewers in reviewers.yaml.

    Bad files are reported and skipped, and so are those of reviews that were edited at the desk
    since the last import, unless --overwrite is given; what they replace is kept as a revision.
    """
    slugs, is_good = _for_each(
        files,
        lambda manuscript: write(
            import_review, manuscript=manuscript, now=current_time(), overwrites=overwrite
        ),
        lambda profiles, _bylines: write(publish_reviewers, profiles=profiles),
    )
    draw_link_previews(slugs)
    sys.exit(0 if is_good else 1)


@group.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_reviews(files: tuple[Path, ...]) -> None:
    """Report what `review import` would do with FILES, and change nothing."""
    _slugs, is_good = _for_each(
        files,
        lambda manuscript: preview_import(manuscript=manuscript),
        lambda profiles, bylines: preview_reviewers(profiles=profiles, bylines=bylines),
        is_trial=True,
    )
    sys.exit(0 if is_good else 1)


@group.command("render")
def render_reviews() -> None:
    """Render the HTML of all reviews again, after a change of the markup rules; setup does it."""
    total, changed = render_texts()
    reviews = ngettext("%(num)s review rendered", "%(num)s reviews rendered", total)
    click.echo(f"{reviews}, {changed:,} changed.")


def render_texts() -> tuple[int, int]:
    """Render reviews and biographies again; return how many reviews there are and how many changed.

    Prints which reviews have to be imported again.
    """
    total, changed, unclear = render_again(write=write)
    for slug in unclear:
        click.echo(
            f"/reviews/{slug} is not rendered again, as its pictures cannot be told apart."
            " Import it again.",
            err=True,
        )
    return total, changed


def draw_link_previews(slugs: Sequence[str] | None = None) -> int:
    """Draw the missing pictures of links to these reviews, or to all; return how many.

    If some cannot be stored, print why and go on: a page without one shows the review's first.
    """
    settings = current_settings()
    drawn, fault = refresh_link_previews(
        write=write, media_dir=settings.media_dir, site_name=settings.site_name, slugs=slugs
    )
    if fault:
        click.echo(
            "Some pictures that other sites show beside a link cannot be stored in"
            f" {settings.media_dir}: {fault}.",
            err=True,
        )
    return drawn


def _for_each(
    given: tuple[Path, ...],
    act: Callable[[Manuscript], str],
    act_on_reviewers: Callable[[list[Profile], dict[str, str]], Changes],
    *,
    is_trial: bool = False,
) -> tuple[list[str], bool]:
    """Read each file, call `act` or `act_on_reviewers` with its content, and print what it says.

    Reviewers come last and all at once, since those whom no review names are deleted; their
    function also takes the bylines of the reviews by slug. Prints the warnings, too.
    Returns the slugs of the reviews, and whether all files are good.
    """
    media_dir = current_settings().media_dir
    reviews, reviewer_files = _list_files(given)
    bylines: dict[str, str] = {}
    facts: dict[str, Facts] = {}
    paths: dict[str, Path] = {}
    is_good = True
    for path in reviews:
        known = _known_beside(path, is_trial)
        read = partial(read_review, path, media_dir, known, is_trial=is_trial)
        if (manuscript := _read(path, read)) is None:
            is_good = False
            continue
        try:
            outcome = act(manuscript)
        except TakenSlugError as error:
            click.echo(f"{path}: slug: {_explain_taken_slug(error)}", err=True)
            is_good = False
            continue
        except EditedReviewError as error:
            click.echo(f"{path}: {_explain_edited(error)}", err=True)
            is_good = False
            continue
        except DraftDeletedError:
            click.echo(f"{path}: {_explain_deleted(manuscript.slug)}", err=True)
            is_good = False
            continue
        bylines[manuscript.slug] = manuscript.byline
        facts[manuscript.slug] = facts_in(manuscript)
        paths[manuscript.slug] = path
        click.echo(f"{path}: {outcome}: {_describe_address(manuscript)}")
        for warning in manuscript.warnings:
            click.echo(f"{path}: {warning}", err=True)
    for slug, other, keys in list_different_facts(facts):
        warning = ngettext(
            "warning: drama: %(keys)s differs from /reviews/%(slug)s, a review of the same drama.",
            "warning: drama: %(keys)s differ from /reviews/%(slug)s, a review of the same drama.",
            len(keys),
            keys=", ".join(keys),
            slug=other,
        )
        click.echo(f"{paths[slug]}: {warning}", err=True)
    found: dict[Path, list[Profile]] = {}
    for path in reviewer_files:
        known = _known_beside(path, is_trial)
        read_all = partial(read_reviewers, path, media_dir, known, others=found)
        if (profiles := _read(path, partial(read_all, is_trial=is_trial))) is not None:
            found[path] = profiles
    if len(found) < len(reviewer_files):
        is_good = False
        for path in found:
            click.echo(f"{path}: skipped, because another {FILE_NAME} is bad.", err=True)
    elif found:
        everybody = [profile for profiles in found.values() for profile in profiles]
        _report(found, act_on_reviewers(everybody, bylines), media_dir)
    return list(bylines), is_good


def _read(path: Path, read: Callable[[], T]) -> T | None:
    """Return what `read` returns, or print why the file is bad and return None."""
    try:
        return read()
    except BadReviewFileError as error:
        click.echo(str(error), err=True)
    except OSError as error:
        click.echo(f"{path}: {describe_os_error(error)}.", err=True)
    return None


def _list_files(given: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """Return the reviews to read, for a folder those in it, and the reviewers' files beside."""
    reviews: list[Path] = []
    for path in given:
        if path.is_dir():
            # macOS writes a file ._a.md beside a.md.
            found = [file for file in sorted(path.glob("*.md")) if not file.name.startswith(".")]
            if not found and not (path / FILE_NAME).is_file():
                fail(f"{path}: has no review; files that end with .md are expected.")
            reviews += found
        elif path.name != FILE_NAME:
            reviews.append(path)
    beside: dict[Path, Path] = {}
    for path in given:
        file = (path if path.is_dir() else path.parent) / FILE_NAME
        if file.is_file() or file in given:
            beside.setdefault(file.resolve(), file)  # A folder may be named in two ways.
    return reviews, list(beside.values())


def _report(found: dict[Path, list[Profile]], changes: Changes, media_dir: Path) -> None:
    """Print what became of each reviewer, and delete the picture files that are not used."""
    paths = {profile.slug: path for path, profiles in found.items() for profile in profiles}
    for slug, outcome in changes.outcomes.items():
        # A deleted reviewer is in no file.
        click.echo(f"{paths.get(slug, next(iter(found)))}: {outcome}: /reviewers/{slug}")
    if fault := remove_files(changes.unused_files, media_dir):
        click.echo(
            f"Unused pictures cannot be deleted in {media_dir}: {fault}. They only take room.",
            err=True,
        )


def _explain_edited(error: EditedReviewError) -> str:
    """Return why a file is not imported over a review that was edited, and what to do."""
    edited_at, who = error.draft.edited_at, error.draft.changed_by
    when = f" on {edited_at:%Y-%m-%d %H:%M} UTC" if edited_at else ""
    by = f" by {who.name}" if who else ""
    return (
        f"was edited at the desk{when}{by}, so it is not imported. It differs in:"
        f" {', '.join(error.differences) or 'whether it is published'}. --overwrite replaces it;"
        " the words of the desk are then kept as a revision."
    )


def _explain_taken_slug(error: TakenSlugError) -> str:
    """Return why a review cannot have a slug, and what to do."""
    if error.review is None:
        return f"another review got the slug {error} at the same moment. Import this again."
    return (
        f"/reviews/{error} is a former address of /reviews/{error.review.slug} and leads there."
        f" Use the slug {error.review.slug} for that review, or choose another."
    )


def _explain_deleted(slug: str) -> str:
    """Return why a file of a deleted review is skipped, and what to do."""
    return (
        f"/reviews/{slug} is deleted at the desk, where it can be brought back."
        " Bring it back first, or choose another slug."
    )


def _describe_address(manuscript: Manuscript) -> str:
    """Return the path of a review's page, with "draft" or "scheduled" if not public yet."""
    address, published_at = f"/reviews/{manuscript.slug}", manuscript.published_at
    if published_at is None:
        return f"draft: {address}"
    if published_at > current_time():
        time = published_at.isoformat(sep=" ", timespec="minutes")
        return f"scheduled: {address}, public from {time}"
    return address


def _known_beside(path: Path, is_trial: bool) -> Known:
    """Return the function that finds pictures for a file, also those exported with it."""
    media_dir = current_settings().media_dir
    return known_or_exported(path.parent, known_pictures, media_dir=media_dir, is_trial=is_trial)


def known_pictures(hashes: list[str]) -> dict[str, PictureFile]:
    """Return the stored pictures with these source hashes, by their source hash."""
    stored = list_pictures(hashes=hashes)
    return {key: PictureFile.of(picture) for key, picture in stored.items()}
