"""flask --app wsgi demo load [--busy] | clear."""

import click
from flask.cli import AppGroup

from blog.db.transactions import write
from blog.demo.busy import load_busy
from blog.demo.loading import clear_demo, load_demo
from blog.web.current import current_settings, current_time

group = AppGroup("demo", help="The demo: reviews and comments to try the site with.")


@group.command("load")
@click.option("--busy", is_flag=True, help="Load 300 waiting comments too, to try the desk on.")
def demo_load(*, busy: bool) -> None:
    """Load the demo; its dates are counted back from now."""
    now, settings = current_time(), current_settings()
    click.echo(load_demo(write=write, media_dir=settings.media_dir, now=now))
    if busy:
        click.echo(load_busy(write=write, secret_key=settings.secret_key, now=now))


@group.command("clear")
def demo_clear() -> None:
    """Remove the demo and nothing else, for good."""
    settings = current_settings()
    cleared = clear_demo(
        write=write, data_dir=settings.data_dir, media_dir=settings.media_dir, now=current_time()
    )
    click.echo(cleared)
