"""The time. Doors ask blog.web.current, where a test can set it; features are handed it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
