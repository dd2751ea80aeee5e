"""The cookies by which a browser shows that comments are its own."""

import re

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from blog.submissions.queries import has_own_comment
from blog.submissions.submission import TOKEN_DAYS, hash_token
from blog.web.security import set_cookie

OWNER_COOKIE = "second_lead_owner"
# Says nothing but that asking for one's own comments is worth the while.
MARKER_COOKIE = "second_lead_wrote"
COOKIE_PATH = "/reviews"
# Browsers take a cookie of such a name from this very host alone, by https, for every path: no site
# under a neighbouring name can set it. By http, and before the second release, it has no such name.
HOST_PREFIX = "__Host-"
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def owner_token() -> str | None:
    """Return the token by which this browser reaches its comments, or None."""
    return _host_token() or _plain_token()


def writing_token() -> str | None:
    """Return the token that a new comment of this browser belongs to, or None for a new one.

    By https a cookie that a neighbour could have set is not believed: it would be the neighbour
    who could change the comment.
    """
    return _host_token() if request.is_secure else _plain_token()


def former_token() -> str | None:
    """Return the token that a browser got before its cookie had a name of the host's own."""
    return _plain_token() if request.is_secure and not _host_token() else None


def remember_owner(response: AnyResponse, token: str) -> AnyResponse:
    """Let this browser, and no other, see the comment while it waits."""
    prefix, path = (HOST_PREFIX, "/") if request.is_secure else ("", COOKIE_PATH)
    for name, value, hidden in ((OWNER_COOKIE, token, True), (MARKER_COOKIE, "1", False)):
        set_cookie(response, f"{prefix}{name}", value, days=TOKEN_DAYS, path=path, httponly=hidden)
    return response


def forget_owner(response: AnyResponse) -> AnyResponse:
    """Let this browser forget that it ever wrote."""
    for name in (OWNER_COOKIE, MARKER_COOKIE):
        response.delete_cookie(name, path=COOKIE_PATH)
        if request.is_secure:
            response.delete_cookie(f"{HOST_PREFIX}{name}", path="/", secure=True)
    return response


def _host_token() -> str | None:
    given = _tokens(f"{HOST_PREFIX}{OWNER_COOKIE}") if request.is_secure else []
    return given[0] if given else None


def _plain_token() -> str | None:
    """Return the first that comments belong to, of several; a neighbour may have set another."""
    given = _tokens(OWNER_COOKIE)
    if len(given) > 1:
        proven = (token for token in given if has_own_comment(owner_hash=hash_token(token)))
        return next(proven, given[0])
    return given[0] if given else None


def _tokens(name: str) -> list[str]:
    """Return what may be tokens among the cookies of a name, up to five."""
    return [token for token in request.cookies.getlist(name)[:5] if _TOKEN.fullmatch(token)]
