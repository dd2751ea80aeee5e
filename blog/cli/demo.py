"""flask --app wsgi demo load [--busy] | clear."""

import click
from flask.cli import AppGroup

from blog.cli.faults import fail
from blog.cli.reviews.importing import draw_link_previews
from blog.db.transactions import write
from blog.demo.busy import load_busy
from blog.demo.loading import clear_demo, load_demo
from blog.settings import Settings
from blog.web.current import current_settings, current_time

LOAD_COMMAND = ".venv/bin/flask --app wsgi demo load"

group = AppGroup("demo", help="Load or delete the demo's reviews and comments.")


def describe_refusal(settings: Settings) -> str:
    """Return why these settings allow no demo, and what to do to load it."""
    command = f"`DEMO=1 {LOAD_COMMAND}` loads it"
    if settings.demo is None:
        return f"{settings.site_url} is a public address; {command} all the same"
    return f"DEMO is 0; {command}"


@group.command("load")
@click.option("--busy", is_flag=True, help="Also load 300 waiting comments for moderating.")
def demo_load(*, busy: bool) -> None:
    """Load demo reviews and comments, dated relative to now."""
    now, settings = current_time(), current_settings()
    if not settings.takes_demo:
        fail(f"No demo loaded: {describe_refusal(settings)}.")
    click.echo(load_demo(write=write, media_dir=settings.media_dir, now=now))
    draw_link_previews()
    if busy:
        click.echo(load_busy(write=write, secret_key=settings.secret_key, now=now))


@group.command("clear")
def demo_clear() -> None:
    """Delete the demo's reviews and comments; readers' comments on them are saved to files."""
    settings = current_settings()
    cleared = clear_demo(
        write=write, data_dir=settings.data_dir, media_dir=settings.media_dir, now=current_time()
    )
    click.echo(cleared)
