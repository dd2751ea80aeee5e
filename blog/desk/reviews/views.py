"""Views of the desk's list of reviews, where their comments are closed and opened too."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import LARGEST_ID
from blog.db.transactions import write
from blog.desk.filtering import BadFilterError, read_choice
from blog.desk.reviews.forms import ClosureForm
from blog.desk.reviews.queries import find_row, list_rows
from blog.publishing.states import CHANGED, State
from blog.reviews.commands import override_comments
from blog.reviews.queries import UnknownReviewError
from blog.text.normalising import normalise_line
from blog.web.current import current_settings, current_time
from blog.web.htmx import wants_fragment
from blog.web.paging import requested_cursor

LONGEST_SEARCH = 200

blueprint = Blueprint("reviews", __name__)


@blueprint.get("/reviews")
def index() -> str:
    """Show a page of reviews in the state that is asked for, the newest change first."""
    after = requested_cursor()
    try:
        name = read_choice("state", request.args, list(State))
    except BadFilterError as error:
        abort(400, str(error))
    state = State(name) if name else None
    search = normalise_line(request.args.get("q", ""), most=LONGEST_SEARCH)[:LONGEST_SEARCH]
    days = current_settings().comments_close_days
    page = list_rows(state=state, search=search, after=after, days=days, now=current_time())
    if after and not page.items:
        abort(404)
    return render_template(
        "desk/reviews/index.html",
        rows=page.items,
        page=page,
        after=after,
        state=state,
        states=State,
        search=search,
        longest_search=LONGEST_SEARCH,
        parts={name: value for name, value in (("state", state), ("q", search)) if value},
        days=days,
        done=str(CHANGED.get(request.args.get("done", ""), "")),
        alert="",
        form=ClosureForm.empty(),
    )


@blueprint.post(f"/reviews/<int(max={LARGEST_ID}):review_id>/closure")
def update_closure(review_id: int) -> AnyResponse:
    """Close or open the comments on a review, or restore the default for them."""
    form = ClosureForm.sent()
    if not form.validate():
        return _respond_with_row(review_id, form, 422, alert=form.fault)
    try:
        write(override_comments, review_id=review_id, override=form.override)
    except UnknownReviewError:
        abort(404)
    if wants_fragment():
        return _respond_with_row(review_id, form, 200)
    home = url_for("admin.reviews.index", after=form.place, _anchor=f"review-{review_id}")
    return redirect(home, 303)


def _respond_with_row(
    review_id: int, form: ClosureForm, status: int, *, alert: str = ""
) -> AnyResponse:
    """Respond with the current row of a review: a fragment for htmx, else a whole page."""
    days = current_settings().comments_close_days
    row = find_row(review_id=review_id, days=days, now=current_time()) or abort(404)
    template = (
        "desk/reviews/update_closure.hx.html"
        if wants_fragment()
        else "desk/reviews/update_closure.html"
    )
    page = render_template(
        template,
        row=row,
        after=form.place,
        alert=alert,
        form=ClosureForm.empty(),
    )
    return make_response(page, status)
