"""The time, asked for in one place so that a test can set it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from flask import current_app


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def current_time() -> datetime:
    """Return what the running application takes for the present moment."""
    clock = cast(Callable[[], datetime], current_app.extensions["clock"])
    return clock()
