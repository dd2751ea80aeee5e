"""flask --app wsgi review export | list."""

import json
import sys
from pathlib import Path

import click

from blog.cli.faults import describe_os_error, fail
from blog.cli.reviews.root import group
from blog.exports.exporting import Exported, export_reviews
from blog.exports.folder import DRAFTS, UnusableFolderError, fill_folder
from blog.exports.queries import Listed, list_all, list_ids, list_unknown
from blog.text.language import ngettext
from blog.web.current import current_settings, current_time


@group.command("export")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--all", "is_all", is_flag=True, help="Export all reviews, and the reviewers.")
def export(slugs: tuple[str, ...], folder: Path, *, is_all: bool) -> None:
    """Write reviews into the empty or new folder DIR, as files that `review import` reads.

    Their pictures are in it, and in its folder "drafts" what is written but not published.
    """
    if is_all == bool(slugs):
        fail("Name the slugs of reviews, or add --all to export all of them.")
    if unknown := list_unknown(slugs=slugs):
        fail(f"No review has the slug {unknown[0]}. `flask --app wsgi review list` lists them.")
    chosen = None if is_all else slugs
    if not list_ids(slugs=chosen):
        fail("There is no review. Reviews of the demo are exported by their slugs only.")
    media_dir = current_settings().media_dir
    found: list[Exported] = []
    try:
        fill_folder(
            folder,
            lambda root: found.append(export_reviews(root, slugs=chosen, media_dir=media_dir)),
        )
    except UnusableFolderError as error:
        fail(str(error))
    except OSError as error:
        fail(f"Nothing was exported: {describe_os_error(error)}.")
    for problem in found[0].problems:
        click.echo(problem, err=True)
    click.echo(_describe(found[0], folder))
    sys.exit(1 if found[0].problems else 0)


@group.command("list")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def list_reviews(*, is_json: bool) -> None:
    """Print the slug, state, publication time and title of all reviews and drafts."""
    listed = list_all(now=current_time())
    if is_json:
        click.echo(json.dumps([_as_json(each) for each in listed], ensure_ascii=False, indent=2))
        return
    width = max((len(each.slug) for each in listed), default=0)
    for each in listed:
        columns = (f"{each.slug or '-':<{width}}", f"{each.state:<9}", f"{_time_of(each):<22}")
        click.echo("  ".join((*columns, each.title or "-")))


def _describe(exported: Exported, folder: Path) -> str:
    reviews = ngettext("%(num)s review", "%(num)s reviews", exported.reviews)
    drafts = ngettext("%(num)s draft", "%(num)s drafts", exported.drafts)
    place = f", {drafts} to {folder / DRAFTS}" if exported.drafts else ""
    return f"{reviews} written to {folder}{place}."


def _time_of(listed: Listed) -> str:
    """Return the publication time in the reviewer's time zone: "2021-03-14 18:30+09:00"."""
    time = listed.published
    return time.isoformat(sep=" ", timespec="minutes") if time else "-"


def _as_json(listed: Listed) -> dict[str, str | int | None]:
    return {
        "id": listed.id,
        "slug": listed.slug or None,
        "state": listed.state,
        "published": listed.published.isoformat() if listed.published else None,
        "title": listed.title or None,
    }
