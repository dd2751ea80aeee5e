"""Where a browser takes what it has sent with it, and has it erased."""

import json

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from blog.db.transactions import truncate_log, write
from blog.outbox.transports import erase_files
from blog.privacy.commands import erase_browser
from blog.privacy.exporting import collect
from blog.privacy.queries import Holdings, get_holdings_of_browser, list_all_own_comments
from blog.site.browser import forget_owner, owner_token
from blog.submissions.submission import hash_token
from blog.text.language import gettext as _
from blog.web.current import current_settings, current_time
from blog.web.htmx import is_htmx, redirect_page
from blog.web.links import SiteLinks

blueprint = Blueprint("privacy", __name__)

FILE_NAME = "my-comments.json"


@blueprint.get("/reviews/comments/mine.json")
def download() -> Response:
    """Give a browser what it has sent; a stranger has sent nothing."""
    owner_hash, holdings = _owner_hash(), Holdings(comments=[], messages=[])
    if owner_hash is not None:
        holdings = get_holdings_of_browser(owner_hash=owner_hash)
    held = collect(holdings, email=None, links=SiteLinks(), now=current_time())
    text = json.dumps(held, ensure_ascii=False, indent=2)
    response = make_response(f"{text}\n")
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@blueprint.post("/reviews/comments/mine/erasure")
def destroy() -> AnyResponse:
    """Erase what this browser has sent, where its owner says that they are sure."""
    owner_hash = _owner_hash()
    if request.form.get("sure") != "y":
        return _ask(owner_hash)
    if owner_hash is not None:
        letters = write(erase_browser, owner_hash=owner_hash)
        erase_files(current_settings().mail_dir, message_ids=letters)
        truncate_log()
    place = url_for("own.index")
    return forget_owner(redirect_page(place) if is_htmx() else redirect(place, 303))


def _owner_hash() -> str | None:
    token = owner_token()
    return hash_token(token) if token else None


def _ask(owner_hash: str | None) -> Response:
    """Ask on a page of its own; a page that is open shows the question already."""
    if is_htmx():
        abort(422, _("Tick the box above the button first, so that it does not happen by a slip."))
    comments = list_all_own_comments(owner_hash=owner_hash) if owner_hash else []
    return make_response(render_template("site/privacy/destroy.html", count=len(comments)), 422)
