"""Views of the library of pictures: all that are stored, where they are used, deleting others."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import LARGEST_ID, read_id
from blog.db.transactions import write
from blog.desk.pictures.queries import list_rows
from blog.desk.pictures.removing import remove_unused_files
from blog.drafts.queries import find_draft
from blog.pictures.commands import remove_unused_pictures
from blog.pictures.queries import find_picture
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.forms import Form
from blog.web.refusals import EXPIRED, refuse

blueprint = Blueprint("pictures", __name__)

UNUSED = "nowhere"
DONE = {"removed": lazy_gettext("The picture is deleted.")}


@blueprint.get("/pictures")
def index() -> Response:
    """Show a page of the stored pictures, the newest first; for a review, to choose one."""
    return _show(request.args.get("done", ""))


@blueprint.post(f"/pictures/<int(max={LARGEST_ID}):picture_id>/removal")
def destroy(picture_id: int) -> AnyResponse:
    """Delete a picture that is used nowhere, and its files."""
    if not Form.sent().validate():
        return _show(alert=str(EXPIRED), status=422)
    if find_picture(picture_id=picture_id) is None:
        abort(404, _("This picture does not exist."))
    unused = write(remove_unused_pictures, picture_ids=[picture_id])
    if find_picture(picture_id=picture_id) is not None:
        return _show(alert=_("Not deleted: this picture is used now."), status=409)
    remove_unused_files(unused)
    return redirect(url_for("admin.pictures.index", used=UNUSED, done="removed"), 303)


def _show(done: str = "", *, alert: str = "", status: int = 200) -> Response:
    """Respond with a page of the library."""
    draft_id = read_id(request.args.get("draft", ""))
    draft = find_draft(draft_id=draft_id) if draft_id else None
    if "draft" in request.args and draft is None:
        abort(404, _("This review does not exist."))
    is_unused_only = request.args.get("used") == UNUSED
    before = read_id(request.args.get("before", ""))
    rows, following = list_rows(before=before, is_unused_only=is_unused_only)
    if before and not rows:
        abort(404)
    parts = {"draft": draft.id if draft else None, "used": UNUSED if is_unused_only else None}
    page = render_template(
        "desk/pictures/index.html",
        rows=rows,
        draft=draft,
        is_unused_only=is_unused_only,
        before=before,
        parts=parts,
        following=following,
        alert=alert,
        done=str(DONE.get(done, "")),
        form=Form.empty(),
    )
    return refuse(page, status)
