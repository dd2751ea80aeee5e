"""Migrations of a database with data: an upgrade or a downgrade loses nothing."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import MetaData, Table, func, insert, make_url, select, text

from blog.comments.known import list_wrong
from blog.comments.models import FOLDED, Comment, Seen
from blog.comments.queries import count_public_comments
from blog.comments.removal import delete_comments, remove_comment
from blog.db import migrating
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.models import Decision, DecisionTally
from blog.decisions.recording import Ruling
from blog.desk.queue.matching import QueueFilter
from blog.desk.queue.queries import list_queue
from blog.desk.queue.row_queries import list_rows
from blog.listings.around import find_around
from blog.moderation.states import Status, Verdict
from blog.reviews.models import Review
from blog.site.comments.queries import list_public_comments, list_public_replies
from blog.submissions.changes import withdraw_comment
from blog.submissions.submission import hash_token
from blog.text.folding import fold_for_search
from tests.builders import (
    NOON,
    make_comment,
    make_published_comment,
    make_published_reply,
    make_report,
    make_review,
    make_revision,
)
from tests.databases import (
    bare_postgres,
    drop_postgres,
    on_both,
    postgres_server,
    scratch_folder,
)
from tests.db.tables import (
    back,
    dump,
    dump_by_old_names,
    forward,
    opened,
    read_columns,
    triggers_refuse,
    writing,
)
from tests.desk.log.log import list_wrong_tallies

STATUSES = ["pending", "published", "rejected", "spam", "pending", "published"]
VERDICTS = {"published": "approve", "rejected": "reject", "spam": "spam"}
TOKEN = "0123456789abcdef0123456789abcdef"

pytestmark = [on_both, pytest.mark.slow]


@cache
def prepare_database(database_name: str, release: str, *, is_forward: bool) -> str:
    """Return the URL of a database with the data of a release, upgraded if `is_forward`.

    Each database is made once; tests use copies.
    """
    if database_name == "sqlite":
        url = f"sqlite:///{scratch_folder() / 'prepared.sqlite3'}"
    else:
        url = bare_postgres()
    with opened(url):
        migrating.upgrade("0001")
        fill()
        if release == "0003":
            migrating.upgrade("0003")
            fill_with_replies()
        if is_forward:
            forward()
    return url


@contextmanager
def copy_of(url: str, folder: Path) -> Iterator[str]:
    """Copy a database without open connections, and yield the URL of the copy."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{shutil.copy(str(make_url(url).database), folder / 'copy.sqlite3')}"
        return
    name = f"copy_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")
    copy = make_url(url).set(database=name).render_as_string(hide_password=False)
    yield copy
    drop_postgres(copy)


def site_of(release: str, *, is_forward: bool = False) -> Callable[..., Any]:
    """Return a fixture: a site with the data of a release, upgraded if `is_forward`."""

    @pytest.fixture
    def site(database_name: str, tmp_path: Path) -> Iterator[None]:
        source = prepare_database(database_name, release, is_forward=is_forward)
        with copy_of(source, tmp_path) as url, opened(url):
            yield

    return site


first_release = site_of("0001")
after_first_release = site_of("0001", is_forward=True)
third_release = site_of("0003")
after_third_release = site_of("0003", is_forward=True)


def minute(number: int) -> datetime:
    """Return the time `number` minutes after noon on 1 April 2026."""
    return datetime(2026, 4, 1, 12, 0, tzinfo=UTC) + timedelta(minutes=number)


