"""The command line, `flask --app wsgi …`, with one group of commands per feature."""

from flask import Flask

from blog.cli import bench, comments, demo, moderators, outbox, privacy, reviews
from blog.cli.guarding import guard
from blog.cli.upkeep import backups, database
from blog.cli.upkeep.doctor import doctor
from blog.cli.upkeep.maintenance import maintenance
from blog.cli.upkeep.setup import setup


def init_app(app: Flask) -> None:
    """Add all commands to the application's command line."""
    for module in (reviews, demo, comments, moderators, outbox, privacy, database, bench):
        guard(module.group)
        app.cli.add_command(module.group)
    guard(backups.group, without_database=backups.WITHOUT_DATABASE)
    app.cli.add_command(backups.group)
    guard(maintenance)
    app.cli.add_command(maintenance)
    app.cli.add_command(setup)  # Not guarded: it creates what the others need.
    app.cli.add_command(doctor)  # Not guarded: it says what is missing.
