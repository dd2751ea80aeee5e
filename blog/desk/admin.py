"""The admin blueprint: every page under /admin, behind one check for a signed-in moderator."""

from urllib.parse import unquote, urlsplit, urlunsplit

from flask import Blueprint, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from blog.desk.account.unsent import UnsentForm, find_view
from blog.desk.account.views import blueprint as accounts
from blog.desk.account.views import keep_unsent
from blog.desk.bulks.views import blueprint as bulk
from blog.desk.decisions.views import blueprint as moderation
from blog.desk.drafts.changing import blueprint as states
from blog.desk.drafts.pictures import blueprint as draft_pictures
from blog.desk.drafts.views import blueprint as drafts
from blog.desk.log.views import blueprint as log
from blog.desk.pictures.views import blueprint as pictures
from blog.desk.previews.links import blueprint as draft_links
from blog.desk.previews.views import blueprint as previews
from blog.desk.reviewers.views import blueprint as reviewers
from blog.desk.reviews.views import blueprint as reviews
from blog.desk.revisions.views import blueprint as revisions
from blog.desk.rules.views import blueprint as rules
from blog.web.htmx import is_htmx, redirect_page
from blog.web.security import is_admin_path

PUBLIC_ENDPOINTS = {"admin.accounts.login", "admin.accounts.create_session"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.register_blueprint(accounts)
blueprint.register_blueprint(moderation)
blueprint.register_blueprint(bulk)
blueprint.register_blueprint(log)
blueprint.register_blueprint(reviews)
blueprint.register_blueprint(reviewers)
blueprint.register_blueprint(drafts)
blueprint.register_blueprint(revisions)
blueprint.register_blueprint(states)
blueprint.register_blueprint(previews)
blueprint.register_blueprint(draft_links)
blueprint.register_blueprint(draft_pictures)
blueprint.register_blueprint(pictures)
blueprint.register_blueprint(rules)


@blueprint.before_request
def _require_sign_in() -> AnyResponse | None:
    """Let visitors who are not signed in open the sign-in page only.

    Others are redirected to it. A moderator who sent a form with words gets it at once, with the
    words; for htmx a script keeps them (static/js/desk/unsent.js).
    """
    if request.endpoint in PUBLIC_ENDPOINTS or current_user.is_authenticated:
        return None
    page = _find_page()
    unsent = UnsentForm.sent() if request.method == "POST" and not is_htmx() else None
    if unsent is not None:
        return keep_unsent(unsent, page=page)
    login = url_for("admin.accounts.login", next=page)
    return redirect_page(login) if is_htmx() else redirect(login, 303)


def _find_page() -> str | None:
    """Return the page to open after signing in: the requested page, or the page of a form.

    The page that htmx fetched a part for, or that sent a form, is in the Referer header; None if
    the header has no page of the desk.
    """
    if request.method == "GET" and not is_htmx():
        return request.full_path.rstrip("?")
    try:
        path, query = urlsplit(request.referrer or "")[2:4]
    except ValueError:
        return None
    return urlunsplit(("", "", path, query, "")) if find_view(unquote(path), "GET") else None


@blueprint.before_app_request
def _require_sign_in_for_unknown_urls() -> AnyResponse | None:
    """Require sign-in for /admin URLs that match no route.

    Otherwise the redirect or the error of the router would show a visitor which URLs exist.
    """
    return _require_sign_in() if is_admin_path(request.path) and request.url_rule is None else None


@blueprint.context_processor
def _moderator() -> dict[str, int | None]:
    """Tell every page of the desk whose it is."""
    # Flask-Login keeps here whom the guard has loaded. `current_user` would ask the database again,
    # and on the page of an error that may be what failed.
    return {"moderator_id": getattr(g.get("_login_user"), "moderator_id", None)}


@blueprint.get("")
def index() -> AnyResponse:
    """Redirect to the moderation queue."""
    return redirect(url_for("admin.moderation.queue"), 303)


@blueprint.route("/", methods=METHODS, defaults={"anything": ""})
@blueprint.route("/<path:anything>", methods=METHODS)
def not_found(anything: str) -> AnyResponse:  # Flask passes the argument by name.
    """Raise 404 for signed-in moderators; other visitors see the sign-in page at every URL."""
    abort(404)
