"""What every request must pass and every answer carries."""

import io
import logging
from contextlib import suppress
from typing import IO, Any

from flask import Flask, Request, Response, abort, g, make_response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from gunicorn.http.errors import ParseException
from itsdangerous import BadSignature
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from blog.settings import Settings
from blog.text.language import gettext as _
from blog.web.current import current_settings

log = logging.getLogger(__name__)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FORWARDING_HEADERS = (
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
)  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Readers' browsers compute proofs in a worker. Where it is not named, scripts' own rule holds.
PUBLIC_POLICY = f"{POLICY}; worker-src 'self'"
ADMIN_POLICY = f"{POLICY}; worker-src 'none'"
# What reCAPTCHA's own documents ask for, and no more; see let_captcha_in.
CAPTCHA_POLICY = (
    PUBLIC_POLICY.replace(
        "script-src 'self'",
        "script-src 'self' https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
    )
    + "; frame-src https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Feed readers and other sites' link previews show our pictures.
SHARED_PATHS = ("/media/", "/static/")
TWO_YEARS = 2 * 365 * 24 * 3600


class AdminSessionInterface(SecureCookieSessionInterface):
    """Open a session under /admin alone; every other page is the same for everybody."""

    def open_session(self, app: Flask, request: Request) -> Any:  # Flask's own name for it.
        """Return the signed session under /admin; elsewhere one that holds nothing."""
        if not is_admin_path(request.path):
            return self.make_null_session(app)
        serializer = self.get_signing_serializer(app)
        assert serializer is not None, "The settings always have a secret key."
        max_age = int(app.permanent_session_lifetime.total_seconds())
        # A site under a neighbouring name may have set another, which only we could sign.
        for value in request.cookies.getlist(self.get_cookie_name(app)):
            with suppress(BadSignature):
                return self.session_class(serializer.loads(value, max_age=max_age))
        return self.session_class()

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Leave the cookie alone where the view asked for that and changed nothing in it."""
        is_left = g.get("leaves_session_cookie", False) and not session.modified
        return not is_left and super().should_set_cookie(app, session)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Keep the cookie to https whenever the request came that way."""
        return request.is_secure


def leave_session_cookie() -> None:
    """Let this answer not set the session's cookie again, for what a page asks by itself.

    Such an answer may arrive after one that began another session, and must not bring back the old
    one; nor does a page that lies open keep its session alive.
    """
    g.leaves_session_cookie = True


def let_captcha_in() -> None:
    """Let this answer load reCAPTCHA's scripts and frames, which no other may."""
    g.lets_captcha_in = True


def is_admin_path(path: str) -> bool:
    """Tell whether an address is one of the desk's, whatever the routes make of it."""
    return path == "/admin" or path.startswith("/admin/")


def set_cookie(
    response: AnyResponse, name: str, value: str, *, days: int, path: str, httponly: bool
) -> None:
    """Set a cookie that lasts so many days, kept to https where the request was."""
    response.set_cookie(
        name,
        value,
        max_age=days * 24 * 3600,
        path=path,
        httponly=httponly,
        secure=request.is_secure,
        samesite="Lax",
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Judge every request by its host and origin, and dress every answer."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way.
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0
        )
    app.session_interface = AdminSessionInterface()
    app.before_request(_measure_chunked_body)  # Whoever refuses after it may look at the form.
    app.before_request(_refuse_unknown_host)
    app.before_request(_refuse_unreadable_address)
    app.before_request(_refuse_other_sites)
    app.before_request(_warn_of_forwarding)
    app.after_request(_dress)


def _refuse_unknown_host() -> Response | None:
    """Answer to the site's own names only, so that no link is ever built for another."""
    is_named = "HTTP_HOST" in request.environ or request.environ["SERVER_PROTOCOL"] == "HTTP/1.0"
    if is_named and _host_name(request.host) in current_settings().trusted_hosts:
        return None
    # No page: its links and styles would lead to the name that is refused.
    words = _("This site does not answer to that host name. SITE_URL sets its own.")
    return make_response(f"{words}\n", 400, {"Content-Type": "text/plain; charset=utf-8"})


def _refuse_unreadable_address() -> None:
    """Refuse what cannot be read as text, or, with a NUL in it, not be looked up in PostgreSQL."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        abort(400, _("What stands after the question mark in the address is not UTF-8."))
    # Under /admin the guard answers first; a view there that looks up a piece of it, looks at it.
    if "\0" in request.path and not is_admin_path(request.path):
        abort(404)


def _refuse_other_sites() -> None:
    """Take what changes something only from our own pages, or from what is no page at all."""
    if request.method in SAFE_METHODS:
        return
    if not _comes_from_here():
        abort(403, _("This form was sent from another site, so nothing was changed."))


def _comes_from_here() -> bool:
    """Tell, by the first header that says it, whether our own page sent a form, or no page at all.

    Browsers send `Sec-Fetch-Site`, older ones `Origin`, the oldest `Referer`.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        referer = request.headers.get("Referer")
        if not referer:
            return True
        origin = "/".join(referer.split("/", 3)[:3])
    scheme, _, host = origin.lower().partition("://")
    has_our_scheme = scheme == "https" or not request.is_secure
    return has_our_scheme and host == request.host.lower()


def _measure_chunked_body() -> None:
    """Refuse a body that is broken, or too long though it does not say so; it would be cut."""
    environ = request.environ
    if "CONTENT_LENGTH" in environ or not environ.get("wsgi.input_terminated"):
        return
    limit = request.max_content_length or 0
    body, is_whole = _read_chunks(environ["wsgi.input"], limit + 1)
    # Whoever looks at the form from here on finds it read.
    environ["wsgi.input"] = io.BytesIO(body if is_whole else b"")
    environ["CONTENT_LENGTH"] = str(len(body) if is_whole else 0)
    if not is_whole:
        abort(400, _("The form arrived broken, so nothing was kept. Please send it again."))
    if len(body) > limit:
        abort(413)


def _read_chunks(stream: IO[bytes], size: int) -> tuple[bytes, bool]:
    """Return what a body holds, up to a size, and whether it is whole as far as it was read."""
    try:
        return stream.read(size), True
    except (ParseException, OSError):
        return b"", False


def forwarding_is_ignored() -> bool:
    """Tell whether a proxy stands before us that the settings do not know of."""
    if current_settings().trusted_proxies:
        return False
    return any(name in request.headers for name in FORWARDING_HEADERS)


_warned = False


def _warn_of_forwarding() -> None:
    global _warned
    if not _warned and forwarding_is_ignored():
        _warned = True
        log.warning(
            "A forwarding header arrived and was ignored. Behind a proxy, set TRUSTED_PROXIES to"
            " the number of proxies, or all readers count as one address."
        )


def _dress(response: Response) -> Response:
    policy = ADMIN_POLICY if is_admin_path(request.path) else PUBLIC_POLICY
    policy = CAPTCHA_POLICY if g.get("lets_captcha_in") else policy
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(SHARED_PATHS):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.is_secure:
        others = "; includeSubDomains" if current_settings().hsts_subdomains else ""
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}{others}"
    return response


def _host_name(host: str) -> str:
    """Return the host without its port; IPv6 addresses stand in brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().removesuffix(".")
