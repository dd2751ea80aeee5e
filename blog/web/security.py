"""Check every request (host, origin) and add the security headers to every response."""

import logging
from contextlib import suppress
from typing import Any

from flask import Flask, Request, Response, abort, g, make_response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
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
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# Readers' browsers compute proofs in a worker; without worker-src, script-src would apply.
PUBLIC_POLICY = f"{POLICY}; worker-src 'self'"
ADMIN_POLICY = f"{POLICY}; worker-src 'none'"
# The sources that reCAPTCHA's documentation requires; see allow_recaptcha.
CAPTCHA_POLICY = (
    PUBLIC_POLICY.replace(
        "script-src 'self'",
        "script-src 'self' https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
    )
    + "; frame-src https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/"
)
OWN_FRAMES = "; frame-src 'self'"
HEADERS = {
    # The scripts accept no response without it (static/js/page/requests.js): the sign-in page of a
    # wireless network must not replace a form.
    "X-Second-Lead": "1",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Feed readers and link previews on other sites load these files.
SHARED_PATHS = ("/media/", "/static/")
TWO_YEARS = 2 * 365 * 24 * 3600


class AdminSessionInterface(SecureCookieSessionInterface):
    """Flask's signed cookie sessions, for paths under /admin only."""

    def open_session(self, app: Flask, request: Request) -> Any:  # Flask names the parameter.
        """Return the session of the signed cookie under /admin, elsewhere a null session."""
        if not is_admin_path(request.path):
            return self.make_null_session(app)
        serializer = self.get_signing_serializer(app)
        assert serializer is not None, "The settings always have a secret key."
        max_age = int(app.permanent_session_lifetime.total_seconds())
        # Another subdomain may have set a second cookie of this name, but cannot sign it.
        for value in request.cookies.getlist(self.get_cookie_name(app)):
            with suppress(BadSignature):
                return self.session_class(serializer.loads(value, max_age=max_age))
        return self.session_class()

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Return whether to set the cookie: not for an unchanged session if the view skips it."""
        is_skipped = g.get("skips_session_cookie", False) and not session.modified
        return not is_skipped and super().should_set_cookie(app, session)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Return whether the request came by HTTPS; the cookie is then for HTTPS only."""
        return request.is_secure


def skip_session_cookie() -> None:
    """Do not refresh the session cookie in this response, for requests that a page sends by itself.

    Otherwise an open page would keep its session alive, and a late response could restore the
    session from before a new sign-in.
    """
    g.skips_session_cookie = True


def allow_recaptcha() -> None:
    """Allow reCAPTCHA's scripts and frames in the Content-Security-Policy of this response."""
    g.allows_recaptcha = True


def allow_being_framed() -> None:
    """Allow pages of this site to show this response in a frame."""
    g.may_be_framed = True


def allow_own_frames() -> None:
    """Allow the page of this response to show pages of this site in frames, if they allow it."""
    g.may_frame = True


def is_admin_path(path: str) -> bool:
    """Return whether a path is /admin or begins with /admin/, even if no route matches the path."""
    return path == "/admin" or path.startswith("/admin/")


def set_cookie(
    response: AnyResponse, name: str, value: str, *, days: int, path: str, httponly: bool
) -> None:
    """Set a cookie that expires after `days` days; for HTTPS only if the request came by HTTPS."""
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
    """Register the checks of every request and the security headers of every response."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way.
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0
        )
    app.session_interface = AdminSessionInterface()
    app.before_request(_refuse_unknown_host)
    app.before_request(_refuse_unreadable_url)
    app.before_request(_refuse_other_sites)
    app.before_request(_warn_about_forwarding)
    app.after_request(_add_headers)


def _refuse_unknown_host() -> Response | None:
    """Refuse a request with 400 if its host is not one of the site's trusted hosts."""
    is_named = "HTTP_HOST" in request.environ or request.environ["SERVER_PROTOCOL"] == "HTTP/1.0"
    if is_named and host_name(request.host) in current_settings().trusted_hosts:
        return None
    # Plain text, as the links of a page would lead to the refused host.
    text = _("Unknown host name. SITE_URL sets the host name of this site.")
    return make_response(f"{text}\n", 400, {"Content-Type": "text/plain; charset=utf-8"})


def _refuse_unreadable_url() -> None:
    """Refuse a URL whose query is not UTF-8 with 400, and a path with a NUL character with 404."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        abort(400, _("The part of the address after the question mark is not valid UTF-8."))
    # PostgreSQL cannot look up a NUL. Under /admin the sign-in check comes first, and the views
    # check their paths themselves.
    if "\0" in request.path and not is_admin_path(request.path):
        abort(404)


def _refuse_other_sites() -> None:
    """Respond with 403 to a POST that a page of another site sent."""
    if request.method in SAFE_METHODS:
        return
    if not _is_same_origin():
        abort(403, _("This form was sent from another site, so nothing was changed."))


def _is_same_origin() -> bool:
    """Return whether a page of this site sent the request, or no page at all.

    The first of these headers decides: `Sec-Fetch-Site`, or in older browsers `Origin`, `Referer`.
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


def forwarding_is_ignored() -> bool:
    """Return whether a proxy forwarded this request although TRUSTED_PROXIES is 0."""
    if current_settings().trusted_proxies:
        return False
    return any(name in request.headers for name in FORWARDING_HEADERS)


_warned = False


def _warn_about_forwarding() -> None:
    global _warned
    if not _warned and forwarding_is_ignored():
        _warned = True
        log.warning(
            "A forwarding header arrived and was ignored. Behind a proxy, set TRUSTED_PROXIES to"
            " the number of proxies, or all readers count as one address."
        )


def _add_headers(response: Response) -> Response:
    policy = ADMIN_POLICY if is_admin_path(request.path) else PUBLIC_POLICY
    policy = CAPTCHA_POLICY if g.get("allows_recaptcha") else policy
    headers = dict(HEADERS)
    if g.get("may_be_framed"):
        policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        del headers["X-Frame-Options"]
    if g.get("may_frame"):
        policy += OWN_FRAMES
    headers["Content-Security-Policy"] = policy
    # `setdefault` would search all headers for each of these.
    given = {name.lower() for name, _value in response.headers}
    response.headers.extend(
        (name, value) for name, value in headers.items() if name.lower() not in given
    )
    if request.path.startswith(SHARED_PATHS):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.is_secure:
        others = "; includeSubDomains" if current_settings().hsts_subdomains else ""
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}{others}"
    return response


def host_name(host: str) -> str:
    """Return a host in lower case, without its port and without the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().removesuffix(".")
