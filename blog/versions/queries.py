"""Read the version of the public content."""

from sqlalchemy import Connection, select

from blog.versions.models import PUBLIC, SiteVersion, Version

_VERSION = select(SiteVersion.number, SiteVersion.token).where(SiteVersion.name == PUBLIC)


def read_version(connection: Connection) -> Version:
    """Return the current version; before the first change there is no row."""
    row = connection.execute(_VERSION).one_or_none()
    return Version(*row) if row else Version(0, "")
