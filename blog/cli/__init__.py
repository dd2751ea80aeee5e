"""The command line: flask --app wsgi …; each feature's commands are one group."""

from flask import Flask

from blog.cli import bench, comments, demo, moderators, outbox, privacy, reviews, site


def init_app(app: Flask) -> None:
    """Add the commands to the command line."""
    for module in (reviews, demo, comments, moderators, outbox, privacy, bench):
        app.cli.add_command(module.group)
    app.cli.add_command(site.setup)
    app.cli.add_command(site.maintenance)
