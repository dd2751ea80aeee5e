"""Checks that ask other servers: the site at SITE_URL, as a browser would, and the mail server."""

import http.client
import json
import socket
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from blog.environment import LOOPBACK
from blog.monitoring.findings import Examined, Finding, State
from blog.monitoring.forwarding import FORGED, FORWARDING, Arrived, judge, make_token
from blog.outbox.transports import MailServer, UnreachableError

SECONDS = 5
MOST_BYTES = 10_000
# Certificates of 90 days are renewed 30 days before their end.
FEWEST_DAYS = 2
WARNING_DAYS = 14
NO_ANSWER = (OSError, http.client.HTTPException, ValueError)
SITE, CERTIFICATE = "site", "certificate"


class _FollowNothing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Do not follow the redirect, so that the response raises HTTPError."""


# Without a proxy of the environment, which readers do not use.
_opener = urllib.request.build_opener(_FollowNothing, urllib.request.ProxyHandler({}))


def check_site(examined: Examined) -> list[Finding]:
    """Check that the site answers at SITE_URL, and what its proxy does with requests."""
    url = examined.settings.site_url
    try:
        with _ask(f"{url}/healthz") as response:
            answer, headers = response.read(MOST_BYTES), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return [_fail(f"{url}/healthz answers with status {error.code}.")]
    except NO_ANSWER as error:
        return [_fail(f"{url} does not answer this machine: {describe(error)}.")]
    if answer != b"ok\n" or headers.get("X-Second-Lead") is None:
        return [_fail(f"Another program answers at {url}, or a proxy changes the answers.")]
    found = [Finding(SITE, State.OK, f"{url} answers."), check_forwarding(examined)]
    if url.startswith("https://"):
        found += [_check_certificate(url, examined), _check_hsts(headers)]
        if urlsplit(url).port in (None, 443):
            found.append(_check_redirect(url))
    return found


def check_forwarding(examined: Examined) -> Finding:
    """Check by a test request with a forged address what the proxies pass on."""
    settings = examined.settings
    token = make_token(secret_key=settings.secret_key, now=examined.clock())
    headers = {"X-Forwarded-For": FORGED, "Authorization": f"Bearer {token}"}
    try:
        with _ask(f"{settings.site_url}/monitoring/forwarding", headers) as response:
            arrived = Arrived(**json.loads(response.read(MOST_BYTES)))
    except (*NO_ANSWER, TypeError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        return Finding(
            FORWARDING, State.UNKNOWN, f"The test request was not answered: {describe(error)}.",
            "Let the site and this command use the same release, SECRET_KEY and time.",
        )  # fmt: skip
    is_https = settings.site_url.startswith("https://")
    return judge(arrived, trusted=settings.trusted_proxies, is_https=is_https)


def check_address(examined: Examined) -> list[Finding]:
    """Check that SITE_URL, HOST and TRUSTED_PROXIES fit together."""
    settings = examined.settings
    is_https = settings.site_url.startswith("https://")
    found = []
    if not is_https and urlsplit(settings.site_url).hostname not in LOOPBACK:
        found.append(
            Finding(
                "https", State.WARNING, "SITE_URL is not https: passwords and comments can be"
                " read on the way.",
                "Put a proxy with https in front, and set SITE_URL to its https address.",
            )
        )  # fmt: skip
    if is_https and not settings.trusted_proxies:
        found.append(
            Finding(
                "proxy", State.WARNING, "SITE_URL is https, so there is a proxy in front, but"
                " TRUSTED_PROXIES is 0.",
                "Set TRUSTED_PROXIES to the number of proxies.",
            )
        )  # fmt: skip
    if examined.is_unshielded:
        found.append(
            Finding(
                "proxy", State.WARNING, f"HOST is {settings.host}, which other machines can reach,"
                " and no proxy is counted.",
                "Put a buffering proxy in front, and set HOST=127.0.0.1 and TRUSTED_PROXIES=1.",
            )
        )  # fmt: skip
    return found or [Finding("proxy", State.OK, "SITE_URL, HOST and TRUSTED_PROXIES fit together.")]


def check_mail(examined: Examined) -> Finding:
    """Check that the mail server answers; sign in nowhere and send nothing."""
    settings = examined.settings
    if settings.smtp_url is None:
        is_public = urlsplit(settings.site_url).hostname not in LOOPBACK
        return Finding(
            "mail", State.WARNING if is_public else State.OK,
            f"No mail is sent; it is saved in {settings.mail_dir}.",
            "Set SMTP_URL to send it." if is_public else "",
        )  # fmt: skip
    server = MailServer(settings.smtp_url, host=settings.mail_host)
    try:
        is_encrypted = server.greet()
    except UnreachableError as error:
        return Finding(
            "mail", State.FAILED, f"The mail server {server.place} does not answer: {error}.",
            "Check SMTP_URL, and whether this machine may connect there. Mail waits for 3 days.",
        )  # fmt: skip
    if is_encrypted or server.host in LOOPBACK:
        return Finding("mail", State.OK, f"The mail server {server.place} answers.")
    return Finding(
        "mail", State.WARNING, f"The mail server {server.place} offers no encryption.",
        "Use smtps://, or a server with STARTTLS.",
    )  # fmt: skip


def describe(error: Exception) -> str:
    """Return in words why there was no answer."""
    if isinstance(error, urllib.error.HTTPError):
        return f"status {error.code}"
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {reason.verify_message}"
    if isinstance(reason, TimeoutError):
        return f"no answer within {SECONDS} seconds"
    return (getattr(reason, "strerror", None) or str(reason) or type(reason).__name__)[:200]


def _ask(url: str, headers: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(  # noqa: S310  # SITE_URL is http or https.
        url, headers={"User-Agent": "second-lead doctor", **(headers or {})}
    )
    return _opener.open(request, timeout=SECONDS)


def _fail(sentence: str) -> Finding:
    remedy = "Check that gunicorn and the proxy run, and that SITE_URL is the proxy's address."
    return Finding(SITE, State.FAILED, sentence, remedy)


def _check_certificate(url: str, examined: Examined) -> Finding:
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or 443)
    try:
        with (
            socket.create_connection(place, timeout=SECONDS) as raw,
            ssl.create_default_context().wrap_socket(raw, server_hostname=place[0]) as secure,
        ):
            ends = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except NO_ANSWER as error:
        return Finding(CERTIFICATE, State.UNKNOWN, f"It could not be read: {describe(error)}.")
    days = (datetime.fromtimestamp(ends, UTC) - examined.clock()).days
    sentence = f"The certificate is valid for {days} more days."
    if days >= WARNING_DAYS:
        return Finding(CERTIFICATE, State.OK, sentence)
    state = State.WARNING if days >= FEWEST_DAYS else State.FAILED
    return Finding(CERTIFICATE, state, sentence, "Check that the proxy renews it.")


def _check_hsts(headers: Any) -> Finding:
    if headers.get("Strict-Transport-Security"):
        return Finding("hsts", State.OK, "Browsers are told to use https only.")
    return Finding(
        "hsts", State.WARNING, "The header Strict-Transport-Security does not arrive.",
        "Let the proxy send X-Forwarded-Proto: https, and remove no header of the site.",
    )  # fmt: skip


def _check_redirect(url: str) -> Finding:
    """Check that http on the usual port leads to https."""
    host = urlsplit(url).netloc.removesuffix(":443")
    try:
        with _ask(f"http://{host}/") as response:
            status, target = response.status, ""
    except urllib.error.HTTPError as error:
        with error:
            status, target = error.code, str(error.headers.get("Location"))
    except NO_ANSWER as error:
        status, target = 0, describe(error)
    if status in (301, 302, 303, 307, 308) and target.startswith("https://"):
        return Finding("redirect", State.OK, "http leads to https.")
    found = f"answers with status {status}" if status else f"does not answer ({target})"
    return Finding(
        "redirect", State.WARNING, f"http://{host}/ {found}, instead of leading to https.",
        "Let the proxy redirect http to https.",
    )  # fmt: skip
