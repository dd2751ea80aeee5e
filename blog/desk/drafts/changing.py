"""Views that change a review as a whole: unpublish, archive, delete and bring back."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import read_version
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator
from blog.desk.drafts.comparing import language_of
from blog.desk.drafts.pages import DRAFT, GONE, find_written, refuse_change, show_deleted
from blog.desk.reviews.queries import count_comments
from blog.drafts.commands import DraftChangedError, DraftDeletedError, UnknownDraftError
from blog.drafts.models import DELETED_KEPT
from blog.drafts.queries import find_draft, list_events
from blog.publishing.commands import NothingPublishedError, archive, unarchive, unpublish
from blog.publishing.deleting import delete_review, restore_review
from blog.text.language import gettext as _
from blog.web.current import current_time
from blog.web.forms import Form
from blog.web.refusals import EXPIRED

blueprint = Blueprint("states", __name__)


@blueprint.post(f"{DRAFT}/withdrawal")
def create_withdrawal(draft_id: int) -> AnyResponse:
    """Take a review from the public."""
    return _change(unpublish, draft_id, done="unpublished")


@blueprint.post(f"{DRAFT}/archival")
def create_archival(draft_id: int) -> AnyResponse:
    """Archive a public review."""
    return _change(archive, draft_id, done="archived")


@blueprint.post(f"{DRAFT}/archival/removal")
def destroy_archival(draft_id: int) -> AnyResponse:
    """Put an archived review back into the lists."""
    return _change(unarchive, draft_id, done="unarchived")


@blueprint.get(f"{DRAFT}/deletion/new")
def new_deletion(draft_id: int) -> AnyResponse | str:
    """Ask whether a review is to be deleted, and say what goes with it."""
    draft, review, writing = find_written(draft_id)
    if draft.deleted_at is not None:
        return show_deleted(draft_id)
    return render_template(
        "desk/reviews/new_deletion.html",
        draft=draft,
        review=review,
        writing=writing,
        language=language_of(writing),
        count=count_comments(review_id=draft_id),
        until=current_time() + DELETED_KEPT,
        form=Form.empty(),
    )


@blueprint.post(f"{DRAFT}/deletion")
def create_deletion(draft_id: int) -> AnyResponse:
    """Delete a review and its comments, until it is brought back or deleted for good."""
    return _change(delete_review, draft_id, done="deleted")


@blueprint.post(f"{DRAFT}/deletion/removal")
def destroy_deletion(draft_id: int) -> AnyResponse:
    """Bring a deleted review and its comments back."""
    return _change(restore_review, draft_id, done="undeleted")


def _change(command: Callable[..., None], draft_id: int, *, done: str) -> AnyResponse:
    """Change the version of a review that was seen; respond with the page that sent the form."""
    if not Form.sent().validate():
        return refuse_change(draft_id, str(EXPIRED), 422)
    try:
        write(
            command,
            draft_id=draft_id,
            version=_read_seen_version(draft_id),
            moderator_id=current_moderator().id,
            now=current_time(),
        )
    except UnknownDraftError:
        abort(404, GONE)
    except DraftDeletedError:
        return refuse_change(draft_id, _describe_deletion(draft_id), 409)
    except NothingPublishedError:
        return refuse_change(draft_id, _("This review is not public; nothing was done."), 409)
    except DraftChangedError:
        fault = _("This review was changed after you opened the page; nothing was done.")
        return refuse_change(draft_id, fault, 409)
    if request.form.get("from") == "list":
        anchor = f"review-{draft_id}"
        return redirect(url_for("admin.reviews.index", done=done, _anchor=anchor), 303)
    return redirect(url_for("admin.drafts.edit", draft_id=draft_id, done=done), 303)


def _read_seen_version(draft_id: int) -> int:
    """Return the version of a review that the moderator has seen, 0 for none.

    What the same moderator saved since, or the script while they wrote, they have seen too, unless
    the state of the review has changed since the page was opened.
    """
    seen = read_version(request.form.get("version", "")) or 0
    draft = find_draft(draft_id=draft_id)
    if draft is None or draft.changed_by_id != current_moderator().id or seen > draft.version:
        return seen
    events = list_events(draft_id=draft_id)
    is_in_same_state = not events or events[0].version < seen
    return draft.version if seen and is_in_same_state else seen


def _describe_deletion(draft_id: int) -> str:
    """Return why a review that is deleted, or not deleted any more, was not changed."""
    if find_written(draft_id).draft.deleted_at is None:
        return _("This review is not deleted any more; nothing was done.")
    return _("This review is deleted; nothing was done. You can bring it back here.")
