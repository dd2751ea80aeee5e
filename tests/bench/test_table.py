"""The table that `make bench` prints."""

import re
import sys
from contextlib import suppress

import pytest

from tests.bench.__main__ import Site, format_proof, main
from tests.bench.kept import Kept
from tests.bench.measuring import LIMIT, Measure, format_row
from tests.bench.proof import Seconds

QUEUE = Measure(name="queue, first page", act=Site.close, rounds=1, is_limited=True)


@pytest.mark.slow
@pytest.mark.serial
def test_the_table_names_its_command_the_sizes_and_the_limit(monkeypatch, capsys):
    options = ["--sizes", "1000", "1100", "--rounds", "1", "--database", "SQLite"]
    monkeypatch.setattr(sys, "argv", ["tests.bench", *options])
    monkeypatch.setattr(sys, "orig_argv", ["python3", "-m", "tests.bench", *options])
    monkeypatch.setattr("tests.bench.__main__.measure_proof", lambda: Seconds(0.2512, 1.0046))
    monkeypatch.setattr("tests.bench.__main__.judge_readers_pages", lambda: ("Lighthouse", 0))
    for name in ("measure_rates", "measure_kept_rates"):
        monkeypatch.setattr(f"tests.bench.__main__.{name}", lambda *_one, **_other: [])
    kept = Kept(pages=1000, megabytes=81.2, approvals=40, median=470.4, slowest=498.8)
    monkeypatch.setattr("tests.bench.__main__.measure_kept", lambda _name, **_extent: kept)
    monkeypatch.setattr("tests.bench.readers.REPLIES", (2, 25))
    monkeypatch.setattr("tests.bench.readers.RULES", 3)
    monkeypatch.setattr("tests.bench.writers.LISTED", (100, 200))
    with suppress(SystemExit):  # The ratio of a single round may exceed the limit.
        main()
    table = capsys.readouterr().out
    assert f"$ python -m tests.bench {' '.join(options)}\n" in table
    assert re.search(r"^SQLite 3\S+ +1,000 +1,100 +ratio$", table, re.MULTILINE)
    for page in ("first", "middle", "last", "reported"):
        row = rf"^  queue, {page} page( +[\d.]+ ms){{2}} +\d+\.\d\d   at most {LIMIT}"
        assert re.search(row, table, re.MULTILINE), page
    for what in ("a decision", "a queue page", "a reader's poll"):
        assert re.search(rf"^  {what}( +\d+){{2}} +\d+\.\d   at least \d", table, re.MULTILINE), (
            what
        )
    for what in ("submissions a second", "decisions a second", "bulk of 500"):
        assert re.search(rf"^  {what} +\d", table, re.MULTILINE), what
    assert re.search(r"^Replies to one comment +50 +10,000 +ratio$", table, re.MULTILINE)
    assert re.search(r"^A review of 16 KB +public +preview +ratio$", table, re.MULTILINE)
    assert re.search(
        r"^  a page is shown( +[\d.]+ ms){2} +\d\.\d\d   at most 5", table, re.MULTILINE
    )
    assert re.search(r"^The list of reviews +100 +10,000 +ratio$", table, re.MULTILINE)
    for name, limit in (("all", f"   at most {LIMIT}"), ("archived", "")):
        row = rf"^  {name}( +[\d.]+ ms){{2}} +\d+\.\d\d{limit}"
        assert re.search(row, table, re.MULTILINE), name
    row = rf"^  its review's page( +[\d.]+ ms){{2}} +\d+\.\d\d   at most {LIMIT}"
    assert re.search(row, table, re.MULTILINE)
    assert re.search(
        r"^Spam protection, 200 rules +no check +every check +ratio$", table, re.MULTILINE
    )
    assert re.search(r"^  a comment is sent( +[\d.]+ ms){2} +\d", table, re.MULTILINE)
    assert re.search(r"^Chromium +as it is +slowed by 4 +ratio$", table, re.MULTILINE)
    assert re.search(r"^  proof of work +251 ms +1,005 ms +4\.00$", table, re.MULTILINE)
    assert re.search(r"^Lighthouse$", table, re.MULTILINE)
    row = r"^  memory of a process, 1,000 pages kept +\+81 MB   at most 80  OVER$"
    assert re.search(row, table, re.MULTILINE)
    assert re.search(r"shows an approval, of 40 +470 ms, 499 at most$", table, re.MULTILINE)


def test_the_table_names_a_missing_browser():
    assert "Chromium is not here" in format_proof(None)


@pytest.mark.parametrize(("seconds", "is_over"), [((0.05, 0.06), False), ((0.05, 0.0605), True)])
def test_a_page_that_grows_by_more_than_the_limit_is_marked(seconds, is_over):
    assert format_row(QUEUE, seconds).endswith("OVER") is is_over


@pytest.mark.parametrize("sizes", [("1000", "1000"), ("999", "2000"), ("1000", "2000000")])
def test_invalid_sizes_are_refused_with_a_message(monkeypatch, capsys, sizes):
    monkeypatch.setattr(sys, "argv", ["tests.bench", "--sizes", *sizes])
    with pytest.raises(SystemExit):
        main()
    assert "two numbers from 1000 to 1000000, the smaller first" in capsys.readouterr().err
