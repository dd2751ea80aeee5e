"""Render published comments, and keep the HTML of those that pages show again and again.

The HTML depends on nothing but the arguments of `_render`: the template gets only these.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace

from flask import current_app, request
from markupsafe import Markup

from blog.comments.models import Comment
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.text.language import language_tag
from blog.text.scripts import Named, Worded

# Each process keeps the HTML of so many comments of at most so many characters: a few megabytes.
KEPT_COMMENTS = 1000
LONGEST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class RepliedTo(Named):
    """What a page shows of the comment that a reply answers."""

    id: int
    status: Status
    author_name: str


@dataclass(frozen=True, slots=True)
class Said(Worded):
    """What a page shows of a published comment."""

    id: int
    author_name: str
    body: str
    body_html: Markup
    is_spoiler: bool
    submitted_at: datetime
    edited_at: datetime | None
    moderator_id: int | None
    in_reply_to: RepliedTo | None


def render_said(comment: Comment, review: Review, takes_comments: bool) -> Markup:
    """Return the name, text and tools of a published comment as HTML."""
    other = comment.in_reply_to if comment.in_reply_to_id else None
    said = Said(
        id=comment.id,
        author_name=comment.author_name,
        body=comment.body,
        body_html=comment.body_html,
        is_spoiler=comment.is_spoiler,
        submitted_at=comment.submitted_at,
        edited_at=comment.edited_at,
        moderator_id=comment.moderator_id,
        in_reply_to=RepliedTo(other.id, other.status, other.author_name) if other else None,
    )
    render = _render if len(said.body) <= LONGEST_KEPT else _render.__wrapped__
    return render(said, review.slug, takes_comments, request.script_root, language_tag())


@lru_cache(maxsize=KEPT_COMMENTS)
def _render(said: Said, slug: str, takes_comments: bool, _root: str, _language: str) -> Markup:
    """Return the HTML of a comment on the page of a review with this slug."""
    template = current_app.jinja_env.get_template("site/comments/_said.html")
    review = SimpleNamespace(slug=slug)
    values = {"comment": said, "review": review, "takes_comments": takes_comments}
    return template.make_module(values).__html__()
