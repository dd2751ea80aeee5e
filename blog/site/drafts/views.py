"""The page of a draft that a reviewer shared by a link with a secret token."""

from contextlib import suppress

from flask import Blueprint, Response, abort, render_template, request

from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from blog.drafts.links import find_link, note_opening
from blog.drafts.models import DraftLink
from blog.drafts.queries import find_draft
from blog.publishing.previewing import TooLongForPreviewError, explain_length, preview_of
from blog.text.language import lazy_gettext
from blog.web.current import current_time

blueprint = Blueprint("shared_drafts", __name__)

# The same whether a link expired, was revoked or never existed.
GONE = lazy_gettext("This link does not exist, or no longer. Please ask for a new one.")


@blueprint.get("/drafts/<token>")
def show(token: str) -> str:
    """Show a draft as it is saved now, to whoever has its link."""
    link = find_link(token=token, now=current_time()) or abort(404, GONE)
    draft = find_draft(draft_id=link.draft_id) or abort(404, GONE)
    try:
        review = preview_of(draft)
    except TooLongForPreviewError:
        abort(413, explain_length())
    page = render_template("site/reviews/preview.html", review=review, edit_url=None)
    _note_opening(link)
    return page


def _note_opening(link: DraftLink) -> None:
    """Note the day for whoever made the link; the only thing that a GET request ever writes."""
    today = current_time().date()
    if request.method == "GET" and link.opened_on != today:
        # Reading matters more than the note.
        with suppress(DatabaseBusyError):
            write(note_opening, link_id=link.id, day=today)


@blueprint.after_request
def _protect_token(response: Response) -> Response:
    """Keep the URL, which contains the secret token, from other sites and search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
