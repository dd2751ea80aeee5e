"""/readyz, /metrics, and the page that answers the test request of `doctor`."""

import hmac
from dataclasses import asdict

from flask import Blueprint, Response, abort, jsonify, make_response, request

from blog.monitoring.forwarding import describe_arrival, is_genuine
from blog.monitoring.readiness import find_unready
from blog.site.monitoring.metrics import render_metrics
from blog.web.current import current_settings, current_time

blueprint = Blueprint("monitoring", __name__)

PLAIN = "text/plain; charset=utf-8"
# Of Prometheus's text format.
METRICS = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/readyz")
def ready() -> Response:
    """Respond with 200 if the site is ready, else with 503 and the name of what is not."""
    unready = find_unready(settings=current_settings(), now=current_time())
    return _plain(f"{unready}\n" if unready else "ok\n", 503 if unready else 200)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Respond with the metrics to whoever sends the token; 404 if no token is set."""
    token = current_settings().metrics_token or abort(404)
    if not hmac.compare_digest(_bearer(), token.encode()):
        response = _plain("The token is missing or wrong.\n", 401)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    response = make_response(render_metrics(now=current_time()))
    response.headers["Content-Type"] = METRICS
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/monitoring/forwarding")
def forwarding() -> Response:
    """Tell `doctor` what arrived of its test request; 404 for anybody else."""
    token = _bearer().decode(errors="replace")
    secret_key = current_settings().secret_key
    if not is_genuine(token, secret_key=secret_key, now=current_time()):
        abort(404)
    arrived = describe_arrival(
        forwarded=request.headers.getlist("X-Forwarded-For"),
        sender=request.remote_addr or "",
        is_secure=request.is_secure,
    )
    return jsonify(asdict(arrived))


def _bearer() -> bytes:
    """Return the token of the Authorization header, empty without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip().encode() if scheme.lower() == "bearer" else b""


def _plain(text: str, status: int) -> Response:
    headers = {"Content-Type": PLAIN, "Cache-Control": "no-store"}
    return make_response(text, status, headers)
