"""Views of the pictures of a review: uploading, choosing, inserting, replacing, removing them.

A plain form sends the whole editor along, which is saved first, so that no words are lost.
"""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import read_id
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator
from blog.desk.drafts.pages import DRAFT, GONE, find_written, open_editor, show_editor
from blog.desk.drafts.picture_list import list_entries
from blog.desk.drafts.views import LARGEST_FORM
from blog.desk.drafts.views import update as save_review
from blog.desk.pictures.uploads import MOST_BYTES, Uploads, read_form, read_uploads
from blog.drafts.commands import DraftDeletedError, UnknownDraftError
from blog.manuscripts.fields import Fault
from blog.publishing.pictures import (
    PictureNamedError,
    UnknownPictureError,
    add_picture,
    list_pictures_of,
    remove_picture,
    replace_picture,
)
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.text.normalising import normalise_line
from blog.text.review_markdown import write_picture
from blog.web.current import current_time
from blog.web.decoding import takes_up_to
from blog.web.forms import Form
from blog.web.htmx import wants_fragment
from blog.web.refusals import EXPIRED, refuse

blueprint = Blueprint("draft_pictures", __name__)

PICTURES = f"{DRAFT}/pictures"
NO_PICTURE = lazy_gettext("This picture does not exist.")
LONGEST_LINE = 1000


@blueprint.post(PICTURES)
@takes_up_to(LARGEST_FORM, files=MOST_BYTES)
def create(draft_id: int) -> AnyResponse:
    """Add uploaded pictures to a review."""
    if refused := _save_first(draft_id):
        return refused
    uploads = read_uploads("file")
    paths = []
    for file_name, picture in uploads.made:
        try:
            paths.append(
                write(
                    add_picture,
                    draft_id=draft_id,
                    picture=picture,
                    file_name=file_name,
                    moderator_id=current_moderator().id,
                    now=current_time(),
                )
            )
        except (UnknownDraftError, DraftDeletedError):
            abort(404, GONE)
    return _respond(draft_id, uploads, paths=paths, done="uploaded")


@blueprint.post(f"{PICTURES}/chosen")
def create_choice(draft_id: int) -> AnyResponse:
    """Add a picture of the library to a review."""
    if not Form.sent().validate():
        return _refuse(draft_id, str(EXPIRED), 422)
    try:
        write(
            add_picture,
            draft_id=draft_id,
            picture=read_id(request.form.get("picture", "")) or 0,
            file_name=request.form.get("name", ""),
            moderator_id=current_moderator().id,
            now=current_time(),
        )
    except (UnknownDraftError, DraftDeletedError):
        abort(404, GONE)
    except UnknownPictureError:
        return _refuse(draft_id, _("This picture was deleted from the library."), 409)
    return _go_back(draft_id, done="chosen")


@blueprint.post(f"{PICTURES}/insertions")
@takes_up_to(LARGEST_FORM)
def create_insertion(draft_id: int) -> AnyResponse:
    """Put a picture at the end of the text, with the description and the credit line beside it."""
    draft, review, _writing = find_written(draft_id)
    path = request.form.get("path", "")
    is_known = path in list_pictures_of(draft, review)
    if is_known:
        words = [
            normalise_line(request.form.get(f"{field}:{path}", ""), most=LONGEST_LINE)
            for field in ("description", "credit")
        ]
        body = request.form.get("body", "").rstrip()
        line = write_picture(path, *(word[:LONGEST_LINE] for word in words))
        request.form = ImmutableMultiDict({**request.form, "body": f"{body}\n\n{line}".lstrip()})
    # What was written is saved in any case.
    if refused := _save_first(draft_id):
        return refused
    if not is_known:
        return _refuse(draft_id, str(NO_PICTURE), 404)
    return _go_back(draft_id, done="inserted")


@blueprint.post(f"{PICTURES}/<name>/replacement")
@takes_up_to(LARGEST_FORM, files=MOST_BYTES)
def create_replacement(draft_id: int, name: str) -> AnyResponse:
    """Put another picture in the place of one, under the same name."""
    if refused := _save_first(draft_id):
        return refused
    uploads = read_uploads(f"file:{name}")
    for _file_name, picture in uploads.made[:1]:
        try:
            write(
                replace_picture,
                draft_id=draft_id,
                name=name,
                picture=picture,
                moderator_id=current_moderator().id,
                now=current_time(),
            )
        except (UnknownDraftError, DraftDeletedError):
            abort(404, GONE)
        except UnknownPictureError:
            abort(404, NO_PICTURE)
    return _respond(draft_id, uploads, paths=[], done="replaced")


@blueprint.post(f"{PICTURES}/<name>/removal")
@takes_up_to(LARGEST_FORM)
def destroy(draft_id: int, name: str) -> AnyResponse:
    """Take a picture that the text does not name out of the list of a review."""
    if refused := _save_first(draft_id):
        return refused
    try:
        write(remove_picture, draft_id=draft_id, name=name)
    except (UnknownDraftError, DraftDeletedError):
        abort(404, GONE)
    except PictureNamedError:
        fault = _("The text shows %(name)s. Take it out of the text first.", name=name)
        return _refuse(draft_id, fault, 409)
    except UnknownPictureError:
        fault = _("%(name)s is not in this list, or comes with the published text.", name=name)
        return _refuse(draft_id, fault, 409)
    return _go_back(draft_id, done="removed")


def _save_first(draft_id: int) -> AnyResponse | None:
    """Save the editor that a plain form sends along; return the response if that is refused.

    A script has saved it before, and sends only pictures.
    """
    read_form()
    if not wants_fragment():
        response = make_response(save_review(draft_id))
        return None if response.status_code == 303 else response
    if Form.sent().validate():
        return None
    expired = Uploads(faults=[Fault("", str(EXPIRED))])
    return _respond(draft_id, expired, paths=[], done="", is_expired=True)


def _respond(
    draft_id: int, uploads: Uploads, *, paths: list[str], done: str, is_expired: bool = False
) -> AnyResponse:
    """Respond with what became of the pictures of a form."""
    if not wants_fragment():
        if uploads.faults:
            return _refuse(draft_id, uploads.alert, uploads.status, uploads.retry)
        return _go_back(draft_id, done=done)
    page = render_template(
        "desk/drafts/create_picture.hx.html",
        paths=paths,
        faults=[fault.sentence for fault in uploads.faults],
        is_expired=is_expired,
        draft=(written := find_written(draft_id)).draft,
        pictures=list_entries(*written),
        form=Form.empty(),
    )
    return refuse(page, uploads.status if uploads.faults else 201, retry=uploads.retry)


def _refuse(draft_id: int, alert: str, status: int, retry: int | None = None) -> AnyResponse:
    editor = open_editor(draft_id)
    editor.alert = alert
    return show_editor(editor, status, retry=retry)


def _go_back(draft_id: int, *, done: str) -> AnyResponse:
    address = url_for("admin.drafts.edit", draft_id=draft_id, done=done, _anchor="pictures")
    return redirect(address, 303)
