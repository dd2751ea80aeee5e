"""Keep what a moderator wrote in a form after its session ended, until the next sign-in.

It is kept in hidden fields of the sign-in form and nowhere on the server. After signing in, the
view of the form runs with what was written, but without a token of the new session. It therefore
changes nothing, and responds as to every expired form: with the form as it was, and a new token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask import Response, abort, current_app, make_response, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from blog.db.ids import read_id
from blog.desk.account.signing_in import find_token_owner
from blog.text.language import gettext as _

# The fields in which moderators write, in all forms of the desk.
WORDS = (
    *("body", "reason", "reason_words", "pattern", "note"),
    *("title", "summary", "rating", "watch_if", "skip_if", "tags", "author", "language"),
    *("part", "slug", "trailer", "published", "updated"),
    *("time_zone", "byline", "name", "biography"),
)
# These are never kept.
SECRETS = ("csrf_token", "password", "current", "new", "again")

# The view of every URL under /admin that no other view has.
UNKNOWN = "admin.not_found"
# The names of the hidden fields. The colon separates them from the names of the kept fields.
_PATH, _WRITER, _FIELD = "unsent_path", "unsent_writer", "unsent:"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsentForm:
    """A form that was sent without a session: its URL path, its fields, and who wrote in it."""

    path: str
    writer_id: int
    fields: Sequence[tuple[str, str]]

    @classmethod
    def sent(cls) -> Self | None:
        """Return the form of this request, None if it has no words or it is unknown whose it is.

        Responds with 413 to a form that is too large to be kept, such as one with pictures.
        """
        try:
            form = request.form
        except RequestEntityTooLarge:
            abort(
                413,
                _("You are signed out. Open another tab, sign in, then go back and send again."),
            )
        writer_id = find_token_owner(form.get("csrf_token", ""))
        if writer_id is None or not any(map(form.get, WORDS)):
            return None
        fields = [pair for pair in form.items(multi=True) if pair[0] not in SECRETS]
        return cls(path=request.path, writer_id=writer_id, fields=fields)

    @classmethod
    def carried(cls) -> Self | None:
        """Return the form in the hidden fields of a sent sign-in form, None if there is none."""
        form = request.form
        path, writer_id = form.get(_PATH, ""), read_id(form.get(_WRITER, ""))
        if writer_id is None:
            return None
        fields = [
            (name.removeprefix(_FIELD), value)
            for name, value in form.items(multi=True)
            if name.startswith(_FIELD) and name.removeprefix(_FIELD) not in SECRETS
        ]
        return cls(path=path, writer_id=writer_id, fields=fields)

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """Return the names and values of the hidden fields of the sign-in form."""
        kept = [(f"{_FIELD}{name}", value) for name, value in self.fields]
        return [(_PATH, self.path), (_WRITER, str(self.writer_id)), *kept]

    def show_again(self, *, reader_id: int) -> Response | None:
        """Return the response of the form's own view, which reads the kept fields as if sent now.

        Returns None if the form has no view, or if somebody else wrote in it, who alone may see it.
        """
        view = find_view(self.path, "POST")
        if view is None or reader_id != self.writer_id:
            return None
        endpoint, values = view
        request.form = ImmutableMultiDict(self.fields)
        response = make_response(current_app.view_functions[endpoint](**values))
        if response.status_code == 422:
            # The sign-in succeeded, and browsers offer to store a password only after a success.
            response.status_code = 200
        return response


def find_view(path: str, method: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the endpoint and the arguments of the desk's view at a URL path, None without one."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    is_view = endpoint.startswith("admin.") and endpoint != UNKNOWN
    return (endpoint, values) if is_view else None
