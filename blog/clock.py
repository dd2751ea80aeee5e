"""The time; who needs it in an application asks blog.web.current, where a test can set it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
