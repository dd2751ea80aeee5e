"""flask --app wsgi demo load [--busy] | clear."""

import click
from flask.cli import AppGroup

from blog.demo.busy import load_busy
from blog.demo.loading import clear_demo, load_demo
from blog.web.current import current_time

group = AppGroup("demo", help="The demo: reviews and comments to try the site with.")


@group.command("load")
@click.option("--busy", is_flag=True, help="Load 300 waiting comments too, to try the desk on.")
def demo_load(*, busy: bool) -> None:
    """Load the demo; its dates are counted back from now."""
    now = current_time()
    click.echo(load_demo(now=now))
    if busy:
        click.echo(load_busy(now=now))


@group.command("clear")
def demo_clear() -> None:
    """Remove the demo and nothing else, for good."""
    click.echo(clear_demo(now=current_time()))
