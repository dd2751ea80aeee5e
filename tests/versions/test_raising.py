"""Only changes that readers can see raise the version of what is public."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text

from blog.comments.counts import correct_counts
from blog.comments.models import Seen
from blog.comments.removal import delete_comments
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.moderation.states import Verdict
from blog.submissions.changes import withdraw_comment
from blog.versions.commands import raise_version
from blog.versions.models import SiteVersion
from tests.builders import (
    NOON,
    make_changes,
    make_comment,
    make_decision,
    make_draft,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_report,
    make_review,
    make_reviewer,
    make_revision,
)
from tests.databases import on_both
from tests.db.tables import writing


@pytest.fixture(autouse=True)
def review(app):
    return make_review()


@pytest.fixture
def moderator():
    return make_moderator()


def read_number() -> int:
    db.session.rollback()
    return db.session.execute(select(SiteVersion.number)).scalar_one_or_none() or 0


@contextmanager
def raised(times: int) -> Iterator[None]:
    before = read_number()
    yield
    assert read_number() - before == times


def test_a_comment_raises_it_when_it_is_published_and_not_while_it_waits(review, moderator):
    with raised(0):
        comment, other = (make_comment(review=review) for _ in range(2))
        make_decision(comment=other, moderator=moderator, verdict=Verdict.SPAM)
    with raised(1):
        comment = make_decision(comment=comment, moderator=moderator)
    with raised(0):
        make_report(comment=comment)
    with raised(1):
        make_moderator_reply(comment=comment, moderator=moderator)


@on_both
@pytest.mark.parametrize("verdict", [Verdict.TAKE_DOWN, Verdict.REOPEN])
def test_a_decision_on_a_published_comment_raises_it(review, moderator, verdict):
    comment = make_published_comment(review=review, moderator=moderator)
    with raised(1):
        make_decision(comment=comment, moderator=moderator, verdict=verdict)


def test_deciding_on_many_comments_raises_it_once(review, moderator):
    comments = [make_comment(review=review, body=f"Scene {n}.") for n in range(5)]
    seen = [Seen(comment.id, comment.version) for comment in comments]
    ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=moderator.id, now=NOON)
    with raised(1):
        write(decide, seen=seen, ruling=ruling)


def test_an_edit_raises_it_when_it_is_approved(review, moderator):
    comment = make_published_comment(review=review, moderator=moderator, token="t" * 22)
    with raised(0):
        comment = make_revision(comment=comment, body="The tree scene.")
    with raised(1):
        make_decision(comment=comment, moderator=moderator)


def test_withdrawing_or_deleting_a_comment_raises_it_if_it_was_published(review, moderator):
    waiting = [make_comment(review=review, token="t" * 22) for _ in range(2)]
    published = [
        make_published_comment(review=review, moderator=moderator, token="u" * 22, body=body)
        for body in ("One scene.", "Another scene.")
    ]
    for comments, times in ((waiting, 0), (published, 1)):
        one, other = comments
        with raised(times):
            write(withdraw_comment, comment_id=one.id, owner_hash=one.owner_hash or "", now=NOON)
        with raised(times):
            write(delete_comments, comment_ids=[other.id])


def test_publishing_and_the_profile_of_a_reviewer_raise_it_and_a_draft_does_not(review, moderator):
    with raised(0):
        make_draft(moderator=moderator)
        make_changes(review=review, moderator=moderator, body="Something else.")
    with raised(1):
        make_review(slug="another")
    with raised(1):
        make_reviewer()


def test_correcting_a_wrong_count_raises_it(review, moderator):
    make_published_comment(review=review, moderator=moderator)
    with raised(0):
        correct_counts(write=write)
    with writing() as connection:
        connection.execute(text("UPDATE comment_counts SET published_count = 7"))
    with raised(1):
        correct_counts(write=write)


def test_a_transaction_that_fails_raises_nothing():
    def fail() -> None:
        raise_version()
        raise KeyError

    with raised(0), pytest.raises(KeyError):
        write(fail)
    with raised(0):
        write(lambda: None)  # What the one before asked for is forgotten.
