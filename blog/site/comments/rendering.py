"""Render published comments, and keep the HTML of those that pages show again and again.

The HTML depends on nothing but the arguments of `_render`: the templates get only these.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import SimpleNamespace

from flask import render_template, request
from markupsafe import Markup

from blog.db.paging import Cursor, Page
from blog.reviews.models import Review
from blog.site.comments.shown import Shown
from blog.text.language import language_tag
from blog.text.markup import trust_rendered
from blog.web.gaps import GAP, may_keep_html, render_parts

# Each process keeps the HTML of so many comments of at most so many characters: a few megabytes.
KEPT_COMMENTS = 1000
LONGEST_KEPT = 1000

Replies = Mapping[int, Page[Shown]]
_NO_REPLIES: Page[Shown] = Page([], None)
_BEGINNING, _REPLY = "site/comments/_comment.html", "site/comments/_reply.html"


def render_list(
    page: Page[Shown], replies: Replies, *, review: Review, takes_comments: bool
) -> Markup:
    """Return the list of a review's comments as HTML, with the link to the next page."""
    threads = render_threads(page.items, replies, review=review, takes_comments=takes_comments)
    return trust_rendered(
        render_template(
            "site/comments/_list.html",
            page=page,
            threads=threads,
            review=review,
            takes_comments=takes_comments,
        )
    )


def render_threads(
    comments: Iterable[Shown], replies: Replies, *, review: Review, takes_comments: bool
) -> Markup:
    """Return top-level comments as HTML, each with the given replies below it."""
    page = (review.slug, takes_comments, request.script_root, language_tag())
    longest = LONGEST_KEPT if may_keep_html() else 0

    def render(template: str, said: Shown, is_thread: bool, more: Cursor | None) -> tuple[str, ...]:
        keep = _render if len(said.body) <= longest else _render.__wrapped__
        return keep(template, said, is_thread, more, *page)

    parts: list[str] = []
    for comment in comments:
        thread = replies.get(comment.id, _NO_REPLIES)
        below = "".join(render(_REPLY, reply, False, None)[0] for reply in thread.items)
        parts.append(below.join(render(_BEGINNING, comment, bool(below), thread.next)))
    return trust_rendered("".join(parts))


@lru_cache(maxsize=KEPT_COMMENTS)
def _render(
    template: str,
    said: Shown,
    is_thread: bool,
    more: Cursor | None,
    slug: str,
    takes_comments: bool,
    _root: str,
    _language: str,
) -> tuple[str, ...]:
    """Return the HTML of a comment, in two parts if it is the beginning of a thread with replies.

    `more` is the cursor of the replies that follow those on the page.
    """
    return render_parts(
        template,
        comment=said,
        is_thread=is_thread,
        more=more,
        replies=GAP,
        review=SimpleNamespace(slug=slug),
        takes_comments=takes_comments,
    )
