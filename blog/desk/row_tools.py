"""The forms, links and buttons of a row, which are the same for most rows of a page."""

import secrets
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import current_app
from markupsafe import Markup

from blog.desk.queue.row_queries import Row
from blog.web.links import url_for

# Numbers that stand for those of a row. Nobody can guess them, so no other text contains them.
_ID, _VERSION = (10**18 + secrets.randbelow(10**18) for _ in range(2))


class RowTools:
    """Renders the tools of rows: once for all rows that differ in nothing but id and version.

    It is made for one response, as `context` has the token of its forms.
    """

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context
        self._rendered: dict[tuple[object, ...], Markup] = {}

    def __call__(self, row: Row, back: str) -> Markup:
        """Return the tools of a row without copies, into which nothing was typed, as HTML."""
        comment = row.comment
        alike = {
            "status": comment.status,
            "is_spoiler": comment.is_spoiler,
            "owner_hash": bool(comment.owner_hash),
            "client_name": bool(comment.client_name),
        }
        is_open = comment.waiting_since is not None
        key = (row.state, is_open, back, *alike.values())
        if key not in self._rendered:
            stand_in = SimpleNamespace(id=_ID, version=_VERSION, **alike)
            self._rendered[key] = self._render(row, stand_in, is_open=is_open, back=back)
        html = self._rendered[key].replace(str(_ID), str(comment.id))
        return html.replace(str(_VERSION), str(comment.version))

    def _render(self, row: Row, comment: SimpleNamespace, **more: Any) -> Markup:
        values = {
            **self._context,
            **more,
            "row": row,
            "comment": comment,
            "copies": None,
            "has_wordings": False,
            "typed": {},
            "url": url_for("admin.moderation.create_decision", comment_id=comment.id),
        }
        template = current_app.jinja_env.get_template("desk/queue/_tools.html")
        return template.make_module(values).__html__()
