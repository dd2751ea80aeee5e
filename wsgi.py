"""The application object that gunicorn and the flask command load."""

import os
import sys

import click

from blog import create_app
from blog.settings import Settings
from blog.web import logs

# Files that the site creates are private to its user: database, mail, pictures, secret key.
os.umask(0o077)

# Of the commands of `flask`, `setup` alone may create the data folder.
is_other_command = click.get_current_context(silent=True) is not None and "setup" not in sys.argv

settings = Settings.from_env_or_exit(creates_folder=not is_other_command)
logs.set_up(settings)
if settings.sentry_dsn:
    from blog.web import sentry  # Only sites with a DSN have the package.

    sentry.set_up(settings.sentry_dsn)
app = create_app(settings)
