"""The preview of a review: its page with what is saved now."""

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from blog.desk.drafts.pages import DRAFT, find_written
from blog.publishing.previewing import TooLongForPreviewError, explain_length, preview_of
from blog.web.security import allow_being_framed

blueprint = Blueprint("previews", __name__)


@blueprint.get(f"{DRAFT}/preview")
def show(draft_id: int) -> Response:
    """Show the page of a review as it is written now, also in a frame of the editor's page."""
    allow_being_framed()
    draft = find_written(draft_id).draft
    try:
        review = preview_of(draft)
    except TooLongForPreviewError:
        abort(413, explain_length())
    edit_url = url_for("admin.drafts.edit", draft_id=draft_id)
    page = render_template("site/reviews/preview.html", review=review, edit_url=edit_url)
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
