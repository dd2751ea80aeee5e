"""What readers and moderators write, step by step, on a review with many comments."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from tests.builders import make_review
from tests.desk.desk import Desk, open_desk
from tests.page import Reader
from tests.proofs.solving import prove
from tests.site.comments.sending import COMMENT, random_id, send

# Every fourth comment waits.
_COMMENTS = """
INSERT INTO comments (review_id, author_name, body, body_html, is_spoiler, status, version,
    submitted_at, published_at, waiting_since, has_replies, is_blank, wants_notice, wants_replies,
    copies_key, owner_hash, client_name, submission_hash, is_demo)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {size})
SELECT {review_id}, 'Mina', 'Comment ' || n, 'Comment ' || n, {no},
    CASE WHEN n % 4 = 0 THEN 'pending' ELSE 'published' END, 1,
    {now}, CASE WHEN n % 4 = 0 THEN NULL ELSE {now} END, CASE WHEN n % 4 = 0 THEN {now} END,
    {no}, {no}, {no}, {no}, 'key' || n, 'owner' || n, 'client' || n, 'form' || n, {no} FROM numbers
"""
_OTHERS = (
    "INSERT INTO comment_fingerprints (value, comment_id) SELECT id * 7, id FROM comments",
    """
    INSERT INTO limit_hits (bucket, happened_at)
    SELECT 'address:' || client_name, submitted_at FROM comments
    """,
    """
    INSERT INTO decisions (comment_id, moderator_id, verdict, from_status, to_status, version,
        decided_at, shares_reason, from_spoiler, waited_seconds)
    SELECT id, {moderator_id}, 'approve', 'pending', 'published', 1, submitted_at, {no}, {no}, 60
    FROM comments WHERE status = 'published'
    """,
)


class Site:
    """A review with `size` comments, a reader and a moderator, who have been here before."""

    def __init__(self, app: Flask, size: int) -> None:
        self.desk: Desk = open_desk(app)
        self.app, self.review = app, make_review()
        write(self._fill, size)
        self.reader: Reader = app.test_client()
        self.send(submission_id=random_id())
        assert self.desk.token, "fetched now, and not with a decision"

    def _fill(self, size: int) -> None:
        """Store the comments, and what belongs to them, by a statement for each table."""
        is_sqlite = db.engine.dialect.name == "sqlite"
        values = {
            "review_id": self.review.id,
            "moderator_id": self.desk.moderator.id,
            "size": size,
            "no": "0" if is_sqlite else "false",
            "now": ("" if is_sqlite else "timestamp ") + "'2026-05-01 12:00:00.000000'",
        }
        for sql in (_COMMENTS, *_OTHERS):
            db.session.execute(text(sql.format(**values)))

    def send(self, **more: Any) -> None:
        """Send a comment as the script does, from a browser without cookies."""
        stranger = self.app.test_client()
        data = COMMENT | {"body": f"{random_id()} {random_id()}"} | more
        assert send(stranger, data, htmx=True).status_code == 201

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield what is written, by name."""
        yield "a new comment", lambda: self.send(submission_id=random_id())
        proof = prove(self.reader)
        yield "one with a proof", lambda: self.send(submission_id=random_id(), proof=proof)
        yield "one without a script", self.send
        public, waiting = (self._find(status) for status in ("published", "pending"))
        yield "a reply", lambda: self.send(submission_id=random_id(), parent_id=str(public.id))
        for verdict in ("approve", "reopen"):
            yield verdict, lambda verdict=verdict: self._decide(waiting, verdict)

    def _find(self, status: str) -> Comment:
        db.session.rollback()
        query = select(Comment).where(Comment.status == status, Comment.version == 1)
        found = db.session.execute(query.order_by(Comment.id).limit(1)).scalar_one()
        db.session.expunge(found)  # Or its id would be asked for in a step.
        return found

    def _decide(self, comment: Comment, verdict: str) -> None:
        version = 1 if verdict == "approve" else 2
        assert self.desk.decide(comment, verdict, version=version).status_code == 200
