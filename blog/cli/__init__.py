"""The command line, `flask --app wsgi …`, with one group of commands per feature."""

from flask import Flask

from blog.cli import bench, comments, demo, moderators, outbox, privacy, reviews, site


def init_app(app: Flask) -> None:
    """Add all commands to the application's command line."""
    for module in (reviews, demo, comments, moderators, outbox, privacy, bench):
        app.cli.add_command(module.group)
    app.cli.add_command(site.setup)
    app.cli.add_command(site.maintenance)
