"""Ids of 64 bits: the migration of rows in every table, and ids beyond 32 bits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Integer, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from blog.accounts.commands import Attempt, begin_sign_in, end_session
from blog.accounts.queries import find_moderator
from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import Base
from blog.decisions.models import Decision
from blog.drafts.commands import change_state
from blog.drafts.models import Happening
from blog.jobs.commands import record_finished
from blog.jobs.models import Job
from blog.limits.models import LimitBucket
from blog.moderation.states import Verdict
from blog.outbox.commands import allow_mail
from blog.outbox.models import OutboxMessage
from blog.pictures.commands import PictureFile, name_picture
from blog.proofs.challenges import Proof
from blog.proofs.commands import spend_proof
from blog.reviews.addresses import change_slug
from blog.rules.models import Kind
from blog.versions.models import SiteVersion
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_draft,
    make_draft_link,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_report,
    make_review,
    make_reviewer,
    make_revision,
)
from tests.databases import SECRET_KEY, on_both, on_postgresql
from tests.db.tables import back, dump, forward, opened, read_columns, triggers_refuse, writing
from tests.desk.rules.ruling import make_rule

pytestmark = pytest.mark.slow

BEFORE, AFTER = "0007", "0008"
SMALL = 2**31


@pytest.fixture
def site(bare_database_url: str) -> Iterator[None]:
    """A database with a row in every table, at the revision before ids of 64 bits."""
    with opened(bare_database_url):
        forward()
        fill("first")
        back(BEFORE)
        yield


def fill(name: str) -> None:
    """Insert into every table, with a value in every column of ids, through the real commands."""
    picture = PictureFile(
        source_hash=name, width=2, height=1, renditions=[[2, f"{name}.webp"]], hue=None
    )
    review = make_review(
        slug=name, pictures=[picture], cast=[("Im Si-wan", "Ki Seon-gyeom")],
        watch=[("Viki", "https://www.viki.com/tv/37440c")], tags=["sport"],
    )  # fmt: skip
    write(change_slug, review_id=review.id, slug=f"{name}-moved")
    make_reviewer(slug=name, name=name, picture=picture)
    moderator = make_moderator(email=f"{name}@example.org")
    make_draft_link(draft_id=review.id, moderator=moderator, now=NOON)
    named = {"draft_id": review.id, "name": f"{name}.webp", "picture_id": review.picture_id}
    write(name_picture, **named, moderator_id=moderator.id, now=NOON)
    draft = make_draft(moderator=moderator)
    seen = {"draft_id": draft.id, "version": draft.version, "moderator_id": moderator.id}
    write(change_state, happening=Happening.DELETED, **seen, now=NOON)
    commented = make_comment(
        review=review, email="reader@example.org", wants_notice=True,
        body=f"A long enough sentence about {name}, and https://example.org/ as a link.",
    )  # fmt: skip
    make_moderator_reply(comment=commented, moderator=moderator)
    public = make_published_comment(review=review, moderator=moderator)
    make_revision(comment=public, body="The scene at the bench.")
    make_report(comment=public)
    undone = make_decision(comment=make_comment(review=review), moderator=moderator)
    make_decision(comment=undone, moderator=moderator, verdict=Verdict.REOPEN)
    make_rule(moderator=moderator, kind=Kind.BROWSER, pattern=name, comment_id=undone.id)
    message_id = db.session.scalars(select(func.max(OutboxMessage.id))).one()
    write(allow_mail, address_hash=name, asked_by=message_id, needs_confirmation=True, now=NOON)
    write(spend_proof, proof=Proof(nonce=name, expires_at=NOON))
    write(end_session, session_key=name, now=NOON)
    write(record_finished, job=Job.MAINTENANCE, now=NOON)
    with writing() as connection:  # No command fills this table on SQLite.
        bucket = {"name": f"address:{name}", "touched_at": NOON}
        connection.execute(insert(LimitBucket), bucket)
    attempt = Attempt(email=name, address="10.9.8.7", device=None, secret_key=SECRET_KEY, now=NOON)
    write(begin_sign_in, attempt=attempt)


# As wide as an id, but a number of changes.
VERSION = SiteVersion.__table__.c.number


def id_columns() -> list[tuple[str, str]]:
    """Return (table, column) of every column of ids."""
    return [
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger) and column is not VERSION
    ]


def largest(table: str, column: str) -> int:
    return db.session.execute(text(f"SELECT max({column}) FROM {table}")).scalar_one()


def begin_ids_at(number: int) -> None:
    """Set every sequence of PostgreSQL to this number."""
    with writing() as connection:
        names = connection.execute(text("SELECT sequencename FROM pg_sequences")).scalars().all()
        for name in names:
            connection.execute(text(f"SELECT setval('{name}', {number})"))


def test_every_column_of_ids_is_of_64_bits():
    small = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name == "id" or column.name.endswith("_id") or column.foreign_keys
        if isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)
    ]
    assert small == [], "Its type is `Id`, from blog/db/types.py."


@on_both
@pytest.mark.usefixtures("site")
def test_an_upgrade_or_a_downgrade_changes_no_row():
    columns = read_columns()
    before = dump(columns)
    assert [table for table, rows in before.items() if not rows] == []
    for move, revision in ((forward, AFTER), (back, BEFORE), (forward, AFTER)):
        move(revision)
        assert read_columns() == columns
        assert dump(columns) == before
    # The sequence of ids continues after the last id.
    forward()
    last = largest("comments", "id")
    assert make_comment(review=make_review(slug="another")).id == last + 1


@on_both
@pytest.mark.parametrize("way", ["forward", "forward and back"])
@pytest.mark.usefixtures("site")
def test_decisions_cannot_be_changed_or_deleted(way):
    forward(AFTER)
    if way == "forward and back":
        back(BEFORE)
    before = dump({"decisions": read_columns()["decisions"]})
    statements = [
        "UPDATE decisions SET reason = 'another'",
        "UPDATE decisions SET reason = 'another' WHERE id = 1",
        "DELETE FROM decisions WHERE id = 1",
        "DELETE FROM decisions",
    ]
    if db.engine.dialect.name == "postgresql":
        statements += ["TRUNCATE decisions", "TRUNCATE moderators CASCADE"]
    assert [statement for statement in statements if not triggers_refuse(statement)] == []
    assert dump({"decisions": read_columns()["decisions"]}) == before


@on_postgresql
@pytest.mark.usefixtures("site")
def test_an_id_beyond_32_bits_fits_in_every_column_and_prevents_a_downgrade():
    forward()
    begin_ids_at(SMALL)
    fill("second")
    assert [(t, c) for t, c in id_columns() if largest(t, c) <= SMALL] == []
    moderator = find_moderator(email="second@example.org")
    decisions = db.session.scalars(select(Decision).where(Decision.moderator == moderator)).all()
    assert all(decision.id > SMALL for decision in decisions)
    assert [d.undoes_id for d in decisions if d.undoes_id] == [decisions[-2].id]
    before = dump(read_columns())
    with pytest.raises(DBAPIError, match="integer out of range"):
        back(BEFORE)
    assert dump(read_columns()) == before
