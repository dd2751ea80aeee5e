"""The health check at /healthz."""

from flask import Blueprint, Response, abort, make_response

from blog.db.driver import log_version
from blog.db.engine import db
from blog.db.health import is_ready

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    """Respond with 200 if the database is ready, else with 503."""
    if not is_ready():
        abort(503)
    if db.engine.dialect.name == "sqlite":
        log_version()
    response = make_response("ok\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
