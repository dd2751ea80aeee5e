"""The application that gunicorn and the command line load."""

import os

from blog import create_app
from blog.settings import Settings

# What readers write is for nobody else on this machine: database, mail, pictures, the secret key.
os.umask(0o077)

app = create_app(Settings.from_env_or_exit())
