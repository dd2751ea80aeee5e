"""The cookies by which a browser shows that comments are its own."""

import re

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from blog.security import set_cookie

OWNER_COOKIE = "second_lead_owner"
# Says nothing but that asking for one's own comments is worth the while.
MARKER_COOKIE = "second_lead_wrote"
COOKIE_PATH = "/reviews"
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def owner_token() -> str | None:
    """Return the token this browser got with its first comment, or None."""
    token = request.cookies.get(OWNER_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def remember_owner(response: AnyResponse, token: str) -> AnyResponse:
    """Let this browser, and no other, see the comment while it waits."""
    for name, value, hidden in ((OWNER_COOKIE, token, True), (MARKER_COOKIE, "1", False)):
        set_cookie(response, name, value, path=COOKIE_PATH, httponly=hidden)
    return response


def forget_owner(response: AnyResponse) -> AnyResponse:
    """Let this browser forget that it ever wrote."""
    for name in (OWNER_COOKIE, MARKER_COOKIE):
        response.delete_cookie(name, path=COOKIE_PATH)
    return response
