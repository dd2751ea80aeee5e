"""What the running application goes by: its settings, and its clock."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import current_app

from blog.settings import Settings


def current_settings() -> Settings:
    """Return the running application's settings."""
    return cast(Settings, current_app.extensions["settings"])


def current_time() -> datetime:
    """Return what the running application takes for the present moment."""
    clock = cast(Callable[[], datetime], current_app.extensions["clock"])
    return clock()
