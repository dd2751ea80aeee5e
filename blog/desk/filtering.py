"""Read and write query parameters and form fields of the moderators' pages."""

from collections.abc import Collection, Iterable, Mapping

from blog.comments.models import Seen
from blog.db.ids import read_id, read_version
from blog.db.paging import BadCursorError, Cursor
from blog.text.language import gettext as _


class BadFilterError(ValueError):
    """Raised when a query parameter is invalid; its message is shown to the moderator."""


def read_choice(name: str, given: Mapping[str, str], allowed: Collection[str]) -> str | None:
    """Return the value of a parameter, None if missing.

    Raises BadFilterError if the value is not one of the allowed values.
    """
    value = given.get(name, "")
    if not value:
        return None
    if value not in allowed:
        values = ", ".join(allowed)
        raise BadFilterError(_("%(name)s must be one of %(values)s.", name=name, values=values))
    return value


def read_cursor(name: str, given: Mapping[str, str]) -> Cursor | None:
    """Return the cursor in a parameter, None if missing. Raises BadFilterError if invalid."""
    try:
        return Cursor.parse(given.get(name))
    except BadCursorError:
        fault = _("%(name)s is not a page of this list. Start at the first page.", name=name)
        raise BadFilterError(fault) from None


def read_seen(text: str) -> Seen | None:
    """Parse "id.version" into a comment's id and version; return None for other text."""
    id_text, _dot, version_text = text.partition(".")
    comment_id, version = read_id(id_text), read_version(version_text)
    return Seen(comment_id, version) if comment_id and version else None


def write_seen(comments: Iterable[Seen]) -> str:
    """Return comments and their versions as "id.version", separated by commas."""
    return ",".join(f"{seen.comment_id}.{seen.version}" for seen in comments)
