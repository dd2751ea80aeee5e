"""Fingerprints of tables: the same for the same rows on both databases, and for nothing else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text

from blog.comments.models import CommentCount
from blog.db import fingerprints as batches
from blog.db.engine import WRITING, db
from blog.db.fingerprints import TableFingerprint, fingerprint_tables, read_tables
from blog.db.types import Base
from tests.builders import make_comment, make_review
from tests.databases import on_postgresql, shared_database
from tests.db.test_wide_ids import fill
from tests.engine import statements

TABLES = Base.metadata.sorted_tables


def fingerprints() -> dict[str, TableFingerprint]:
    db.session.rollback()
    found = fingerprint_tables(db.session.connection(), TABLES)
    db.session.rollback()
    return found


@pytest.fixture
def other() -> Iterator[Connection]:
    """A connection to the empty PostgreSQL database of this worker."""
    database = shared_database("postgresql")
    database.empty()
    engine = create_engine(database.url, execution_options={WRITING: True})
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.postgresql
def test_the_same_rows_have_the_same_fingerprints_on_both_databases(app, other):
    fill("first")
    for slug in ("Zebra", "apple", "été", "한국"):
        make_review(slug=slug, drama_title="100 % Rain", rating=8, tags=[slug, "10"])
    # The triggers of the other database count its comments.
    for table in (table for table in TABLES if table.name != CommentCount.__tablename__):
        rows = [row._asdict() for row in db.session.execute(select(table))]
        other.execute(insert(table), sorted(rows, key=lambda row: row.get("id", 0)))
    expected = fingerprints()
    assert min(each.count for each in expected.values()) > 0
    assert fingerprint_tables(other, TABLES) == expected
    # So do the tables as the database describes them, which may be of an older release.
    version = {"alembic_version"}
    for connection in (other, db.session.connection()):
        found = fingerprint_tables(connection, read_tables(connection))
        assert found.keys() == expected.keys() | version
        assert {name: found[name] for name in expected} == expected


def test_a_change_of_a_row_changes_the_fingerprint_of_its_table_alone(app):
    comment = make_comment(review=make_review(), body="At the bench.")
    before = fingerprints()
    assert before["comments"].count == 1
    for change in ("body = 'At the Bench.'", "edited_at = submitted_at", "is_spoiler = 1"):
        db.session.connection(execution_options={WRITING: True})
        db.session.execute(text(f"UPDATE comments SET {change} WHERE id = {comment.id}"))
        found = fingerprint_tables(db.session.connection(), TABLES)
        db.session.rollback()
        assert [name for name in found if found[name] != before[name]] == ["comments"], change
    assert fingerprints() == before


def test_the_size_of_a_batch_does_not_matter(app, monkeypatch):
    review = make_review()
    for number in range(5):
        make_comment(review=review, body=f"Number {number}.")
    before = fingerprints()
    monkeypatch.setattr(batches, "ROWS", 2)
    assert fingerprints() == before


@on_postgresql
def test_text_is_sorted_by_its_bytes_whatever_the_language_of_the_database(app):
    """The server of the tests knows no language, so that the rows of a test do not show it."""
    with statements() as given:
        fingerprints()
    assert any(each.endswith('ORDER BY former_slugs.slug COLLATE "C"') for each in given)
