"""Which page of a list an address asks for."""

from flask import abort, request

from blog.db.paging import BadCursorError, Cursor


def requested_cursor() -> Cursor | None:
    """Return the place the address asks for, or answer 404 where no page ever linked to it."""
    try:
        return Cursor.parse(request.args.get("after"))
    except BadCursorError:
        abort(404)
