"""What `make bench` prints of Lighthouse."""

import json
import re

import pytest

from tests.bench import reader_pages
from tests.bench.reader_pages import BARS, LOCK, format_judgements, judge_readers_pages, summarise


def report_with(scores: dict[str, float], *faults: str) -> dict:
    """Return a report as Lighthouse writes it, with these scores and failed audits."""
    audits = {name: {"title": f"Fault {name}", "score": 0} for name in faults}
    audits |= {"good": {"title": "Good", "score": 1}, "none": {"title": "None", "score": None}}
    refs = [{"id": name, "weight": 1} for name in audits]
    return {
        "categories": {name: {"score": scores.get(name, 1), "auditRefs": refs} for name in BARS},
        "audits": audits,
    }


def test_the_median_of_three_runs_counts_and_a_page_under_a_bar_is_marked():
    runs = [report_with({"performance": score}, "slow") for score in (0.99, 0.5, 0.94)]
    lines = "\n".join(
        format_judgements([summarise("/slow", runs), summarise("/fast", [report_with({})] * 3)])
    )
    assert re.search(r"^  /slow( +100){3} +94  UNDER\n    Fault slow\n  /fast", lines, re.MULTILINE)
    assert re.search(r"^  /fast( +100){4}\Z", lines, re.MULTILINE)
    assert "Good" not in lines
    assert "None" not in lines


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_without_node_one_line_says_that_lighthouse_was_skipped(monkeypatch, missing):
    monkeypatch.setattr(reader_pages.shutil, "which", lambda name: None if name == missing else "x")
    assert judge_readers_pages() == ("\nLighthouse was skipped: it needs Node and npm.", 0)


def test_every_package_of_lighthouse_is_pinned_by_a_hash():
    lock = json.loads((LOCK / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = json.loads((LOCK / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert lock.pop("")["dependencies"] == wanted
    assert len(lock) > 50
    assert [name for name, package in lock.items() if "integrity" not in package] == []
