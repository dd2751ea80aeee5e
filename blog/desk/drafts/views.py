"""Views on which a review is written, published and unpublished."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.ids import read_version
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator
from blog.desk.drafts.forms import ReviewForm
from blog.desk.drafts.pages import (
    DRAFT,
    GONE,
    Editor,
    describe_conflict,
    open_editor,
    refuse_form,
    show_editor,
)
from blog.drafts.commands import (
    DraftChangedError,
    DraftDeletedError,
    UnknownDraftError,
    create_draft,
    save_draft,
)
from blog.drafts.models import Draft, Writing
from blog.drafts.queries import find_draft
from blog.manuscripts.fields import Fault
from blog.publishing.commands import NothingPublishedError, publish_draft, unpublish
from blog.publishing.reading import NotReadyError, read_writing, schedule, writing_of
from blog.reviews.addresses import TakenSlugError
from blog.reviews.queries import find_review_of_draft
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.current import current_time
from blog.web.decoding import takes_up_to
from blog.web.forms import Form
from blog.web.htmx import wants_fragment
from blog.web.refusals import EXPIRED

blueprint = Blueprint("drafts", __name__)

# A text of 2 MiB, every byte of which may be escaped in the form, and the other fields.
LARGEST_FORM = 7 * 1024 * 1024
PUBLISH, SCHEDULE = "publish", "schedule"
# Sent by the script by itself, while somebody writes.
AUTOSAVE = "autosave"
DONE = {
    "saved": lazy_gettext("Saved."),
    "published": lazy_gettext("Published."),
    "scheduled": lazy_gettext("Scheduled. It appears by itself at its time."),
    "restored": lazy_gettext("Restored. What was written before is kept among the revisions."),
    "unpublished": lazy_gettext("Unpublished. Its address and its comments are kept."),
}


@blueprint.get("/reviews/new")
def new() -> AnyResponse:
    """Show the editor of a new review."""
    moderator = current_moderator()
    byline = moderator.byline or moderator.name
    form = ReviewForm.of(Writing({"author": byline}, ""), version="")
    return show_editor(Editor(draft=None, review=None, form=form))


@blueprint.post("/reviews")
@takes_up_to(LARGEST_FORM)
def create() -> AnyResponse:
    """Save the first version of a new review, and publish it if the button says so."""
    form = ReviewForm.sent()
    editor = Editor(draft=None, review=None, form=form)
    if not form.validate():
        return refuse_form(editor)
    place = form.change_rows(_action())
    try:
        editor.draft = write(
            create_draft,
            writing=form.writing,
            moderator_id=current_moderator().id,
            now=current_time(),
            is_revision=_action() != AUTOSAVE,
        )
    except DatabaseBusyError:
        return _show_busy(editor)
    return _go_on(editor, place)


@blueprint.get(f"{DRAFT}/edit")
def edit(draft_id: int) -> AnyResponse:
    """Show the editor of a review."""
    editor = open_editor(draft_id)
    editor.done = str(DONE.get(request.args.get("done", ""), ""))
    return show_editor(editor)


@blueprint.post(DRAFT)
@takes_up_to(LARGEST_FORM)
def update(draft_id: int) -> AnyResponse:
    """Save a review, and publish or schedule it if the button says so."""
    form = ReviewForm.sent()
    draft = find_draft(draft_id=draft_id) or abort(404, GONE)
    editor = Editor(draft=draft, review=find_review_of_draft(draft_id=draft_id), form=form)
    if not form.validate():
        return refuse_form(editor)
    place = form.change_rows(_action())
    try:
        editor.draft = write(
            save_draft,
            draft_id=draft_id,
            version=form.seen_version or 0,
            writing=form.writing,
            former=writing_of(draft, editor.review),
            moderator_id=current_moderator().id,
            now=current_time(),
            is_revision=place is None and _action() != AUTOSAVE,
            keeps_former=bool(form.keeps_former.data),
        )
    except DraftChangedError:
        return _show_conflict(editor)
    except DraftDeletedError:
        editor.alert = _("This review was deleted after you opened this page. Nothing was saved.")
        return show_editor(editor, 409)
    except UnknownDraftError:
        abort(404, GONE)
    except DatabaseBusyError:
        return _show_busy(editor)
    return _go_on(editor, place)


@blueprint.post(f"{DRAFT}/withdrawal")
def create_withdrawal(draft_id: int) -> AnyResponse:
    """Take a review from the public."""
    if not Form.sent().validate():
        editor = open_editor(draft_id)
        editor.alert = str(EXPIRED)
        return show_editor(editor, 422)
    try:
        write(
            unpublish,
            draft_id=draft_id,
            version=read_version(request.form.get("version", "")) or 0,
            moderator_id=current_moderator().id,
            now=current_time(),
        )
    except UnknownDraftError:
        abort(404, GONE)
    except (DraftChangedError, DraftDeletedError, NothingPublishedError):
        editor = open_editor(draft_id)
        editor.alert = _("This review was changed after you opened the page; nothing was done.")
        return show_editor(editor, 409)
    return _redirect_to_editor(draft_id, done="unpublished")


def _action() -> str:
    """Return the value of the button that sent the form."""
    return request.form.get("action", "")


def _go_on(editor: Editor, place: str | None) -> AnyResponse:
    """Respond after a save: publish if the button says so, or go to a row that it changed."""
    draft = editor.draft
    assert draft is not None, "It was just saved."
    if faults := editor.form.unclear_times:
        # What the form sent is saved now, and so is its version.
        editor.form.version.data = str(draft.version)
        editor.alert, editor.faults = _("Saved. Please correct:"), faults
        return show_editor(editor, 422)
    if _action() in (PUBLISH, SCHEDULE):
        return _publish(editor, draft)
    if wants_fragment():
        editor.form.version.data = str(draft.version)
        return show_editor(editor)
    return _redirect_to_editor(draft.id, done="" if place else "saved", place=place)


def _publish(editor: Editor, draft: Draft) -> AnyResponse:
    """Publish or schedule a draft that was just saved; show what is missing if it is not ready."""
    now = current_time()
    # What the form sent is saved now, and so is its version.
    editor.form.version.data = str(draft.version)
    try:
        manuscript = schedule(
            read_writing(editor.form.writing, editor.review),
            editor.review,
            now=now,
            is_later=_action() == SCHEDULE,
        )
        review = write(
            publish_draft,
            draft_id=draft.id,
            version=draft.version,
            manuscript=manuscript,
            moderator_id=current_moderator().id,
            now=now,
        )
    except NotReadyError as error:
        editor.alert = _("Saved, but not published yet. Please correct:")
        editor.faults = error.faults
        return show_editor(editor, 422)
    except TakenSlugError as error:
        editor.alert = _("Saved, but not published yet. Please correct:")
        taken = _("“%(title)s” has this address already.", title=error.review.full_title)
        editor.faults = [Fault("slug", taken)]
        return show_editor(editor, 422)
    except DraftChangedError:
        return _show_conflict(editor)
    except DatabaseBusyError:
        return _show_busy(editor)
    is_scheduled = review.published_at is not None and review.published_at > now
    return _redirect_to_editor(draft.id, done="scheduled" if is_scheduled else "published")


def _show_conflict(editor: Editor) -> AnyResponse:
    """Respond with what was sent in the form, and what somebody else saved beside it."""
    assert editor.draft is not None, "A new draft has no other version."
    draft = find_draft(draft_id=editor.draft.id) or abort(404, GONE)
    review = find_review_of_draft(draft_id=draft.id)
    editor.form.version.data = str(draft.version)
    editor.form.keeps_former.data = "1"
    theirs = writing_of(draft, review)
    alert = describe_conflict(draft)
    conflict = Editor(draft=draft, review=review, form=editor.form, alert=alert, theirs=theirs)
    return show_editor(conflict, 409)


def _show_busy(editor: Editor) -> AnyResponse:
    editor.alert = _("The site is busy and could not save this. Please try again.")
    return show_editor(editor, 503, retry=RETRY_SECONDS)


def _redirect_to_editor(draft_id: int, *, done: str = "", place: str | None = None) -> AnyResponse:
    address = url_for("admin.drafts.edit", draft_id=draft_id, done=done or None, _anchor=place)
    return redirect(address, 303)