def fill() -> None:
    """Insert the data of a site at the first release: comments in every state, and decisions.

    The last comment and the last decision are deleted again, so that their ids have been used.
    """
    with writing() as connection:
        found = MetaData()
        tables = {
            name: Table(name, found, autoload_with=connection)
            for name in ("reviews", "moderators", "comments", "decisions")
        }

        def add(table: str, **row: object) -> None:
            connection.execute(insert(tables[table]).values(**row))

        add(
            "moderators", email="mina@example.org", name="Mina Park", password_hash="x",
            session_key="y", is_active=True, created_at=minute(0),
        )  # fmt: skip
        add(
            "reviews", slug="run-on", title="Run On", byline="Hana Yoo", summary="A runner.",
            body="They run.", body_html="<p>They run.</p>", published_at=minute(0), source_hash="z",
            drama_title="Run On", comments_open=True, is_demo=False,
        )  # fmt: skip
        for number, status in enumerate([*STATUSES, "spam"], start=1):
            add(
                "comments", review_id=1, author_name="은수", author_email=f"{number}@example.org",
                body=f"벤치 😭 {number}", body_html=f"<p>벤치 😭 {number}</p>", status=status,
                version=1 if status == "pending" else 2, submitted_at=minute(number),
                published_at=minute(60) if status == "published" else None,
                owner_hash=f"owner {number}", submission_hash=f"form {number}",
                client_name=f"client {number}", is_demo=False,
            )  # fmt: skip
            if status != "pending":
                add(
                    "decisions", comment_id=number, moderator_id=1, verdict=VERDICTS[status],
                    from_status="pending", to_status=status, version=1, decided_at=minute(60),
                )  # fmt: skip
        # A second decision on this comment, from spam to published; both rows are deleted below.
        add(
            "decisions", comment_id=7, moderator_id=1, verdict="approve", from_status="spam",
            to_status="published", version=2, decided_at=minute(61),
        )  # fmt: skip
        connection.execute(text("DELETE FROM comments WHERE id = 7"))
        connection.execute(text("DELETE FROM decisions WHERE id = 6"))


def fill_with_replies() -> None:
    """Insert the data of a site at the third release: replies by moderators.

    Comment 2 has two published replies. Comment 6 has a reply that was taken down, and a reply that
    is deleted again, so that its id has been used.
    """
    with writing() as connection:
        comments = Table("comments", MetaData(), autoload_with=connection)
        decisions = Table("decisions", MetaData(), autoload_with=connection)
        for number, (parent, status) in enumerate(
            [(2, "published"), (2, "published"), (6, "removed"), (6, "published")], start=8
        ):
            connection.execute(
                insert(comments).values(
                    review_id=1, author_name="Mina Park", body=f"고맙습니다 {number}",
                    body_html=f"<p>고맙습니다 {number}</p>", status=status, version=2,
                    submitted_at=minute(70 + number), published_at=minute(70 + number),
                    is_demo=False, is_folded=False, wants_notice=False, parent_id=parent,
                    moderator_id=1,
                )
            )  # fmt: skip
            connection.execute(
                insert(decisions).values(
                    comment_id=number, moderator_id=1, verdict="approve", from_status="pending",
                    to_status="published", version=1, decided_at=minute(70 + number),
                    is_told=False, from_folded=False, bulk_key=f"{number:032}",
                )
            )  # fmt: skip
        connection.execute(text("DELETE FROM comments WHERE id = 11"))


@pytest.mark.usefixtures("first_release")
def test_an_upgrade_keeps_all_rows_and_pending_comments_stay_in_the_queue():
    old = read_columns()
    before = dump(old)
    forward()
    assert dump_by_old_names(old) == before
    comments = list(db.session.scalars(select(Comment).order_by(Comment.id)))
    assert [comment.status for comment in comments] == STATUSES
    for comment in comments:
        assert comment.waiting_since == (comment.submitted_at if comment.is_pending else None)
        assert (comment.is_spoiler, comment.parent_id, comment.wants_notice) == (False, None, False)
    page = list_queue(wanted=QueueFilter(), now=NOON)
    assert [comment.id for comment in page.items] == [1, 5]
    rows = list_rows(comments=page.items, wanted=QueueFilter(), now=NOON)
    assert [row.copies for row in rows] == [None, None]


