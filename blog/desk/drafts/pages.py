"""The editor's page: what it shows, and the responses that show it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Response, abort, render_template
from wtforms import Field

from blog.accounts.models import Moderator
from blog.db.ids import LARGEST_ID
from blog.desk.account.signing_in import current_moderator, current_zone
from blog.desk.drafts.comparing import compare_writings, language_of
from blog.desk.drafts.foot import describe_foot
from blog.desk.drafts.forms import ReviewForm
from blog.desk.drafts.own_links import leads_somewhere
from blog.desk.drafts.picture_list import list_entries
from blog.drafts.models import Draft, Writing
from blog.drafts.queries import find_draft, find_other_writer, list_events
from blog.manuscripts.fields import Fault
from blog.manuscripts.hints import list_hints
from blog.pictures.making import MAX_UPLOAD_BYTES
from blog.publishing.reading import list_faults, writing_of
from blog.publishing.states import State, state_of
from blog.reviewers.commands import list_reviewers
from blog.reviews.models import Review
from blog.reviews.queries import find_review_of_draft, list_common_tags
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.current import current_settings, current_time
from blog.web.forms import Form
from blog.web.htmx import wants_fragment
from blog.web.refusals import EXPIRED, refuse
from blog.web.security import allow_own_frames

DRAFT = f"/reviews/<int(max={LARGEST_ID}):draft_id>"
# Who has saved within this time may still be writing.
LATELY = timedelta(minutes=10)
GONE = lazy_gettext("This review does not exist.")


@dataclass(kw_only=True, slots=True)
class Editor:
    """The editor of a review: its draft, None before the first save, and its form.

    `faults` are shown at the fields, `alert` above the form; `theirs` is what somebody else saved
    after the page was opened.
    """

    draft: Draft | None
    review: Review | None
    form: ReviewForm
    done: str = ""
    alert: str = ""
    faults: list[Fault] = field(default_factory=list)
    theirs: Writing | None = None
    # Whether the reviews are listed that link to its former addresses.
    lists_links: bool = False

    @property
    def state(self) -> State:
        """Return the state of the review."""
        if self.draft is None:
            return State.DRAFT
        return state_of(self.draft, self.review, current_time())

    @property
    def is_unsaved(self) -> bool:
        """Return whether the form may contain words that are not saved, because it was refused."""
        return bool(self.alert) and not self.faults

    @property
    def other_writer(self) -> Moderator | None:
        """Return who else has saved this review in the last minutes, None if nobody has."""
        if self.draft is None:
            return None
        return find_other_writer(
            draft=self.draft,
            moderator_id=current_moderator().id,
            since=current_time() - LATELY,
        )

    @property
    def has_changes(self) -> bool:
        """Return whether something is written that is not in the review of the same id."""
        return self.draft is not None and self.draft.keys is not None and self.review is not None


class Written(NamedTuple):
    """A draft, its review if there is one, and what is written now."""

    draft: Draft
    review: Review | None
    writing: Writing


def find_written(draft_id: int) -> Written:
    """Return a draft with what is written in it. Responds with 404 if there is none."""
    draft = find_draft(draft_id=draft_id) or abort(404, GONE)
    review = find_review_of_draft(draft_id=draft_id)
    return Written(draft, review, writing_of(draft, review))


def open_editor(draft_id: int) -> Editor:
    """Return the editor of a saved draft, as it is. Responds with 404 if there is none."""
    draft, review, writing = find_written(draft_id)
    form = ReviewForm.of(writing, version=draft.version)
    return Editor(draft=draft, review=review, form=form)


def refuse_change(draft_id: int, alert: str, status: int) -> Response:
    """Respond with a review as it is, and with why it was not changed."""
    draft = find_draft(draft_id=draft_id) or abort(404, GONE)
    if draft.deleted_at is not None:
        return show_deleted(draft_id, alert=alert, status=status)
    editor = open_editor(draft_id)
    editor.alert = alert
    return show_editor(editor, status)


def show_deleted(draft_id: int, *, done: str = "", alert: str = "", status: int = 200) -> Response:
    """Respond with the page of a deleted review, on which it can only be read and brought back."""
    draft, review, writing = find_written(draft_id)
    page = render_template(
        "desk/reviews/deleted.html",
        draft=draft,
        writing=writing,
        state=state_of(draft, review, current_time()),
        events=list_events(draft_id=draft_id),
        language=language_of(writing),
        form=Form.empty(),
        done=done,
        alert=alert,
    )
    return refuse(page, status)


def refuse_form(editor: Editor) -> Response:
    """Respond with the form as it was sent, which is not valid: expired, or not in UTF-8."""
    is_expired = bool(editor.form.csrf_token.errors)
    editor.alert = str(EXPIRED) if is_expired else _("Not saved yet. Please correct:")
    return show_editor(editor, 422)


def show_editor(editor: Editor, status: int = 200, *, retry: int | None = None) -> Response:
    """Respond with the editor's page."""
    allow_own_frames()  # Of the preview.
    form = editor.form
    form.add_blank_rows()
    form.show_faults(editor.faults)
    is_refused = bool(editor.faults)
    is_page = not wants_fragment()
    writing = form.writing
    faults = list_faults(writing, editor.draft, editor.review)
    missing = [] if is_refused else [*faults, *form.unclear_times]
    hints = list_hints(*writing, site_url=current_settings().site_url, is_path=leads_somewhere)
    versions: dict[str, Any] = {"language": language_of(writing)}
    if editor.theirs is not None and is_page:
        versions |= compare_writings(editor.theirs, writing, (_("Saved"), _("Yours")))
    page = render_template(
        "desk/drafts/edit.html" if is_page else "desk/drafts/update.hx.html",
        **versions,
        **describe_foot(editor.draft, editor.review, writing, lists_links=editor.lists_links),
        editor=editor,
        draft=editor.draft,
        review=editor.review,
        form=form,
        zone=current_zone().key,
        state=editor.state,
        faults=_name_fields(form, editor.faults),
        missing=_name_fields(form, missing),
        hints=_name_fields(form, [Fault(*hint) for hint in hints]),
        tags=list_common_tags(now=current_time(), size=None) if is_page else [],
        reviewers=[reviewer.name for reviewer in list_reviewers()] if is_page else [],
        pictures=list_entries(editor.draft, editor.review, writing) if is_page else [],
        most_bytes=MAX_UPLOAD_BYTES,
    )
    return refuse(page, status, retry=retry)


