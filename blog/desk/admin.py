"""The admin blueprint: everything under /admin, behind one guard."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from blog.desk.account.views import blueprint as accounts
from blog.desk.bulks.views import blueprint as bulk
from blog.desk.decisions.views import blueprint as moderation
from blog.desk.log.views import blueprint as log
from blog.desk.reviews.views import blueprint as reviews
from blog.desk.rules.views import blueprint as rules
from blog.web.htmx import is_htmx, redirect_page
from blog.web.security import is_admin_path

OPEN_TO_STRANGERS = {"admin.accounts.login", "admin.accounts.create_session"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.register_blueprint(accounts)
blueprint.register_blueprint(moderation)
blueprint.register_blueprint(bulk)
blueprint.register_blueprint(log)
blueprint.register_blueprint(reviews)
blueprint.register_blueprint(rules)


@blueprint.before_request
def _guard() -> AnyResponse | None:
    """Send strangers to the sign-in page, whatever they asked for."""
    if request.endpoint in OPEN_TO_STRANGERS or current_user.is_authenticated:
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    login = url_for("admin.accounts.login", next=wanted)
    return redirect_page(login) if is_htmx() else redirect(login, 303)


@blueprint.before_app_request
def _guard_odd_spellings() -> AnyResponse | None:
    """Ask strangers to sign in before routing corrects their spelling or names its methods."""
    return _guard() if is_admin_path(request.path) and request.url_rule is None else None


@blueprint.get("")
def index() -> AnyResponse:
    """Lead to the queue."""
    return redirect(url_for("admin.moderation.queue"), 303)


@blueprint.route("/", methods=METHODS, defaults={"anything": ""})
@blueprint.route("/<path:anything>", methods=METHODS)
def nothing(anything: str) -> AnyResponse:  # The route names it.
    """Answer 404 behind the guard: a stranger cannot tell which addresses exist."""
    abort(404)
