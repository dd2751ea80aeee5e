"""Views of the links with which a reviewer shares a draft: their list, a new one, revoking one."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field, SelectChoice, SelectField, ValidationError

from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.ids import LARGEST_ID
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator
from blog.desk.drafts.pages import DRAFT, GONE, find_written
from blog.drafts.commands import DraftDeletedError, UnknownDraftError
from blog.drafts.links import LIFETIMES, list_links, make_link_token, revoke_link, share_draft
from blog.drafts.models import LINK_NOTE_LENGTH
from blog.text.language import format_number, format_span, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.web.current import current_time
from blog.web.fields import LineField
from blog.web.forms import Form
from blog.web.refusals import EXPIRED, refuse

blueprint = Blueprint("draft_links", __name__)

LINK = f"{DRAFT}/links/<int(max={LARGEST_ID}):link_id>"


class LinkForm(Form):
    """How long a link to a draft works, and for whom it is."""

    days = SelectField(lazy_gettext("Works for"), validate_choice=False)
    note = LineField(lazy_gettext("For whom"), most=LINK_NOTE_LENGTH)

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.days.choices = [
            SelectChoice(str(days), format_span(days, "day")) for days in LIFETIMES
        ]

    def validate_days(self, field: Field) -> None:
        """Refuse a time that the page does not offer."""
        if field.data not in map(str, LIFETIMES):
            raise ValidationError(_("Choose how long the link works."))

    def validate_note(self, field: Field) -> None:
        """Refuse a note that is too long."""
        if len(field.data) > LINK_NOTE_LENGTH:
            raise ValidationError(
                ngettext(
                    "The note has %(num)s character; it takes up to %(most)s.",
                    "The note has %(num)s characters; it takes up to %(most)s.",
                    len(field.data),
                    most=format_number(LINK_NOTE_LENGTH),
                )
            )


@blueprint.get(f"{DRAFT}/links")
def index(draft_id: int) -> str:
    """List the links to a draft, with the form for a new one."""
    return _render(draft_id, LinkForm.empty())


@blueprint.post(f"{DRAFT}/links")
def create(draft_id: int) -> Response:
    """Make a link to a draft and show it, which is possible only now: only its hash is stored."""
    form = LinkForm.sent()
    if not form.validate():
        alert = str(EXPIRED) if form.csrf_token.errors else ""
        return refuse(_render(draft_id, form, alert=alert), 422)
    token = make_link_token()
    try:
        write(
            share_draft,
            draft_id=draft_id,
            token=token,
            days=int(form.days.data),
            note=form.note.data,
            moderator_id=current_moderator().id,
            now=current_time(),
        )
    except UnknownDraftError:
        abort(404, GONE)
    except DraftDeletedError:
        alert = _("This review was deleted, so it cannot be shared.")
        return refuse(_render(draft_id, form, alert=alert), 409)
    except DatabaseBusyError:
        alert = _("The site is busy and made no link. Please try again.")
        return refuse(_render(draft_id, form, alert=alert), 503, retry=RETRY_SECONDS)
    return refuse(_render(draft_id, LinkForm.empty(), token=token), 201)


@blueprint.post(f"{LINK}/revocation")
def create_revocation(draft_id: int, link_id: int) -> AnyResponse:
    """Revoke a link to a draft; one that is gone already is no fault."""
    if not Form.sent().validate():
        page = _render(draft_id, LinkForm.empty(), alert=str(EXPIRED))
        return refuse(page, 422)
    find_written(draft_id)
    write(revoke_link, draft_id=draft_id, link_id=link_id)
    return redirect(url_for("admin.draft_links.index", draft_id=draft_id), 303)


def _render(draft_id: int, form: LinkForm, *, alert: str = "", token: str = "") -> str:
    written = find_written(draft_id)
    return render_template(
        "desk/drafts/links.html",
        draft=written.draft,
        title=written.writing.keys.get("title", ""),
        links=list_links(draft_id=draft_id, now=current_time()),
        form=form,
        alert=alert,
        token=token,
    )
