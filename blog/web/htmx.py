"""Read and write the headers of htmx.

htmx-flask 0.1.0 was written for htmx 2. Its `request.htmx` and `make_response` work with htmx 4
too; this module adds the headers that are new in htmx 4.
"""

from flask import Flask, Request, Response, request
from htmx_flask import Htmx, make_response


def init_app(app: Flask) -> None:
    """Add the attribute `htmx` to every request."""
    Htmx(app)


def is_htmx(asked: Request = request) -> bool:
    """Return whether htmx sent the request, for a part of a page or for a whole page."""
    return bool(asked.htmx)  # type: ignore[attr-defined]  # htmx-flask's request class has it.


def wants_fragment() -> bool:
    """Return whether htmx will insert the response into the open page."""
    return is_htmx() and request.headers.get("HX-Request-Type") == "partial"


def redirect_page(url: str) -> Response:
    """Return a response that makes htmx open another page.

    After a 303, htmx would insert the other page into the open page.
    """
    response: Response = make_response("", redirect=url)
    return response


def retarget(response: Response, *, target: str, select: str) -> Response:
    """Make htmx insert the part `select` of a response into `target`; both are CSS selectors.

    They override the target and the selection of the element that sent the request, which may
    select a part that the response does not contain.
    """
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Reselect"] = select
    return response
