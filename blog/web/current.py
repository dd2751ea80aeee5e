"""Access to the settings and the clock of the running application."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import current_app

from blog.settings import Settings


def current_settings() -> Settings:
    """Return the settings of the running application."""
    return cast(Settings, current_app.extensions["settings"])


def current_time() -> datetime:
    """Return the current time by the application's clock, which tests replace."""
    clock = cast(Callable[[], datetime], current_app.extensions["clock"])
    return clock()
