"""flask --app wsgi bench load N."""

from pathlib import Path

import click
from flask.cli import AppGroup

from blog.bench.loading import LARGEST, count_waiting, load_bench
from blog.bench.queries import has_readers_comments
from blog.cli.faults import fail
from blog.db.health import is_new
from blog.db.transactions import write
from blog.reviews.commands import DemoReviewError
from blog.text.numbers import read_number
from blog.web.current import current_time

group = AppGroup("bench", help="Load many comments to measure the site's speed.")


@group.command("load")
@click.argument("number")
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with the texts of the comments, one a line; default: random words.",
)
@click.option("--force", is_flag=True, help="Load even if there are comments by readers.")
def bench_load(number: str, *, texts: Path | None, force: bool) -> None:
    """Load NUMBER comments, a tenth of them waiting; `demo clear` deletes them."""
    count = _read_number(number)
    if is_new():
        fail("The database is empty. Run `flask --app wsgi setup` first.")
    if has_readers_comments() and not force:
        fail(
            "Nothing was loaded: this database has comments by readers. Set DATABASE_URL to another"
            " database, or add --force."
        )
    try:
        with click.progressbar(length=count, label="Loading") as bar:
            for loaded in load_bench(count=count, write=write, now=current_time(), texts=texts):
                bar.update(loaded)
    except DemoReviewError as error:
        fail(f"Your own review is at /reviews/{error}. Use another database.")
    except OSError as error:
        fail(f"--texts: {texts} cannot be read: {error.strerror}.")
    except ValueError:
        fail(f"--texts: no line of {texts} has a visible character.")
    click.echo(f"{count:,} comments loaded, {count_waiting(count):,} of them waiting.")


def _read_number(given: str) -> int:
    digits = given.replace(",", "").replace("_", "")
    count = read_number(digits, least=1, most=LARGEST)
    if count is None:
        fail(f"NUMBER must be a whole number from 1 to {LARGEST:,}, not {given[:40]!r}.")
    return count
