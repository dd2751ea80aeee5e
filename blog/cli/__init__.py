"""The command line, `flask --app wsgi …`, with one group of commands per feature."""

from flask import Flask

from blog.cli import (
    backups,
    bench,
    comments,
    database,
    demo,
    doctor,
    moderators,
    outbox,
    privacy,
    reviews,
    site,
)
from blog.cli.guarding import guard


def init_app(app: Flask) -> None:
    """Add all commands to the application's command line."""
    for module in (reviews, demo, comments, moderators, outbox, privacy, database, bench):
        guard(module.group)
        app.cli.add_command(module.group)
    guard(backups.group, without_database=backups.WITHOUT_DATABASE)
    app.cli.add_command(backups.group)
    guard(site.maintenance)
    app.cli.add_command(site.maintenance)
    app.cli.add_command(site.setup)  # Not guarded: it creates what the others need.
    app.cli.add_command(doctor.doctor)  # Not guarded: it says what is missing.
