"""Render the page of a review around the list of its comments, and keep the HTML.

The HTML depends on nothing but the arguments of `_render`. `find_page` and `find_around` return the
same objects for the same rows, so another review, or a change of one, is another argument.
"""

from datetime import datetime
from functools import lru_cache

from flask import request
from markupsafe import Markup

from blog.listings.around import Around
from blog.reviews.models import Review
from blog.reviews.rows import KEPT_REVIEWS, LONGEST_KEPT
from blog.settings import Settings
from blog.site.comments.forms import CommentForm
from blog.site.reviews.wording import DEMO_NOTE, describe, describe_linked_picture
from blog.text.language import language_tag
from blog.web.assets import version
from blog.web.current import current_settings
from blog.web.gaps import GAP, may_keep_html, render_parts


def render_page(
    review: Review,
    around: Around,
    *,
    count: int,
    takes_comments: bool,
    closes_at: datetime | None,
    comment_list: Markup,
) -> str:
    """Return the page of a review with this list of comments."""
    is_kept = may_keep_html() and len(review.body_html) <= LONGEST_KEPT
    parts = (_render if is_kept else _render.__wrapped__)(
        *(review, around, count, takes_comments, closes_at),
        *(current_settings(), request.script_root, language_tag(), version()),
    )
    return str(comment_list).join(parts)


@lru_cache(maxsize=KEPT_REVIEWS)
def _render(
    review: Review,
    around: Around,
    count: int,
    takes_comments: bool,
    closes_at: datetime | None,
    settings: Settings,
    _root: str,
    _language: str,
    _files: str,
) -> tuple[str, ...]:
    """Return the HTML before and after the list of comments."""
    return render_parts(
        "site/reviews/show.html",
        review=review,
        description=describe(review),
        image_words=describe_linked_picture(review),
        demo_note=DEMO_NOTE if review.is_demo else "",
        older=around.older,
        newer=around.newer,
        series=around.series,
        related=around.related,
        count=count,
        takes_comments=takes_comments,
        closes_at=closes_at,
        comment_list=GAP,
        form=CommentForm.empty(),
        site_name=settings.site_name,
    )
