"""The application that gunicorn and the command line load."""

from blog import create_app
from blog.config import Settings

app = create_app(Settings.from_env_or_exit())
