"""The application object that gunicorn and the flask command load."""

import os

from blog import create_app
from blog.settings import Settings

# Files that the site creates are private to its user: database, mail, pictures, secret key.
os.umask(0o077)

app = create_app(Settings.from_env_or_exit())
