"""GET /admin/log.csv: download the log."""

import csv
import io
from datetime import timedelta

from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.desk.log import views
from blog.moderation.states import Verdict
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_review,
)
from tests.databases import on_both
from tests.desk.log.log import URL, decide_again, decide_as_bulk, lines_of

FILE = f"{URL}.csv"
FORMULAE = "=+-@＝＋－＠\t\r\n"


def test_the_file_is_utf8_with_a_byte_order_mark_for_spreadsheets(client, moderator):
    response = client.get(FILE)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    expected = 'attachment; filename="decisions-2026-05-01.csv"'
    assert response.headers["Content-Disposition"] == expected
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.get_data().startswith(b"\xef\xbb\xbf")
    assert lines_of(response) == []


@on_both
def test_a_line_contains_all_values_of_the_page(client, moderator, review):
    comment = make_comment(review=review)
    make_decision(
        comment=comment,
        moderator=moderator,
        verdict=Verdict.REJECT,
        reason='Says "no", and\u2028no; 싫어요',
        shares_reason=True,
        now=NOON + timedelta(seconds=90, microseconds=7),
    )
    decide_again(comment, moderator, Verdict.REOPEN)
    key = decide_as_bulk([comment], moderator)
    spam, undone, rejected = lines_of(client.get(FILE))
    assert rejected == {
        "decision": "1",
        "decided_at": "2026-05-01T12:01:30Z",
        "moderator": "Mina Park",
        "verdict": "reject",
        "comment": str(comment.id),
        "review": "The finish line",
        "version": "1",
        "from": "pending",
        "to": "rejected",
        "reason": 'Says "no", and\u2028no; 싫어요',
        "commenter_told": "yes",
        "bulk": "",
        "undoes": "",
        "waited_seconds": "90",
    }
    assert (undone["verdict"], undone["undoes"], undone["waited_seconds"]) == ("reopen", "1", "")
    assert (undone["reason"], undone["commenter_told"]) == ("", "no")
    assert spam["bulk"] == key


def test_the_line_of_a_deleted_comment_keeps_its_id(client, moderator, review):
    comment = make_comment(review=review)
    make_decision(comment=comment, moderator=moderator)
    number = comment.id
    write(remove_comment, comment_id=number)
    (line,) = lines_of(client.get(FILE))
    assert (line["comment"], line["review"]) == (str(number), "")


def test_csv_export_no_cell_is_a_formula(client, moderator):
    """A cell that a spreadsheet could run as a formula begins with an apostrophe."""
    attacks = [f"{sign}cmd|' /C calc'!A0" for sign in FORMULAE]
    attacks += ["  =1+1", "\u00a0@SUM(1)", "\ufeff=1", "\u200b+1", "\u3000＝1", '=1,"=2"\n=3']
    for number, attack in enumerate(attacks):
        review = make_review(slug=f"r{number}", title=attack)
        author = make_moderator(email=f"{number}@example.org", name=attack)
        make_decision(comment=make_comment(review=review), moderator=author, reason=attack)
    lines = list(reversed(lines_of(client.get(FILE))))
    for attack, line in zip(attacks, lines, strict=True):
        for column in ("reason", "moderator", "review"):
            assert line[column] == f"'{attack}", column
        for cell in line.values():
            seen = cell.strip("\ufeff\u200b \u00a0\u3000")
            assert not seen.startswith(tuple(FORMULAE)), cell


def test_text_that_is_no_formula_is_unchanged(client, moderator, review):
    for words in ("'quoted'", "a=b", "1-2", "x@example.org", "스포일러", ";-)", "#1"):
        make_decision(comment=make_comment(review=review), moderator=moderator, reason=words)
        assert lines_of(client.get(FILE))[0]["reason"] == words


def test_commas_quotes_and_line_breaks_stay_in_their_cell(client, moderator, review):
    words = 'one, "two";\r\nthree\nfour'
    make_decision(comment=make_comment(review=review), moderator=moderator, reason=words)
    text = client.get(FILE).get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2
    assert {len(row) for row in rows} == {len(views.COLUMNS)}
    assert rows[1][views.COLUMNS.index("reason")] == words


def decide_many(review, moderator, count: int) -> None:
    """Approve `count` new comments."""
    for _ in range(count):
        make_decision(comment=make_comment(review=review), moderator=moderator)


@on_both
def test_the_file_is_read_in_chunks_without_gaps_or_duplicates(
    client, moderator, review, monkeypatch
):
    monkeypatch.setattr(views, "CHUNK_SIZE", 3)
    for count in (2, 1, 1, 2, 1):  # To 2, 3, 4, 6 and 7 decisions.
        decide_many(review, moderator, count)
        numbers = [int(line["decision"]) for line in lines_of(client.get(FILE))]
        assert numbers == list(range(max(numbers), 0, -1))
    assert len(numbers) == 7


@on_both
def test_a_decision_made_during_the_download_does_not_change_the_file(
    client, moderator, review, monkeypatch
):
    monkeypatch.setattr(views, "CHUNK_SIZE", 2)
    decide_many(review, moderator, 5)
    response = client.get(FILE)
    pieces = response.iter_encoded()
    received = [next(pieces), next(pieces)]
    decide_many(review, moderator, 3)
    received += list(pieces)
    text = b"".join(received).decode("utf-8-sig")
    numbers = [int(line["decision"]) for line in csv.DictReader(io.StringIO(text, newline=""))]
    assert numbers == [5, 4, 3, 2, 1]


@on_both
def test_a_slow_download_holds_no_database_connection(client, moderator, review, monkeypatch):
    monkeypatch.setattr(views, "CHUNK_SIZE", 2)
    decide_many(review, moderator, 5)
    db.session.remove()
    response = client.get(FILE)
    pieces = response.iter_encoded()
    for _ in range(2):
        next(pieces)
        assert db.engine.pool.checkedout() == 0
    response.close()
    assert db.engine.pool.checkedout() == 0


def test_a_head_request_reads_no_decisions(client, moderator, review, monkeypatch):
    decide_many(review, moderator, 2)
    monkeypatch.setattr(views, "list_lines", None)
    response = client.head(FILE)
    assert response.status_code == 200
    assert response.data == b""
