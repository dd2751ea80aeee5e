"""The cookies that show which comments a browser has sent."""

import re

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from blog.submissions.queries import has_own_comment
from blog.submissions.submission import TOKEN_DAYS, hash_token
from blog.web.security import set_cookie

OWNER_COOKIE = "second_lead_owner"
# Tells the script that this browser has sent comments, which it can then load.
MARKER_COOKIE = "second_lead_wrote"
COOKIE_PATH = "/reviews"
# Browsers accept a cookie with this prefix only over HTTPS and only from this host, so another
# subdomain cannot set it. Cookies set over HTTP, and by release 0.1.0, have no prefix.
HOST_PREFIX = "__Host-"
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def owner_token() -> str | None:
    """Return the token in this browser's cookie, which gives access to its comments, or None."""
    return _host_token() or _plain_token()


def writing_token() -> str | None:
    """Return this browser's token for a new comment, or None if a new token is needed.

    Over HTTPS only the cookie with the `__Host-` prefix counts. Another subdomain may have set the
    plain cookie, and could then edit the comment.
    """
    return _host_token() if request.is_secure else _plain_token()


def former_token() -> str | None:
    """Return the token of a plain cookie that a `__Host-` cookie will replace, or None."""
    return _plain_token() if request.is_secure and not _host_token() else None


def set_owner_cookies(response: AnyResponse, token: str) -> AnyResponse:
    """Set the cookies that give this browser access to its comments, and return the response."""
    prefix, path = (HOST_PREFIX, "/") if request.is_secure else ("", COOKIE_PATH)
    for name, value, hidden in ((OWNER_COOKIE, token, True), (MARKER_COOKIE, "1", False)):
        set_cookie(response, f"{prefix}{name}", value, days=TOKEN_DAYS, path=path, httponly=hidden)
    return response


def delete_owner_cookies(response: AnyResponse) -> AnyResponse:
    """Delete the cookies that give a browser access to its comments, and return the response."""
    for name in (OWNER_COOKIE, MARKER_COOKIE):
        response.delete_cookie(name, path=COOKIE_PATH)
        if request.is_secure:
            response.delete_cookie(f"{HOST_PREFIX}{name}", path="/", secure=True)
    return response


def _host_token() -> str | None:
    given = _tokens(f"{HOST_PREFIX}{OWNER_COOKIE}") if request.is_secure else []
    return given[0] if given else None


def _plain_token() -> str | None:
    """Return the token of the plain cookie, without the `__Host-` prefix, or None.

    If another subdomain has set a second cookie, a token that owns comments is preferred.
    """
    given = _tokens(OWNER_COOKIE)
    if len(given) > 1:
        proven = (token for token in given if has_own_comment(owner_hash=hash_token(token)))
        return next(proven, given[0])
    return given[0] if given else None


def _tokens(name: str) -> list[str]:
    """Return the well-formed tokens in the first five cookies with this name."""
    return [token for token in request.cookies.getlist(name)[:5] if _TOKEN.fullmatch(token)]
