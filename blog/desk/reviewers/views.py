"""Views on which moderators list, create, change and delete reviewers."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.ids import LARGEST_ID
from blog.db.transactions import write
from blog.desk.pictures.removing import remove_unused_files
from blog.desk.pictures.uploads import MOST_BYTES, read_form
from blog.desk.reviewers.forms import ReviewerForm
from blog.publishing.reviewers import (
    ReviewerChangedError,
    ReviewerNamedError,
    UnknownReviewerError,
    count_reviews,
    create_reviewer,
    find_reviewer_by_id,
    remove_reviewer,
    update_reviewer,
    version_of,
)
from blog.reviewers.commands import ReviewerTakenError, list_reviewers
from blog.reviewers.models import Reviewer
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext, ngettext
from blog.web.current import current_time
from blog.web.decoding import takes_up_to
from blog.web.forms import Form
from blog.web.refusals import EXPIRED, refuse

blueprint = Blueprint("reviewers", __name__)

REVIEWER = f"/reviewers/<int(max={LARGEST_ID}):reviewer_id>"
DONE = {
    "created": lazy_gettext("The reviewer is saved."),
    "saved": lazy_gettext("The changes are saved."),
    "removed": lazy_gettext("The reviewer is deleted."),
}
TAKEN = {
    "slug": lazy_gettext("Another reviewer has this address."),
    "name": lazy_gettext("Another reviewer has this name."),
}
GONE = lazy_gettext("This reviewer does not exist.")


@blueprint.get("/reviewers")
def index() -> str:
    """Show all reviewers with the numbers of their reviews."""
    reviewers = list_reviewers()
    return render_template(
        "desk/reviewers/index.html",
        reviewers=reviewers,
        counts=count_reviews(names=[reviewer.name for reviewer in reviewers]),
        done=DONE.get(request.args.get("done", "")),
        form=Form.empty(),
    )


@blueprint.get("/reviewers/new")
def new() -> AnyResponse:
    """Show the form of a new reviewer, with the name in the query parameter `name`."""
    return _respond(ReviewerForm.empty(name=request.args.get("name", "")), None)


@blueprint.post("/reviewers")
@takes_up_to(files=MOST_BYTES)
def create() -> AnyResponse:
    """Create a reviewer, or show the form again if it is refused."""
    read_form()
    form = ReviewerForm.sent()
    profile = form.read_profile()
    if profile is None:
        return _refuse_form(form, None)
    try:
        write(create_reviewer, profile=profile, now=current_time())
    except ReviewerTakenError as error:
        return _refuse_taken(form, None, error.key)
    except DatabaseBusyError:
        return _refuse_busy(form, None)
    return redirect(url_for("admin.reviewers.index", done="created"), 303)


@blueprint.get(f"{REVIEWER}/edit")
def edit(reviewer_id: int) -> AnyResponse:
    """Show the form of a reviewer."""
    reviewer = find_reviewer_by_id(reviewer_id=reviewer_id) or abort(404, GONE)
    return _respond(ReviewerForm.of(reviewer), reviewer)


@blueprint.post(REVIEWER)
@takes_up_to(files=MOST_BYTES)
def update(reviewer_id: int) -> AnyResponse:
    """Change a reviewer; respond with 409 and both versions if somebody else did so meanwhile."""
    read_form()
    form = ReviewerForm.sent()
    profile = form.read_profile()
    if profile is None:
        return _refuse_form(form, find_reviewer_by_id(reviewer_id=reviewer_id))
    try:
        write(
            update_reviewer,
            reviewer_id=reviewer_id,
            version=form.version.data or "",
            profile=profile,
            renames=form.renames.data,
            now=current_time(),
        )
    except UnknownReviewerError:
        reason = _(
            "This reviewer was deleted after you opened the page. Nothing of yours is lost: save"
            " again to create the reviewer."
        )
        return _respond(form, None, 409, reason=reason)
    except ReviewerChangedError:
        return _show_conflict(form, reviewer_id)
    except ReviewerTakenError as error:
        return _refuse_taken(form, find_reviewer_by_id(reviewer_id=reviewer_id), error.key)
    except DatabaseBusyError:
        return _refuse_busy(form, find_reviewer_by_id(reviewer_id=reviewer_id))
    return redirect(url_for("admin.reviewers.index", done="saved"), 303)


@blueprint.post(f"{REVIEWER}/removal")
def destroy(reviewer_id: int) -> AnyResponse:
    """Delete a reviewer whom no review names, and the files of the picture."""
    if not Form.sent().validate():
        return _refuse_removal(reviewer_id, 422, EXPIRED)
    version = request.form.get("version", "")
    try:
        unused = write(remove_reviewer, reviewer_id=reviewer_id, version=version)
    except UnknownReviewerError:
        abort(404, GONE)
    except ReviewerChangedError:
        reason = _("The reviewer was changed after you opened the page, and is not deleted.")
        return _refuse_removal(reviewer_id, 409, reason)
    except ReviewerNamedError as error:
        reason = ngettext(
            "Not deleted: %(num)s review names this reviewer. Change its byline first.",
            "Not deleted: %(num)s reviews name this reviewer. Change their bylines first.",
            error.count,
        )
        return _refuse_removal(reviewer_id, 409, reason)
    remove_unused_files(unused)
    return redirect(url_for("admin.reviewers.index", done="removed"), 303)


def _refuse_form(form: ReviewerForm, reviewer: Reviewer | None) -> Response:
    """Respond with a form that has faults."""
    reason = EXPIRED if form.csrf_token.errors else _("Not saved yet. Please correct:")
    status = 422 if form.retry is None else 503
    return _respond(form, reviewer, status, reason=reason, retry=form.retry)


def _refuse_taken(form: ReviewerForm, reviewer: Reviewer | None, key: str) -> Response:
    form[key].errors = [TAKEN[key]]
    return _respond(form, reviewer, 422, reason=_("Not saved yet. Please correct:"))


def _refuse_busy(form: ReviewerForm, reviewer: Reviewer | None) -> Response:
    reason = _("The site is busy and could not save this. Please try again.")
    return _respond(form, reviewer, 503, reason=reason, retry=RETRY_SECONDS)


def _show_conflict(form: ReviewerForm, reviewer_id: int) -> Response:
    """Respond with what was sent and what is stored; sending again replaces what is stored."""
    reviewer = find_reviewer_by_id(reviewer_id=reviewer_id) or abort(404, GONE)
    form.version.data = version_of(reviewer)
    reason = _("This reviewer was changed after you opened the page. Nothing is saved or lost yet.")
    return _respond(form, reviewer, 409, reason=reason, theirs=reviewer)


def _refuse_removal(reviewer_id: int, status: int, reason: str) -> Response:
    reviewer = find_reviewer_by_id(reviewer_id=reviewer_id) or abort(404, GONE)
    return _respond(ReviewerForm.of(reviewer), reviewer, status, reason=reason)


def _respond(
    form: ReviewerForm,
    reviewer: Reviewer | None,
    status: int = 200,
    *,
    reason: str = "",
    theirs: Reviewer | None = None,
    retry: int | None = None,
) -> Response:
    """Respond with the form of a reviewer, None for a new one; `theirs` is shown beside it."""
    name = reviewer.name if reviewer else ""
    page = render_template(
        "desk/reviewers/edit.html",
        form=form,
        reviewer=reviewer,
        version=version_of(reviewer) if reviewer else "",
        count=count_reviews(names=[name]).get(name, 0),
        reason=reason,
        theirs=theirs,
    )
    return refuse(page, status, retry=retry)
