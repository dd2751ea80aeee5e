"""The application object that gunicorn and the flask command load."""
# ruff: noqa: E402  # Python looks for no garbage while the modules are imported.

import gc
import os
import sys

# Otherwise an eighth of the time is spent on looking, and almost nothing is found.
gc.disable()

import click

from blog import create_app
from blog.cli.upkeep.doctor import report_bad_settings
from blog.settings import Settings, SettingsError
from blog.web import logs

# Files that the site creates are private to its user: database, mail, pictures, secret key.
os.umask(0o077)

# Of the commands of `flask`, `setup` alone may create the data folder.
is_other_command = click.get_current_context(silent=True) is not None and "setup" not in sys.argv

try:
    settings = Settings.from_env(creates_folder=not is_other_command)
except SettingsError as error:
    if is_other_command and "doctor" in sys.argv:
        raise SystemExit(report_bad_settings(error.faults, is_json="--json" in sys.argv)) from None
    raise SystemExit(str(error)) from None
logs.set_up(settings)
if settings.sentry_dsn:
    from blog.web import sentry  # Only sites with a DSN have the package.

    sentry.set_up(settings.sentry_dsn)
app = create_app(settings)
# All this lives until the process ends: no search for garbage need look at it, the last one of each
# process least of all, and processes of gunicorn go on sharing its memory.
gc.freeze()
gc.enable()
