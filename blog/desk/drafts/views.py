"""Views on which a review is written and published."""

import logging
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.ids import read_id
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator, current_zone
from blog.desk.drafts.forms import ReviewForm
from blog.desk.drafts.pages import (
    DRAFT,
    GONE,
    Editor,
    describe_conflict,
    find_written,
    open_editor,
    refuse_form,
    show_deleted,
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
from blog.drafts.queries import find_draft, list_ends
from blog.link_previews.refreshing import refresh_link_previews
from blog.manuscripts.fields import Fault
from blog.publishing.commands import publish_draft
from blog.publishing.reading import NotReadyError, read_writing, schedule, writing_of
from blog.publishing.states import CHANGED, State
from blog.reviews.addresses import TakenSlugError, find_review_by_any_slug
from blog.reviews.models import Review
from blog.reviews.queries import find_review_of_draft, may_be_read
from blog.text.language import format_day, lazy_gettext
from blog.text.language import gettext as _
from blog.web.current import current_settings, current_time
from blog.web.decoding import takes_up_to
from blog.web.htmx import wants_fragment

log = logging.getLogger(__name__)

blueprint = Blueprint("drafts", __name__)

# A text of 2 MiB, every byte of which may be escaped in the form, and the other fields.
LARGEST_FORM = 7 * 1024 * 1024
PUBLISH, SCHEDULE, PREVIEW = "publish", "schedule", "preview"
# Sent by the script by itself, while somebody writes.
AUTOSAVE = "autosave"
# After this time no further picture is drawn in the request that published a review.
DRAWING_SECONDS = 1.0
# Why a draft was neither saved nor published.
NOT_SAVED = (DraftChangedError, DraftDeletedError, UnknownDraftError, DatabaseBusyError)
DONE = {
    "saved": lazy_gettext("Saved."),
    "published": lazy_gettext("Published."),
    "scheduled": lazy_gettext("Scheduled. It appears by itself at its time."),
    "restored": lazy_gettext("Restored. What was written before is kept among the revisions."),
    "corrected_archived": lazy_gettext("Published. It stays archived: readers find it in no list."),
    **CHANGED,
    "uploaded": lazy_gettext("Saved, and the pictures are added to the list below the text."),
    "chosen": lazy_gettext("The picture is added to the list below the text."),
    "inserted": lazy_gettext("Saved. The picture is at the end of the text."),
    "replaced": lazy_gettext("Saved. Readers see the other picture once you publish."),
    "removed": lazy_gettext("Saved. The picture is out of this list; it stays in the library."),
}


@blueprint.get("/reviews/new")
def new() -> AnyResponse:
    """Show the editor of a new review, with the facts of the drama of the review `of`."""
    moderator = current_moderator()
    byline = moderator.byline or moderator.name
    keys = {"author": byline, **_list_facts(request.args.get("of"))}
    form = ReviewForm.of(Writing(keys, ""), version="")
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
    done = request.args.get("done", "")
    editor = open_editor(draft_id)
    if editor.state == State.DELETED:
        return show_deleted(draft_id, done=str(DONE.get(done, "")))
    editor.done = str(DONE.get(done, ""))
    editor.lists_links = done == "published" or "links" in request.args
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
    except NOT_SAVED as error:
        return _explain_refusal(editor, error)
    return _go_on(editor, place)


def _list_facts(number: str | None) -> dict[str, Any]:
    """Return the keys of the drama of the review with this id, or nothing without one."""
    if number is None:
        return {}
    written = find_written(read_id(number) or abort(404, GONE))
    if written.draft.deleted_at is not None:
        abort(404, GONE)
    return {"drama": written.writing.keys.get("drama", {})}


def _action() -> str:
    """Return the value of the button that sent the form."""
    return request.form.get("action", "")


def _go_on(editor: Editor, place: str | None) -> AnyResponse:
    """Respond after a save: publish or preview if the button says so, or go to a changed row."""
    draft = editor.draft
    assert draft is not None, "It was just saved."
    if _action() == PREVIEW:
        return redirect(url_for("admin.previews.show", draft_id=draft.id), 303)
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
            read_writing(editor.form.writing, draft, editor.review),
            editor.review,
            # Readers see the date where the writer is.
            now=now.astimezone(current_zone()),
            is_later=_action() == SCHEDULE,
            is_update=editor.form.tells_update.data,
        )
        published = write(
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
        editor.faults = [Fault("slug", _describe_holder(error))]
        return show_editor(editor, 422)
    except NOT_SAVED as error:
        return _explain_refusal(editor, error)
    done = _describe_publication(published.review, now)
    _draw_link_previews([published.review.slug, *published.sharing])
    return _redirect_to_editor(draft.id, done=done)


def _describe_publication(review: Review, now: datetime) -> str:
    """Return the name of the sentence that says what publishing did."""
    if not may_be_read(review, now=now):
        return "scheduled"
    return "published" if review.archived_at is None else "corrected_archived"


def _describe_holder(error: TakenSlugError) -> str:
    """Return which review has a slug, or had it before."""
    holder = error.review or find_review_by_any_slug(slug=str(error))
    if holder is None:
        return _("Another review had this address a moment ago. Please publish again.")
    ends = list_ends(draft_ids=[holder.id])
    if holder.id in ends:
        return _(
            "“%(title)s” has this address. It is deleted, but can be brought back until %(day)s.",
            title=holder.full_title,
            day=format_day(ends[holder.id]),
        )
    if holder.slug != str(error):
        return _("This address leads to “%(title)s”, which had it before.", title=holder.full_title)
    return _("“%(title)s” has this address already.", title=holder.full_title)


def _draw_link_previews(slugs: list[str]) -> None:
    """Draw the pictures of links to published reviews; `setup` draws those that are not done."""
    settings = current_settings()
    try:
        refresh_link_previews(
            write=write,
            media_dir=settings.media_dir,
            site_name=settings.site_name,
            slugs=slugs,
            seconds=DRAWING_SECONDS,
        )
    except DatabaseBusyError:
        log.warning("The database is busy, so the pictures of links to a review are not drawn.")


def _explain_refusal(editor: Editor, error: Exception) -> AnyResponse:
    """Respond to an error of NOT_SAVED with what was sent, or with 404 if the draft is gone."""
    if isinstance(error, UnknownDraftError):
        abort(404, GONE)
    if isinstance(error, DraftChangedError):
        return _show_conflict(editor)
    return _show_deletion(editor) if isinstance(error, DraftDeletedError) else _show_busy(editor)


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


def _show_deletion(editor: Editor) -> AnyResponse:
    """Respond with what was sent in the form of a review that is deleted."""
    editor.alert = _(
        "This review was deleted after you opened this page, so nothing was saved or published."
        " Your words are below. Bring the review back from the deleted ones, then save again."
    )
    return show_editor(editor, 409)


def _show_busy(editor: Editor) -> AnyResponse:
    editor.alert = _("The site is busy and could not save this. Please try again.")
    return show_editor(editor, 503, retry=RETRY_SECONDS)


def _redirect_to_editor(draft_id: int, *, done: str = "", place: str | None = None) -> AnyResponse:
    address = url_for("admin.drafts.edit", draft_id=draft_id, done=done or None, _anchor=place)
    return redirect(address, 303)
