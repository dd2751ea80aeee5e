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

group = AppGroup("bench", help="Many comments, to measure the site with.")


@group.command("load")
@click.argument("number")
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the comments say, one a line, in place of made-up words.",
)
@click.option("--force", is_flag=True, help="Even among readers' own comments.")
def bench_load(number: str, *, texts: Path | None, force: bool) -> None:
    """Load NUMBER comments, a tenth of them waiting; `demo clear` takes them away."""
    count = _read_number(number)
    if is_new():
        fail("The database is empty. `flask --app wsgi setup` makes it ready.")
    if has_readers_comments() and not force:
        fail(
            "This database holds comments that are neither the demo's nor the bench's, so nothing"
            " was loaded. Set DATABASE_URL to another one; --force loads all the same."
        )
    try:
        with click.progressbar(length=count, label="Loading") as bar:
            for loaded in load_bench(count=count, write=write, now=current_time(), texts=texts):
                bar.update(loaded)
    except DemoReviewError as error:
        fail(f"A review that is not the bench's stands at /reviews/{error}. Use another database.")
    except OSError as error:
        fail(f"--texts: {texts} cannot be read: {error.strerror}.")
    except ValueError:
        fail(f"--texts: no line of {texts} is long enough to be a comment.")
    click.echo(f"{count:,} comments loaded; {count_waiting(count):,} of them wait.")


def _read_number(given: str) -> int:
    digits = given.replace(",", "").replace("_", "")
    count = read_number(digits, least=1, most=LARGEST)
    if count is None:
        fail(f"NUMBER is a whole number from 1 to {LARGEST:,}; this is {given[:40]!r}.")
    return count
