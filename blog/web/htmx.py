"""All that is known here of htmx's headers.

htmx-flask 0.1.0 was written for htmx 2: its request class is right about `bool(request.htmx)`, its
`make_response` about HX-Redirect and HX-Retarget; what htmx 4 added is written here.
"""

from flask import Flask, Response, request
from htmx_flask import Htmx, make_response


def init_app(app: Flask) -> None:
    """Let every request know whether htmx sent it."""
    Htmx(app)


def is_htmx() -> bool:
    """Tell whether htmx sent the request, for a part of a page or for a whole one."""
    return bool(request.htmx)  # type: ignore[attr-defined]  # htmx-flask's request class has it.


def wants_fragment() -> bool:
    """Tell whether the answer will stand inside a page that is already open."""
    return is_htmx() and request.headers.get("HX-Request-Type") == "partial"


def redirect_page(url: str) -> Response:
    """Send the whole page elsewhere; a 303 would be followed inside and put into the page."""
    response: Response = make_response("", redirect=url)
    return response


def send_to(response: Response, *, target: str, select: str) -> Response:
    """Put what `select` finds in the answer into `target`, whatever the asking element wanted.

    Without the selection a link that selects a part of a page would find nothing in the answer and
    put that nothing in its own place.
    """
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Reselect"] = select
    return response
