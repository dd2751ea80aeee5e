"""The clock. Views read it through blog.web.current, which a test can set to another time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