@pytest.mark.usefixtures("after_first_release")
def test_old_decisions_are_unchanged_and_can_be_undone():
    rows = list(db.session.scalars(select(Decision).order_by(Decision.id)))
    assert [(row.id, row.comment_id, row.verdict, row.to_status) for row in rows] == [
        (1, 2, "approve", "published"),
        (2, 3, "reject", "rejected"),
        (3, 4, "spam", "spam"),
        (4, 6, "approve", "published"),
        (5, 7, "spam", "spam"),
    ]
    # Comment 7 is deleted, so its waiting time is unknown.
    assert [row.from_waiting_since for row in rows] == [*map(minute, (2, 3, 4, 6)), None]
    assert {(row.shares_reason, row.reason, row.bulk_key, row.undoes_id) for row in rows} == {
        (False, None, None, None)
    }
    assert triggers_refuse("UPDATE decisions SET verdict = 'reject' WHERE id = 1")
    assert triggers_refuse("DELETE FROM decisions WHERE id = 1")
    undone = decide_on(3, 2, Verdict.REOPEN)
    assert (undone.status, undone.waiting_since) == (Status.PENDING, minute(3))


@pytest.mark.usefixtures("after_first_release")
def test_what_the_moderators_pages_need_is_counted_from_old_rows():
    assert list_wrong_tallies() == []
    assert list_wrong(size=10) == []
    decisions, tallies = (func.count(Decision.id), func.sum(DecisionTally.decisions))
    assert db.session.scalar(select(decisions)) == db.session.scalar(select(tallies))


@pytest.mark.usefixtures("after_first_release")
def test_a_review_of_an_earlier_release_finds_the_other_reviews_of_its_drama():
    other = make_review(slug="finale", drama_title="RUN on", drama_year=None)
    found = find_around(review=db.session.get_one(Review, 1), now=NOON).series
    assert [review.id for review in found] == [1, other.id]


def decide_on(comment_id: int, version: int, verdict: Verdict, **more) -> Comment:
    ruling = Ruling(verdict=verdict, moderator_id=1, now=NOON, **more)
    (result,) = write(decide, seen=[Seen(comment_id, version)], ruling=ruling)
    assert result.is_done
    return result.comment


@pytest.mark.parametrize("way", ["up", "up, down and up"])
@pytest.mark.usefixtures("after_first_release")
def test_no_id_is_used_again(way):
    if "down" in way:
        back("0001")
        forward()
    decide_on(1, 1, Verdict.SPAM)
    assert max(db.session.scalars(select(Decision.id))) == 7
    assert make_comment(review=db.session.get_one(Review, 1)).id == 8


@pytest.mark.usefixtures("first_release")
def test_a_downgrade_and_an_upgrade_lose_no_data_of_the_first_release():
    old = read_columns()
    before = dump(old)
    forward()
    new = read_columns()
    after = dump(new)
    back("0001")
    assert read_columns() == old
    assert dump(old) == before
    forward()
    assert read_columns() == new
    assert dump(new) == after


@pytest.mark.usefixtures("after_first_release")
def test_a_downgrade_turns_values_unknown_to_the_first_release_into_the_nearest():
    for comment_id, version, verdict in (
        (1, 1, Verdict.APPROVE_SPOILER),
        (1, 2, Verdict.NOT_SPOILER),
        (2, 2, Verdict.TAKE_DOWN),
        (3, 2, Verdict.REOPEN),
    ):
        decide_on(comment_id, version, verdict, reason="A reason.")
    make_report(comment=db.session.get_one(Comment, 6))
    count = len(list(db.session.scalars(select(Decision.id))))
    back("0001")
    statuses = dict(dump({"comments": ["id", "status"]})["comments"])
    assert statuses == {
        1: "published", 2: "rejected", 3: "pending", 4: "spam", 5: "pending", 6: "published",
    }  # fmt: skip
    rows = dump({"decisions": ["id", "comment_id", "verdict", "from_status", "to_status"]})
    assert len(rows["decisions"]) == count
    assert [row[1:] for row in rows["decisions"][-4:]] == [
        (1, "approve", "pending", "published"),
        (1, "approve", "published", "published"),
        (2, "reject", "published", "rejected"),
        (3, "reject", "rejected", "pending"),
    ]
    forward()
    waiting = list_queue(wanted=QueueFilter(), now=NOON).items
    assert [comment.id for comment in waiting] == [3, 5]
    assert triggers_refuse("DELETE FROM decisions")


