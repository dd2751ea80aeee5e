"""Views of the revisions of a review: their list, comparing one with another text, restoring it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import LARGEST_ID, read_version
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator
from blog.desk.drafts.comparing import compare_writings
from blog.desk.drafts.pages import DRAFT, find_written, refuse_change
from blog.drafts.commands import DraftChangedError, DraftDeletedError, save_draft
from blog.drafts.models import Writing
from blog.drafts.queries import find_revision, find_revision_before, list_revisions
from blog.publishing.reading import document_of_review
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.current import current_time
from blog.web.forms import Form
from blog.web.refusals import EXPIRED

blueprint = Blueprint("revisions", __name__)

REVISION = f"{DRAFT}/revisions/<int(max={LARGEST_ID}):revision_id>"
NO_REVISION = lazy_gettext("This revision does not exist.")
BEFORE = "before"


@blueprint.get(f"{DRAFT}/revisions")
def index(draft_id: int) -> str:
    """List the revisions of a review, the newest first."""
    draft, review, _writing = find_written(draft_id)
    return render_template(
        "desk/drafts/revisions.html",
        draft=draft,
        review=review,
        revisions=list_revisions(draft_id=draft_id),
        form=Form.empty(),
    )


@blueprint.get(REVISION)
def show(draft_id: int, revision_id: int) -> str:
    """Compare a revision with what is written now, or with the revision before it."""
    draft, _review, writing = find_written(draft_id)
    revision = find_revision(draft_id=draft_id, revision_id=revision_id) or abort(404, NO_REVISION)
    before = find_revision_before(draft_id=draft_id, revision_id=revision_id)
    is_before = request.args.get("with") == BEFORE
    if is_before:
        old = before.writing if before else Writing({}, "")
        labels = _("Before"), _("This revision")
        page = compare_writings(old, revision.writing, labels)
    else:
        page = compare_writings(revision.writing, writing, (_("This revision"), _("Now")))
    return render_template(
        "desk/drafts/revision.html",
        draft=draft,
        revision=revision,
        is_before=is_before,
        form=Form.empty(),
        **page,
    )


@blueprint.get(f"{DRAFT}/changes")
def show_changes(draft_id: int) -> str:
    """Compare what readers see of a review with what is written now."""
    draft, review, writing = find_written(draft_id)
    if review is None or review.published_at is None:
        abort(404, _("This review is not published, so there is nothing to compare."))
    page = compare_writings(document_of_review(review), writing, (_("Published"), _("Now")))
    return render_template("desk/drafts/changes.html", draft=draft, form=Form.empty(), **page)


@blueprint.post(f"{REVISION}/restoration")
def create_restoration(draft_id: int, revision_id: int) -> AnyResponse:
    """Make a revision what is written now; what was written is kept as a revision."""
    _draft, _review, writing = find_written(draft_id)
    revision = find_revision(draft_id=draft_id, revision_id=revision_id) or abort(404, NO_REVISION)
    if not Form.sent().validate():
        return refuse_change(draft_id, str(EXPIRED), 422)
    try:
        write(
            save_draft,
            draft_id=draft_id,
            version=read_version(request.form.get("version", "")) or 0,
            writing=revision.writing,
            former=writing,
            moderator_id=current_moderator().id,
            now=current_time(),
            is_revision=True,
            keeps_former=True,
        )
    except (DraftChangedError, DraftDeletedError):
        fault = _("This review was changed after you opened the page; nothing was restored.")
        return refuse_change(draft_id, fault, 409)
    return redirect(url_for("admin.drafts.edit", draft_id=draft_id, done="restored"), 303)
