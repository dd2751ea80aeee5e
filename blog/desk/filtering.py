"""What the pages of the desk read from their addresses, and from forms in the same spelling."""

from collections.abc import Collection, Iterable, Mapping

from blog.comments.models import Seen
from blog.db.ids import read_id, read_version
from blog.db.paging import BadCursorError, Cursor
from blog.text.language import gettext as _


class BadFilterError(ValueError):
    """Say which part of the address makes no sense, and what would."""


def read_choice(name: str, given: Mapping[str, str], allowed: Collection[str]) -> str | None:
    """Return the one of the allowed values that is asked for. Raises BadFilterError."""
    value = given.get(name, "")
    if not value:
        return None
    if value not in allowed:
        values = ", ".join(allowed)
        raise BadFilterError(_("%(name)s is one of %(values)s.", name=name, values=values))
    return value


def read_cursor(name: str, given: Mapping[str, str]) -> Cursor | None:
    """Return after which row of a list the address asks for more. Raises BadFilterError."""
    try:
        return Cursor.parse(given.get(name))
    except BadCursorError:
        fault = _("%(name)s names no page of this list. Begin at the first.", name=name)
        raise BadFilterError(fault) from None


def read_seen(text: str) -> Seen | None:
    """Return the comment and the version that a page names as "id.version", None for no such."""
    number, _dot, counted = text.partition(".")
    comment_id, version = read_id(number), read_version(counted)
    return Seen(comment_id, version) if comment_id and version else None


def write_seen(comments: Iterable[Seen]) -> str:
    """Name comments and their versions as `read_seen` takes them, with commas between."""
    return ",".join(f"{seen.comment_id}.{seen.version}" for seen in comments)
