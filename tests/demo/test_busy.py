"""The command `demo load --busy`."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from blog.comments.models import BODY_LENGTH, NAME_LENGTH, Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.demo.busy import FILE
from blog.marks.models import CommentFingerprint, Reason
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.text.normalising import has_visible_character, normalise_line, normalise_text
from tests.builders import make_comment, make_decision, make_moderator, make_review
from tests.desk.desk import everything

pytestmark = pytest.mark.slow

BUSY = Comment.is_demo & Comment.owner_hash.is_not(None)


@pytest.fixture
def own_reviews(app):
    """Publish reviews at the demo's addresses, without its pictures, which take seconds."""
    given = yaml.safe_load((FILE.parent / "demo.yaml").read_text(encoding="utf-8"))
    for entry in given["reviews"]:
        slug = Path(entry["file"]).stem
        make_review(slug=slug, drama_title=f"The drama called {slug}")


def count(*conditions, what=None) -> int:
    counted = func.count() if what is None else func.count(what.distinct())
    return db.session.execute(select(counted).select_from(Comment).where(*conditions)).scalar_one()


def with_reason(name: str):
    """Return the condition that a comment has this reason."""
    return Comment.id.in_(select(Reason.comment_id).where(Reason.name == name))


def test_the_busy_demo_has_300_waiting_comments_with_reasons_and_30_copies(demo, clock):
    assert demo("load", "--busy").endswith("300 waiting and 25 decided comments loaded.\n")
    waiting = BUSY & (Comment.status == Status.PENDING)
    assert count(waiting) == 300
    assert count(waiting, what=Comment.waiting_since) >= 200
    assert count(BUSY, Comment.submitted_at >= clock.now) == 0
    early = select(Comment.id).join(Review, Review.id == Comment.review_id)
    assert not db.session.execute(early.where(Comment.submitted_at < Review.published_at)).all()
    assert count(waiting, with_reason("links")) >= 40
    assert count(waiting, with_reason("hasty")) >= 8
    assert count(waiting, with_reason("trap")) == 5
    assert count(waiting, Comment.is_spoiler) == 8
    assert count(waiting, Comment.wants_notice) >= 10
    assert count(waiting, Comment.wants_notice, Comment.author_email.is_(None)) == 0
    known = select(Comment.owner_hash).where(BUSY, Comment.status != Status.PENDING)
    assert count(waiting, Comment.owner_hash.in_(known), what=Comment.owner_hash) >= 20
    # The copies come from 28 addresses and have one key.
    copies = Comment.body.contains("Korean Series Club")
    assert count(copies, with_reason("copies")) == 30
    assert count(copies, what=Comment.body) == 30
    assert count(copies, what=Comment.owner_hash) == 30
    assert count(copies, what=Comment.client_name) == 28
    assert count(copies, what=Comment.copies_key) == 1


@pytest.mark.usefixtures("own_reviews")
def test_loading_again_adds_only_missing_comments_and_undoes_no_decision(demo, clock):
    demo("load", "--busy")
    first = db.session.execute(select(Comment).where(BUSY).order_by(Comment.id)).scalars().all()
    waiting = next(comment for comment in first if comment.status == Status.PENDING)
    make_decision(comment=waiting, moderator=make_moderator(), now=clock.now)
    before = everything()
    clock.advance(days=1)
    output = demo("load", "--busy")
    assert "0 waiting and 0 decided comments loaded." in output
    assert everything() == before
    # Deleting them gives the state after an interrupted load.
    for comment in first[-7:]:
        write(remove_comment, comment_id=comment.id)
    output = demo("load", "--busy")
    assert "7 waiting and 0 decided comments loaded." in output
    assert count(BUSY) == 325


@pytest.mark.usefixtures("own_reviews")
def test_clear_deletes_the_busy_comments_and_no_comment_by_readers(demo):
    ours = db.session.execute(select(Review).where(Review.slug == "my-mister")).scalar_one()
    make_comment(review=ours, body="Kept and waiting.")
    demo("load", "--busy")
    assert count(BUSY, Comment.review_id == ours.id) > 40
    demo("clear")
    bodies = db.session.execute(select(Comment.body)).scalars().all()
    assert bodies == ["Kept and waiting."]
    for table in (Reason, CommentFingerprint):
        comment_ids = db.session.execute(select(table.comment_id)).scalars().all()
        assert set(comment_ids) <= set(db.session.execute(select(Comment.id)).scalars())


def test_every_comment_of_the_file_meets_the_limits_of_the_form():
    given = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    comments = given["comments"]
    assert sum("state" not in comment for comment in comments) == 270
    assert sum(template["count"] for template in given["copies"]) == 30
    sent = [(c["review"], c["reader"], c["body"]) for c in comments]
    assert len(set(sent)) == len(sent), "one browser sends the same twice"
    for comment in [*comments, *given["copies"]]:
        assert len(normalise_text(comment["body"], most=BODY_LENGTH)) <= BODY_LENGTH
        assert has_visible_character(comment["body"])
    for comment in comments:
        assert 1 <= len(normalise_line(comment["name"], most=NAME_LENGTH)) <= NAME_LENGTH
        assert 1 <= comment["reader"] <= 254, "the last part of an address"
    assert sum(len(comment["body"]) >= 600 for comment in comments) >= 12
