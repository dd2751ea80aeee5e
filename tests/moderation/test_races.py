"""Two moderators, each with two browsers in processes of their own, on the same comments."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from blog.comments.models import Comment, Decision, Status
from blog.database import db
from tests.builders import csrf_token, make_comment, make_moderator, make_review, sign_in
from tests.processes import PROCESSES, run_together

ROUNDS = 50
SESSION = "second_lead_admin"


def decide_all(app: Flask, share: dict[str, Any]) -> list[int]:
    """Decide on every comment, one after the other, as fast as one can."""
    client = app.test_client()
    client.set_cookie(SESSION, share["cookie"], path="/admin")
    return [
        client.post(
            f"/admin/comments/{number}/decisions",
            data={"csrf_token": share["token"], "version": 1, "verdict": share["verdict"]},
            headers={"HX-Request": "true", "HX-Request-Type": "partial"},
        ).status_code
        for number in share["ids"]
    ]


def test_of_two_moderators_one_decides_and_the_other_is_told(app):
    review = make_review()
    ids = [make_comment(review=review, body=f"Number {n}.").id for n in range(ROUNDS)]
    shares = []
    moderators = {"approve": "mina@example.org", "spam": "jun@example.org"}
    for verdict, email in moderators.items():
        make_moderator(email=email)
        client = app.test_client()
        sign_in(client, email=email)
        token = csrf_token(client)
        cookie = client.get_cookie(SESSION, path="/admin").value
        share = {"cookie": cookie, "token": token, "verdict": verdict, "ids": ids}
        shares += [share] * (PROCESSES // 2)
    statuses = run_together(app, decide_all, shares)
    db.session.rollback()
    log = list(db.session.scalars(select(Decision).order_by(Decision.comment_id)))
    assert [row.comment_id for row in log] == ids
    for row, *answers in zip(log, *statuses, strict=True):
        winner = row.verdict.value
        expected = [200 if share["verdict"] == winner else 409 for share in shares]
        assert answers == expected, f"comment {row.comment_id}: {answers}"
        comment = db.session.get_one(Comment, row.comment_id)
        assert (comment.status, comment.version) == (row.to_status, 2)
        assert row.from_status == Status.PENDING
