"""Retention: the command `maintenance`, and the table on /privacy."""

import os
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from blog.accounts.models import EndedSession, SignInAttempt
from blog.cli.upkeep import maintenance
from blog.comments.models import Comment, Revision, RevisionState
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from blog.db.types import Base
from blog.jobs.models import Job
from blog.jobs.queries import find_last_finished
from blog.limits.models import ClientKey
from blog.moderation.states import Status
from blog.notices.tokens import hash_address
from blog.outbox.commands import KEPT, allow_mail, confirm_address, stop_address
from blog.outbox.models import MailAddress
from blog.outbox.transports import delete_old_files
from blog.privacy import forgetting
from blog.privacy.retention import (
    CLIENTS_KEPT,
    OWNERS_KEPT,
    RETENTION,
    WITHDRAWN_KEPT,
    RetentionEntry,
    describe_span,
)
from blog.proofs.challenges import Proof
from blog.proofs.commands import spend_proof
from blog.proofs.models import SpentProof
from blog.reports.models import Report
from blog.rules.models import Kind, Rule
from tests.builders import make_comment, make_report, make_review, sign_in
from tests.databases import SECRET_KEY, on_both
from tests.desk.rules.ruling import make_rule
from tests.outbox.comments import the_moderator
from tests.outbox.sending import rows
from tests.page import soup_of, text_of
from tests.privacy.people import (
    EMAIL,
    TEXTS,
    decide,
    invoke,
    leave_traces,
    maintain,
    publish_reply,
    revise,
    withdraw,
    write_comment,
)
from tests.site.comments.sending import comments, random_id

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    """Set the pause between two batches to zero."""
    monkeypatch.setattr(maintenance, "PAUSE_SECONDS", 0)


def count(*rule, table=Comment) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(table).where(*rule)).scalar_one()


def entry_of(command: str) -> RetentionEntry:
    """Return the entry of the retention table whose command has this name."""
    return next(row for row in RETENTION if row.command and row.command.__name__ == command)


def put_mail(app) -> None:
    """Make an outbox message that has ended."""
    review = make_review()
    decide(write_comment(TEXTS["published"], review, wants_notice=True))
    withdraw(comments()[0])  # Ends the message.


def ask_to_confirm(app) -> int:
    """Store an unconfirmed address and return its id."""
    now = app.extensions["clock"]()
    name = hash_address(EMAIL, secret_key=SECRET_KEY)
    return write(allow_mail, address_hash=name, asked_by=1, needs_confirmation=True, now=now).id


def spend(app) -> None:
    """Store a used proof."""
    write(spend_proof, proof=Proof(nonce="0a", expires_at=app.extensions["clock"]() + LIFETIME))


LIFETIME = entry_of("delete_expired_proofs").span
# For each command: a function that makes data for it to delete, and one that counts the data.
CASES: dict[str, tuple[Callable, Callable[[], int]]] = {
    "delete_withdrawn": (
        lambda app: withdraw(write_comment(TEXTS["withdrawn"], make_review())),
        lambda: count(),
    ),
    "forget_wordings": (
        lambda app: decide(
            revise(decide(write_comment(TEXTS["former"], make_review())), TEXTS["published"])
        ),
        lambda: count(table=Revision),
    ),
    "forget_emails": (
        lambda app: decide(write_comment(TEXTS["published"], make_review())),
        lambda: count(Comment.author_email.is_not(None)),
    ),
    "forget_owners": (
        lambda app: write_comment(TEXTS["published"], make_review()),
        lambda: count(Comment.owner_hash.is_not(None)),
    ),
    "forget_client_names": (
        lambda app: write_comment(TEXTS["published"], make_review()),
        lambda: count(Comment.client_name.is_not(None)),
    ),
    "forget_submissions": (
        lambda app: write_comment(TEXTS["published"], make_review(), submission_id=random_id()),
        lambda: count(Comment.submission_hash.is_not(None)),
    ),
    "forget_reporters": (
        lambda app: make_report(
            comment=decide(write_comment(TEXTS["published"], make_review())),
            now=app.extensions["clock"](),
        ),
        lambda: count(Report.client_name.is_not(None), table=Report),
    ),
    "delete_unconfirmed_addresses": (ask_to_confirm, lambda: count(table=MailAddress)),
    "delete_expired_proofs": (spend, lambda: count(table=SpentProof)),
}


