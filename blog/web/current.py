"""Access to the settings and the clock of the running application."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app

from blog.settings import Settings


def current_settings() -> Settings:
    """Return the settings of the running application."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def current_time() -> datetime:
    """Return the current time by the application's clock, which tests replace."""
    clock: Callable[[], datetime] = current_app.extensions["clock"]
    return clock()
