"""Edit and withdraw a comment on behalf of its author."""

from datetime import datetime

from sqlalchemy import or_, select

from blog.comments.commands import correct_comment
from blog.comments.fields import CONTACT, SHOWN, fields_of
from blog.comments.models import Comment, Revision
from blog.comments.queries import UnknownCommentError, list_waiting_revisions
from blog.comments.removal import mark_withdrawn
from blog.comments.revisions import change_contact, propose_revision
from blog.db.engine import db
from blog.decisions.commands import StaleVersionError
from blog.decisions.queries import find_last_decision
from blog.limits.commands import spend
from blog.moderation.states import Status
from blog.submissions.owning import appears_pending, can_be_changed
from blog.submissions.queries import has_public_replies
from blog.submissions.resending import lock_sender
from blog.submissions.submission import Written


class NotChangeableError(Exception):
    """Raised when an author may no longer edit or withdraw a comment, such as after a reply."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(f"Comment {comment.id} can no longer be changed.")
        self.comment = comment


def revise_comment(
    *,
    comment_id: int,
    owner_hash: str,
    version: int,
    written: Written,
    address: str | None,
    now: datetime,
) -> Comment:
    """Replace the text of a waiting comment, or store an edit of a published one for approval.

    Increments the version, so that a moderator can approve only the text they saw. Does nothing if
    all fields are unchanged. Counts towards the rate limits of comments. Raises
    UnknownCommentError if the browser does not own the comment, StaleVersionError if `version` is
    not the current one, NotChangeableError, or LimitReachedError.
    """
    _, allowances = lock_sender(address=address, owner_hash=owner_hash, now=now)
    comment = lock_own_comment(comment_id=comment_id, owner_hash=owner_hash)
    revision = list_waiting_revisions(comment_ids=[comment_id]).get(comment_id)
    if _is_unchanged(revision or comment, comment, written):
        return comment
    last = find_last_decision(comment_id=comment_id)
    if comment.version != version:
        raise StaleVersionError(comment, last)
    is_replied_to = has_public_replies(comment_id=comment_id)
    if not can_be_changed(
        comment, is_decided=last is not None, is_replied_to=is_replied_to, now=now
    ):
        raise NotChangeableError(comment)
    spend(allowances=allowances, now=now)
    if comment.status != Status.PUBLISHED:
        correct_comment(
            comment=comment,
            # Not the given `owner_hash`, which may belong to the comment's second owner.
            owner_hash=comment.owner_hash,
            values=written.field_values,
            fingerprints=written.fingerprints,
            reasons=written.reasons,
        )
        return comment
    change_contact(comment=comment, values=written.field_values)
    if not _is_shown_unchanged(revision or comment, written):
        propose_revision(
            comment=comment,
            revision=revision,
            values=written.field_values,
            reasons=written.reasons,
            now=now,
        )
    db.session.flush()  # The page that is rendered next queries the database.
    return comment


def withdraw_comment(*, comment_id: int, owner_hash: str, now: datetime) -> Comment:
    """Withdraw a comment at once and return it; a withdrawn comment is returned unchanged.

    Raises UnknownCommentError if the browser does not own the comment, NotChangeableError if a
    moderator has already rejected the comment or taken it down.
    """
    comment = lock_own_comment(comment_id=comment_id, owner_hash=owner_hash)
    if comment.status == Status.WITHDRAWN:
        return comment
    last = find_last_decision(comment_id=comment_id)
    waits = appears_pending(comment, is_decided=last is not None)
    if not waits and comment.status != Status.PUBLISHED:
        raise NotChangeableError(comment)
    mark_withdrawn(comment=comment, now=now)
    return comment


def lock_own_comment(*, comment_id: int, owner_hash: str) -> Comment:
    """Lock a browser's own comment and return it. Raises UnknownCommentError."""
    query = (
        select(Comment)
        .where(
            Comment.id == comment_id,
            or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash),
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    comment = db.session.execute(query).scalar_one_or_none()
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment


def _is_unchanged(present: Comment | Revision, comment: Comment, written: Written) -> bool:
    """Return whether the edit changes no field of the comment."""
    same = fields_of(comment, CONTACT) == fields_of(written, CONTACT)
    return same and _is_shown_unchanged(present, written)


def _is_shown_unchanged(present: Comment | Revision, written: Written) -> bool:
    """Return whether the edit changes none of the fields that the public sees."""
    return fields_of(present, SHOWN) == fields_of(written, SHOWN)
