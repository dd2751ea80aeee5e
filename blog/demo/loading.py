"""Load and delete the demo's reviews and comments."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from blog.comments.fields import fields_of
from blog.comments.models import BODY_LENGTH, Comment
from blog.comments.removal import remove_comments, remove_demo_comments
from blog.db.engine import db
from blog.db.transactions import Write
from blog.manuscripts.importing import read_review
from blog.manuscripts.reviewers import read_reviewers
from blog.moderation.states import Status
from blog.pictures.files import remove_files
from blog.reviewers.commands import publish_demo_reviewers, remove_demo_reviewers
from blog.reviews.addresses import find_review_by_any_slug
from blog.reviews.commands import DemoReviewError, Manuscript, publish, remove_review
from blog.reviews.models import Review
from blog.reviews.queries import list_demo_reviews
from blog.submissions.commands import import_comment
from blog.submissions.submission import Prepared
from blog.text.language import ngettext
from blog.text.markup import render_comment
from blog.text.normalising import normalise_text

HERE = Path(__file__).parent


def load_demo(*, write: Write, media_dir: Path, now: datetime) -> str:
    """Load missing demo reviewers and reviews with comments; return a message with numbers."""
    profiles = read_reviewers(HERE / "reviewers.yaml", media_dir)
    write(publish_demo_reviewers, profiles=profiles)
    loaded = comment_count = 0
    for entry in yaml.safe_load((HERE / "demo.yaml").read_text(encoding="utf-8"))["reviews"]:
        # Files are named by slug. Checked first, because converting pictures takes seconds.
        if find_review_by_any_slug(slug=Path(entry["file"]).stem):
            continue
        published_at = now - timedelta(hours=entry["hours_ago"])
        manuscript = read_review(HERE / entry["file"], media_dir)
        manuscript = replace(manuscript, published_at=published_at)
        comments = [_prepare(comment, now) for comment in entry.get("comments") or []]
        try:
            write(_load_review, manuscript=manuscript, comments=comments, now=now)
        except DemoReviewError:
            continue  # A review with this slug was published a moment ago.
        loaded += 1
        comment_count += len(comments)
    return f"{loaded} reviews and {comment_count} comments loaded."


def clear_demo(*, write: Write, data_dir: Path, media_dir: Path, now: datetime) -> str:
    """Delete the demo; save readers' comments on its reviews to JSON files in `data_dir`.

    Returns a message with the number of deleted reviews and the names of these files.
    """
    reviews = list_demo_reviews()
    kept = []
    for review in reviews:
        path = data_dir / f"demo-{review.slug}-{now:%Y%m%d-%H%M%S}.json"
        rescued, picture_names = write(_remove_review, review=review, rescue=path)
        remove_files(picture_names, media_dir)
        kept += [path] if rescued else []
    write(remove_demo_comments)
    remove_files(write(remove_demo_reviewers), media_dir)
    files = ", ".join(str(path) for path in kept)
    rescue = f" Readers' comments on them are saved in {files}." if files else ""
    deleted = ngettext(
        "%(num)s demo review deleted.", "%(num)s demo reviews deleted.", len(reviews)
    )
    return f"{deleted}{rescue}"


def _prepare(entry: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the fields of a comment; its HTML is rendered here, before the transaction."""
    body = normalise_text(entry["body"], most=BODY_LENGTH)
    return {
        "author_name": entry["name"],
        "author_email": entry.get("email"),
        "body": body,
        "body_html": render_comment(body),
        "status": Status(entry["status"]),
        "submitted_at": now - timedelta(hours=entry["hours_ago"]),
        "is_demo": True,
        "in_reply_to": entry.get("in_reply_to"),
    }


def _load_review(*, manuscript: Manuscript, comments: list[dict[str, Any]], now: datetime) -> None:
    review, _outcome = publish(manuscript=manuscript, now=now, is_demo=True)
    written: dict[str, Comment] = {}
    for entry in comments:
        fields = {name: value for name, value in entry.items() if name != "in_reply_to"}
        replied_to = written.get(entry["in_reply_to"])
        if replied_to is not None:
            fields |= {
                "parent_id": replied_to.parent_id or replied_to.id,
                "in_reply_to_id": replied_to.id,
            }
        comment = import_comment(prepared=Prepared(review_id=review.id, **fields))
        written.setdefault(comment.author_name, comment)


def _remove_review(*, review: Review, rescue: Path) -> tuple[int, list[str]]:
    """Save readers' comments on a review to the file `rescue`, then delete the review.

    Returns the number of saved comments and the names of unused picture files.
    """
    comments = _list_readers_comments(review.id)
    if comments:
        # Inside the transaction, so that no comment is deleted without being saved.
        text = json.dumps([_describe(c, review) for c in comments], ensure_ascii=False, indent=2)
        rescue.write_text(text, encoding="utf-8")
    remove_comments(review_id=review.id)
    return len(comments), remove_review(review=review)


def _describe(comment: Comment, review: Review) -> dict[str, Any]:
    return {
        "review": review.slug,
        **fields_of(comment),
        "status": comment.status,
        "submitted_at": comment.submitted_at.isoformat(),
    }


def _list_readers_comments(review_id: int) -> Sequence[Comment]:
    """Return the comments on a review in any status, except demo comments."""
    query = select(Comment).where(Comment.review_id == review_id, ~Comment.is_demo)
    return db.session.execute(query.order_by(Comment.id)).scalars().all()
