"""Views of the moderators' list of reviews, where comments are closed and opened."""

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.transactions import write
from blog.desk.reviews.forms import ClosureForm
from blog.desk.reviews.queries import list_review_rows
from blog.reviews.commands import UnknownReviewError, override_comments
from blog.reviews.queries import find_dated_review, list_dated_reviews
from blog.web.current import current_settings, current_time
from blog.web.htmx import wants_fragment
from blog.web.paging import requested_cursor

blueprint = Blueprint("reviews", __name__)


@blueprint.get("/reviews")
def index() -> str:
    """Show a page of reviews, with the closing state of their comments."""
    after = requested_cursor()
    page = list_dated_reviews(after=after)
    if after and not page.items:
        abort(404)
    days = current_settings().comments_close_days
    return render_template(
        "desk/reviews/index.html",
        rows=list_review_rows(reviews=page.items, days=days, now=current_time()),
        page=page,
        after=after,
        days=days,
        alert="",
        form=ClosureForm.empty(),
    )


@blueprint.post("/reviews/<slug>/closure")
def update_closure(slug: str) -> AnyResponse:
    """Close or open the comments on a review, or restore the default for them."""
    if "\0" in slug:
        abort(404)  # PostgreSQL refuses text with a null character.
    form = ClosureForm.sent()
    if not form.validate():
        return _respond_with_row(slug, form, 422, alert=form.fault)
    try:
        write(override_comments, slug=slug, override=form.override)
    except UnknownReviewError:
        abort(404)
    if wants_fragment():
        return _respond_with_row(slug, form, 200)
    home = url_for("admin.reviews.index", after=form.place, _anchor=f"closure-{slug}")
    return redirect(home, 303)


def _respond_with_row(slug: str, form: ClosureForm, status: int, *, alert: str = "") -> AnyResponse:
    """Respond with the current row of a review: a fragment for htmx, else a whole page."""
    review = find_dated_review(slug=slug) or abort(404)
    template = (
        "desk/reviews/update_closure.hx.html"
        if wants_fragment()
        else "desk/reviews/update_closure.html"
    )
    days = current_settings().comments_close_days
    (row,) = list_review_rows(reviews=[review], days=days, now=current_time())
    page = render_template(
        template,
        row=row,
        after=form.place,
        alert=alert,
        form=ClosureForm.empty(),
    )
    return make_response(page, status)
