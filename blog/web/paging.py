"""Read the requested page of a list from the URL."""

from flask import abort, request

from blog.db.paging import BadCursorError, Cursor

PARAMETER = "after"
# The parameters on which a page of a list depends, for `cache_publicly`.
PAGED = (PARAMETER,)


def requested_cursor() -> Cursor | None:
    """Return the cursor in the parameter `after`, or None; raise 404 for an invalid cursor."""
    try:
        return Cursor.parse(request.args.get(PARAMETER))
    except BadCursorError:
        abort(404)