@pytest.mark.usefixtures("third_release")
def test_an_upgrade_keeps_replies_and_stores_what_they_reply_to():
    old = read_columns()
    before = dump(old)
    forward()
    assert dump_by_old_names(old) == before
    comments = {comment.id: comment for comment in db.session.scalars(select(Comment))}
    assert {c.id: (c.parent_id, c.in_reply_to_id) for c in comments.values() if c.parent_id} == {
        8: (2, 2), 9: (2, 2), 10: (6, 6),
    }  # fmt: skip
    assert [number for number in sorted(comments) if comments[number].has_replies] == [2, 6]
    assert not any(comment.is_blank or comment.wants_replies for comment in comments.values())
    beginnings = list_public_comments(review_id=1).items
    assert [comment.id for comment in beginnings] == [2, 6]
    threads = list_public_replies(comments=beginnings)
    assert {number: [a.id for a in page.items] for number, page in threads.items()} == {2: [8, 9]}
    assert count_public_comments(review_ids=[1]) == {1: 4}
    assert triggers_refuse("UPDATE decisions SET verdict = 'reject' WHERE id = 1")
    assert triggers_refuse("DELETE FROM decisions WHERE id = 1")
    # Id 11 was used by a deleted comment.
    assert make_comment(review=db.session.get_one(Review, 1)).id == 12


@pytest.mark.usefixtures("third_release")
def test_a_downgrade_to_the_third_release_and_an_upgrade_lose_no_reply():
    old = read_columns()
    before = dump(old)
    forward()
    new = read_columns()
    after = dump(new)
    back("0003")
    assert read_columns() == old
    assert dump(old) == before
    assert triggers_refuse("DELETE FROM decisions")
    forward()
    assert read_columns() == new
    assert dump(new) == after
    assert make_comment(review=db.session.get_one(Review, 1)).id == 12


@pytest.mark.usefixtures("after_third_release")
def test_a_downgrade_turns_values_unknown_to_the_third_release_into_hidden_ones():
    review = db.session.get_one(Review, 1)
    mine = make_published_comment(review=review, token=TOKEN, body="To be withdrawn.")
    write(withdraw_comment, comment_id=mine.id, owner_hash=hash_token(TOKEN), now=NOON)
    theirs = db.session.get_one(Comment, 8)
    reply = make_published_reply(to=theirs, body="By a reader.")
    write(remove_comment, comment_id=2)
    back("0003")
    columns = ["id", "status", "parent_id", "body"]
    rows = {row[0]: row[1:] for row in dump({"comments": columns})["comments"]}
    assert rows[mine.id] == ("removed", None, "To be withdrawn.")
    assert rows[reply.id] == ("published", 2, "By a reader.")
    assert rows[2] == ("removed", None, "Erased")
    assert rows[8] == ("published", 2, "고맙습니다 8")
    forward()
    assert db.session.get_one(Comment, reply.id).in_reply_to_id == 2
    assert triggers_refuse("DELETE FROM decisions")


@pytest.mark.usefixtures("after_first_release")
def test_names_that_changed_are_renamed_in_both_directions():
    comment = make_comment(
        review=db.session.get_one(Review, 1), body="He dies. " * 5, email="jo@example.org",
        wants_notice=True,
    )  # fmt: skip
    for version, verdict in enumerate((Verdict.APPROVE_SPOILER, Verdict.NOT_SPOILER), start=1):
        decide_on(comment.id, version, verdict)
    fingerprints = {"comment_fingerprints": ["value", "comment_id"]}
    decisions = {"decisions": ["id", "verdict", "from_spoiler", "shares_reason"]}
    messages = {"outbox_messages": ["id", "kind", "key"]}
    now = dump(fingerprints | decisions | messages)
    key = f"{comment.id}:2"
    assert now["outbox_messages"] == [(1, "decision", f"decision:{key}")]
    assert now["comment_fingerprints"]
    back("0010")
    then = dump(
        {"comment_prints": ["value", "comment_id"], "decisions": ["id", "verdict"]} | messages
    )
    assert then["outbox_messages"] == [(1, "outcome", f"outcome:{key}")]
    assert then["comment_prints"] == now["comment_fingerprints"]
    assert [row[1] for row in then["decisions"][-2:]] == ["approve_folded", "unfold"]
    assert triggers_refuse("UPDATE decisions SET verdict = 'reject' WHERE id = 1")
    forward()
    assert dump(fingerprints | decisions | messages) == now
    assert triggers_refuse("UPDATE decisions SET verdict = 'reject' WHERE id = 1")


