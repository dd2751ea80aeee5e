"""flask --app wsgi demo load [--busy] | clear."""

import click
from flask.cli import AppGroup

from blog.db.transactions import write
from blog.demo.busy import load_busy
from blog.demo.loading import clear_demo, load_demo
from blog.web.current import current_settings, current_time

group = AppGroup("demo", help="Load or delete the demo's reviews and comments.")


@group.command("load")
@click.option("--busy", is_flag=True, help="Also load 300 waiting comments for moderating.")
def demo_load(*, busy: bool) -> None:
    """Load demo reviews and comments, dated relative to now."""
    now, settings = current_time(), current_settings()
    click.echo(load_demo(write=write, media_dir=settings.media_dir, now=now))
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
