"""Let readers download and delete all comments that their browser has sent."""

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
from blog.site.browser import delete_owner_cookies, owner_token
from blog.submissions.submission import hash_token
from blog.text.language import gettext as _
from blog.web.current import current_settings, current_time
from blog.web.htmx import is_htmx, redirect_page
from blog.web.links import SiteLinks

blueprint = Blueprint("privacy", __name__)

FILE_NAME = "my-comments.json"


@blueprint.get("/reviews/comments/mine.json")
def download() -> Response:
    """Send a JSON file with all data about the comments that this browser has sent."""
    owner_hash, holdings = _owner_hash(), Holdings(comments=[], messages=[])
    if owner_hash is not None:
        holdings = get_holdings_of_browser(owner_hash=owner_hash)
    data = collect(holdings, email=None, links=SiteLinks(), now=current_time())
    text = json.dumps(data, ensure_ascii=False, indent=2)
    response = make_response(f"{text}\n")
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@blueprint.post("/reviews/comments/mine/erasure")
def destroy() -> AnyResponse:
    """Delete all comments that this browser has sent, if the reader has confirmed the deletion."""
    owner_hash = _owner_hash()
    if request.form.get("sure") != "y":
        return _ask_to_confirm(owner_hash)
    if owner_hash is not None:
        message_ids = write(erase_browser, owner_hash=owner_hash)
        erase_files(current_settings().mail_dir, message_ids=message_ids)
        truncate_log()
    url = url_for("own.index")
    return delete_owner_cookies(redirect_page(url) if is_htmx() else redirect(url, 303))


def _owner_hash() -> str | None:
    token = owner_token()
    return hash_token(token) if token else None


def _ask_to_confirm(owner_hash: str | None) -> Response:
    """Return a page that asks whether to delete the comments; for htmx, raise 422 instead."""
    if is_htmx():
        abort(422, _("Please tick the box above the button first."))
    comments = list_all_own_comments(owner_hash=owner_hash) if owner_hash else []
    return make_response(render_template("site/privacy/destroy.html", count=len(comments)), 422)