@pytest.mark.usefixtures("first_release")
def test_reviews_of_an_older_release_get_the_language_of_their_script():
    bodies = {
        "korean": "정말 좋은 드라마였다. Run On!",
        "arabic": "مسلسل رائع",
        "persian": "سریال خوبی بود",
        "russian": "Отличный сериал",
    }
    copied = "title, byline, summary, body_html, source_hash, drama_title, comments_open, is_demo"
    with writing() as connection:
        for slug, body in bodies.items():
            connection.execute(
                text(f"INSERT INTO reviews (slug, body, {copied})"
                     f" SELECT :slug, :body, {copied} FROM reviews WHERE slug = 'run-on'"),
                {"slug": slug, "body": body},
            )  # fmt: skip
    forward()
    languages = {"arabic": "ar", "korean": "ko", "persian": "und-Arab", "russian": "und-Cyrl"}
    rows = {"reviews": ["slug", "language"]}
    assert dict(dump(rows)["reviews"]) == languages | {"run-on": None}
    back("0012")
    assert "language" not in read_columns()["reviews"]
    forward()
    assert dict(dump(rows)["reviews"]) == languages | {"run-on": None}


@pytest.mark.usefixtures("first_release")
def test_actors_and_networks_of_an_older_release_are_found_in_any_spelling():
    with writing() as connection:
        connection.execute(text("UPDATE reviews SET drama_network = 'tvN'"))
        connection.execute(text("DELETE FROM cast_members"))
        for place, actor in enumerate(("KANG  Tae-oh", "강태오", "\ufeff")):
            connection.execute(
                text("INSERT INTO cast_members (review_id, position, actor, role)"
                     " SELECT id, :place, :actor, 'R' FROM reviews WHERE slug = 'run-on'"),
                {"place": place, "actor": actor},
            )  # fmt: skip
    forward()
    rows = {"cast_members": ["position", "actor", "actor_key"]}
    keys = [(0, "KANG  Tae-oh", "kang tae-oh"), (1, "강태오", "강태오"), (2, "\ufeff", "\ufeff")]
    assert dump(rows)["cast_members"] == keys
    networks = dump({"reviews": ["drama_network", "drama_network_key"]})["reviews"]
    assert set(networks) == {("tvN", "tvn")}
    back("0015")
    assert "actor_key" not in read_columns()["cast_members"]
    forward()
    assert dump(rows)["cast_members"] == keys


def test_a_text_of_one_character_is_kept_or_stops_the_downgrade(bare_database_url):
    with opened(bare_database_url):
        migrating.upgrade()
        review = make_review()
        for body in ("😍", "왜?", "To be edited.", "To be deleted."):
            comment = make_published_comment(review=review, body=body, token=TOKEN)
            if body == "To be edited.":
                make_revision(comment=comment, body="와")
        write(delete_comments, comment_ids=[4])
        back("0012")
        before = dump(read_columns())
        with pytest.raises(SystemExit) as stopped:
            back("0011")
        assert "comments remove 1 3" in str(stopped.value)
        assert dump(read_columns()) == before
        forward()
        write(delete_comments, comment_ids=[1, 3])
        back("0011")
        forward()
        assert dump({"comments": ["id", "body"]})["comments"] == [(2, "왜?")]
        assert make_comment(review=db.session.get_one(Review, 1)).id == 5


def test_old_comments_get_their_folded_texts(after_third_release):
    comments = db.session.scalars(select(Comment)).all()
    assert len(comments) > len(STATUSES)
    for comment in comments:
        for name, folded in FOLDED.items():
            text = getattr(comment, name)
            assert getattr(comment, folded) == (text and fold_for_search(text)), (name, text)