def _name_fields(form: ReviewForm, faults: list[Fault]) -> list[tuple[Field, str]]:
    """Return the field of each fault, and the fault."""
    fields = [form.find(form.place_of(fault.key)) for fault in faults]
    return [(found, fault.sentence) for found, fault in zip(fields, faults, strict=True) if found]


def describe_conflict(draft: Draft) -> str:
    """Return the sentence for a form whose draft somebody saved in the meantime."""
    if wants_fragment():
        return _describe_conflict_in_line(draft)
    if draft.changed_by is None:
        return _(
            "An import replaced this review after you opened this page. Nothing of yours is lost:"
            " your version is below."
        )
    if draft.changed_by_id == current_moderator().id:
        return _(
            "You saved this review in another tab or on another device after you opened this page."
            " Nothing is lost: this version is below, and the saved one is beside it."
        )
    return _(
        "%(name)s saved this review after you opened this page. Nothing is lost: your version is"
        " below, and theirs is beside it.",
        name=draft.changed_by.name,
    )


def _describe_conflict_in_line(draft: Draft) -> str:
    """Return the sentence about a conflict beside a form that goes on being shown."""
    if draft.changed_by is None:
        return _("An import replaced this review. Nothing of yours is lost.")
    if draft.changed_by_id == current_moderator().id:
        return _("You saved another version, in another tab or on another device.")
    return _("%(name)s saved another version. Nothing is lost.", name=draft.changed_by.name)