@on_both
@pytest.mark.parametrize("name", CASES)
def test_data_is_kept_as_long_as_the_table_says_and_no_longer(app, clock, name):
    make, count_left = CASES[name]
    make(app)
    assert count_left() == 1
    clock.advance(seconds=entry_of(name).span.total_seconds() - HOUR.total_seconds())
    maintain(app)
    assert count_left() == 1
    clock.advance(hours=2)
    output = maintain(app)
    assert count_left() == 0
    row = entry_of(name)
    assert f"{row.what}: " in output
    assert f". Kept: {row.how_long}." in output


def test_every_command_of_the_table_has_a_test():
    named = {row.command.__name__ for row in RETENTION if row.command}
    elsewhere = {
        "delete_old_messages",
        "delete_day_keys",
        "delete_expired_links",
        "delete_expired_rules",
        "delete_old_sign_ins",
    }
    assert named == set(CASES) | elsewhere


@on_both
def test_old_messages_failed_sign_ins_and_client_keys_are_deleted(app, client, clock):
    put_mail(app)
    the_moderator()
    sign_in(client, email="nobody@example.org", password="wrong password")
    sign_in(client)
    client.post("/admin/logout", data={"csrf_token": "x"})
    tables = (ClientKey, SignInAttempt)
    assert all(count(table=table) for table in tables)
    assert len(rows()) == 1
    clock.now += KEPT - DAY
    maintain(app)
    assert len(rows()) == 1
    assert not any(count(table=table) for table in (*tables, EndedSession))
    clock.advance(days=2)
    maintain(app)
    assert rows() == []


@on_both
def test_an_expired_rule_is_deleted(app, clock):
    comment = write_comment(TEXTS["published"], make_review())
    make_rule(
        moderator=the_moderator(),
        kind=Kind.CLIENT,
        pattern="0" * 32,
        comment_id=comment.id,
        ends_at=clock.now + HOUR,
    )
    maintain(app)
    assert count(table=Rule) == 1
    clock.advance(hours=1)
    maintain(app)
    assert count(table=Rule) == 0


@on_both
def test_an_address_is_kept_while_its_comment_waits_and_is_deleted_with_the_ticks(app, clock):
    review = make_review()
    waits = write_comment(TEXTS["waiting"], review, wants_notice=True)
    write_comment(TEXTS["published"], review, wants_notice=True)
    decide(comments()[1])
    clock.advance(days=400)
    maintain(app)
    assert [(c.author_email, c.wants_notice) for c in comments()] == [(EMAIL, True), (None, False)]
    decide(waits)
    maintain(app)
    assert count(Comment.author_email.is_not(None)) == 0
    assert [comment.body for comment in comments()] == [TEXTS["waiting"], TEXTS["published"]]


@on_both
def test_a_browser_that_still_sends_comments_keeps_all_its_comments(app, clock):
    review = make_review()
    write_comment("The first.", review)
    write_comment("Another browser's.", review, token="1" * 32)
    clock.now += 3 * OWNERS_KEPT / 4
    write_comment("The last.", review)
    clock.now += OWNERS_KEPT - DAY
    maintain(app)
    assert [comment.owner_hash is None for comment in comments()] == [False, True, False]
    clock.advance(days=2)
    maintain(app)
    assert count(Comment.owner_hash.is_not(None)) == 0


@on_both
def test_the_second_browser_of_a_resent_comment_is_forgotten_too(app, clock):
    review = make_review()
    body = {"body": TEXTS["published"], "token": None, "address": "10.1.1.1"}
    for _ in range(2):
        write_comment(review=review, **body)
    assert count(Comment.resent_owner_hash.is_not(None)) == 1
    clock.now += OWNERS_KEPT + DAY
    maintain(app)
    assert count(Comment.resent_owner_hash.is_not(None)) == 0
    assert count(Comment.owner_hash.is_not(None)) == 0


@on_both
def test_a_withdrawn_comment_with_a_reply_is_blanked(app, client, stranger, clock):
    review = make_review()
    parent = decide(write_comment(TEXTS["withdrawn"], review))
    publish_reply(parent, review, stranger)
    withdraw(parent)
    clock.now += WITHDRAWN_KEPT + DAY
    maintain(app)
    assert [(c.status, c.is_blank) for c in comments()] == [
        (Status.REMOVED, True), (Status.PUBLISHED, False),
    ]  # fmt: skip
    assert "Saxophones" in text_of(client.get(f"/reviews/{review.slug}"))


