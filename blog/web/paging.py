"""Read the requested page of a list from the URL."""

from flask import abort, request

from blog.db.paging import BadCursorError, Cursor


def requested_cursor() -> Cursor | None:
    """Return the cursor in the parameter `after`, or None; raise 404 for an invalid cursor."""
    try:
        return Cursor.parse(request.args.get("after"))
    except BadCursorError:
        abort(404)