@on_both
def test_an_edit_is_kept_while_it_waits_and_then_from_the_decision_on(app, clock):
    revise(decide(write_comment(TEXTS["former"], make_review())), TEXTS["published"])
    clock.advance(days=100)
    maintain(app)
    assert count(Revision.state == RevisionState.WAITING, table=Revision) == 1
    decide(comments()[0])
    maintain(app)
    assert count(Revision.state == RevisionState.APPLIED, table=Revision) == 1


@on_both
def test_a_confirmed_address_is_kept(app, clock):
    number = ask_to_confirm(app)
    write(confirm_address, address_id=number, now=clock.now)
    clock.advance(days=1000)
    maintain(app)
    assert count(table=MailAddress) == 1


@on_both
def test_an_unsubscribed_address_is_kept_even_if_unconfirmed(app, clock):
    write(stop_address, address_id=ask_to_confirm(app), now=clock.now)
    clock.advance(days=1000)
    maintain(app)
    assert count(table=MailAddress) == 1


@on_both
def test_a_second_maintenance_changes_nothing_and_texts_are_kept(app, stranger, clock):
    leave_traces(app, stranger)
    clock.advance(days=1000)
    maintain(app)
    before = dump()
    output = maintain(app)
    assert dump() == before
    assert all(": 0 deleted. " in line or ": done. " in line for line in output.splitlines())
    bodies = {comment.body for comment in comments()}
    assert {TEXTS["published"], TEXTS["replied_to"], TEXTS["changed"]} <= bodies


@on_both
def test_a_large_site_is_cleaned_in_batches_and_readers_may_write_between(app, clock, monkeypatch):
    review = make_review()
    for number in range(5):
        make_comment(review=review, body=f"Comment {number}", now=clock.now)
    clock.now += CLIENTS_KEPT + DAY
    monkeypatch.setattr(forgetting, "BATCH", 2)
    paused = []
    monkeypatch.setattr(maintenance, "time", SimpleNamespace(sleep=paused.append))
    assert f"{entry_of('forget_client_names').what}: 5 deleted" in maintain(app)
    assert count(Comment.client_name.is_not(None)) == 0
    assert len(paused) >= 3


def test_a_busy_database_is_an_error(app, monkeypatch):
    def busy(*args, **kwargs):
        raise DatabaseBusyError

    monkeypatch.setattr(maintenance, "write", busy)
    result = invoke(app, "maintenance")
    assert result.exit_code == 1
    assert "database is busy" in result.stderr
    assert find_last_finished(Job.MAINTENANCE) is None


def test_files_in_the_mail_folder_are_deleted_with_the_messages(app, clock):
    folder = app.extensions["settings"].mail_dir
    folder.mkdir()
    (folder / "old.eml").write_text("To: x@example.org\n\nHi.")
    now = clock.now.timestamp()
    os.utime(folder / "old.eml", (now, now))
    clock.advance(days=31)
    assert "E-mails in the mail folder: 1 deleted. Kept: 30 days." in maintain(app)
    assert delete_old_files(folder, before=clock.now) == 0


def table_of(page: BeautifulSoup) -> list[tuple[str, str]]:
    found = [tuple(cell.get_text() for cell in line.find_all("td")) for line in page.find_all("tr")]
    return [line for line in found if line]


def test_the_page_shows_the_retention_table(client):
    shown = table_of(soup_of(client.get("/privacy")))
    assert shown == [(row.sentence.replace("**", ""), row.how_long) for row in RETENTION]
    spans = dict(shown)
    (emails,) = [row for row in RETENTION if row.what == "The e-mail address with a comment"]
    assert spans[emails.sentence.replace("**", "")].startswith(f"{emails.span.days} days after")


def test_a_privacy_page_of_the_owner_can_show_the_table(client, tmp_path):
    (tmp_path / "pages").mkdir()
    page = tmp_path / "pages" / "privacy.md"
    page.write_text("# Your data\n\nAt {site}:\n\n{retention}\n\nThat is all.", encoding="utf-8")
    response = client.get("/privacy")
    assert len(table_of(soup_of(response))) == len(RETENTION)
    assert "That is all." in text_of(response)


def test_a_span_is_written_in_days_or_hours():
    spans = [timedelta(hours=4), timedelta(hours=1), timedelta(days=1), timedelta(days=400)]
    assert [describe_span(span) for span in spans] == ["4 hours", "1 hour", "1 day", "400 days"]


def dump() -> dict[str, list[tuple]]:
    """Return the rows of every table."""
    db.session.rollback()
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table))]
        for table in Base.metadata.sorted_tables
    }
