"""Judge readers' pages on a phone with Lighthouse; `python -m tests.bench.reader_pages` prints it.

Lighthouse comes from npm, with all its packages pinned by hashes in the folder `lighthouse`. The
network and the processor of the phone are simulated. Each figure is the median of its runs.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import update

from blog.clock import utc_now
from blog.db.engine import db
from blog.db.transactions import write
from blog.demo.loading import load_demo
from blog.reviews.models import Review
from blog.web.current import current_settings
from tests.browser import chromium
from tests.browser.server import running
from tests.databases import fresh_sqlite, scratch_folder
from tests.plan import ROOT

LOCK = Path(__file__).parent / "lighthouse"
VERSION = json.loads((LOCK / "package.json").read_text())["dependencies"]["lighthouse"]
FOLDER = ROOT / ".venv" / f"lighthouse-{VERSION}"
PROGRAM = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
PAGES = ("/", "/reviews/crash-landing-on-you", "/dramas")
# The lowest figure that each category may have, of 100.
BARS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}
RUNS = 3
RUN_SECONDS = 180
WIDTH = 32


class Judgement(NamedTuple):
    """The figures of a page by category, and the titles of the audits that cost it points."""

    page: str
    figures: dict[str, int]
    faults: list[str]

    @property
    def is_under(self) -> bool:
        """Return whether a figure is lower than its bar."""
        return any(self.figures[name] < bar for name, bar in BARS.items())


def install() -> str | None:
    """Install Lighthouse if it is missing; return why it cannot run, or None if it can."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "it needs Node and npm"
    if not chromium.find():
        return "it needs Chromium"
    if not PROGRAM.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for file in LOCK.glob("*.json"):
            shutil.copy(file, FOLDER)
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["npm", "ci", "--silent", "--ignore-scripts", "--prefix", str(FOLDER)],
                check=False,
                timeout=300,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    return None if PROGRAM.is_file() else "npm could not install it"


def judge_pages(*, pages: Sequence[str] = PAGES, runs: int = RUNS) -> Iterator[Judgement]:
    """Yield the judgement of each page, on a site with the demo's reviews under gunicorn."""
    folder = scratch_folder()
    with running(database_url=fresh_sqlite(folder), data_dir=folder) as site:
        with site.app.app_context():
            load_demo(write=write, media_dir=current_settings().media_dir, now=utc_now())
            # Search engines are told to leave out a demo, which Lighthouse would report.
            write(_call_it_no_demo)
        site.flask("setup")
        for page in pages:
            reports = [_run(f"{site.url}{page}") for _ in range(runs)]
            yield summarise(page, reports)


def summarise(page: str, reports: Sequence[Mapping[str, Any]]) -> Judgement:
    """Return the judgement of a page from the reports of its runs."""
    figures = {
        name: round(statistics.median(r["categories"][name]["score"] or 0 for r in reports) * 100)
        for name in BARS
    }
    last = reports[-1]
    faults = {
        last["audits"][audit["id"]]["title"]
        for category in last["categories"].values()
        for audit in category["auditRefs"]
        if audit["weight"] and _costs_points(last["audits"][audit["id"]])
    }
    return Judgement(page, figures, sorted(faults))


def format_judgements(judgements: Sequence[Judgement]) -> Iterator[str]:
    """Yield the lines of the table; a figure under its bar is marked, and its faults follow."""
    titles = "".join(f"{name:>16}" for name in BARS)
    yield f"\n{'Lighthouse, phone':<{WIDTH}}{titles}"
    yield f"{'  at least':<{WIDTH}}" + "".join(f"{bar:>16}" for bar in BARS.values())
    for one in judgements:
        cells = "".join(f"{one.figures[name]:>16}" for name in BARS)
        yield f"  {one.page:<{WIDTH - 2}}{cells}{'  UNDER' if one.is_under else ''}"
        if one.is_under:
            yield from (f"    {fault}" for fault in one.faults)


def judge_readers_pages() -> tuple[str, int]:
    """Judge the pages; return the lines to print, and how many pages are under a bar."""
    if missing := install():
        return f"\nLighthouse was skipped: {missing}.", 0
    judgements = list(judge_pages())
    return "\n".join(format_judgements(judgements)), sum(one.is_under for one in judgements)


def _costs_points(audit: Mapping[str, Any]) -> bool:
    # An audit that does not apply to the page has no score.
    return audit["score"] is not None and audit["score"] < 0.9


def _call_it_no_demo() -> None:
    db.session.execute(update(Review).values(is_demo=False))


def _run(address: str) -> dict[str, Any]:
    """Return Lighthouse's report on a page."""
    # Lighthouse splits this at spaces and understands quotes only around a value.
    flags = ["--headless", *(re.sub("=(.*)", r"='\1'", each) for each in chromium.ARGUMENTS)]
    done = subprocess.run(
        [
            *("node", str(PROGRAM), address, "--quiet", "--output=json", "--output-path=stdout"),
            *("--no-enable-error-reporting", f"--only-categories={','.join(BARS)}"),
            f"--chrome-flags={' '.join(flags)}",
        ],
        env=os.environ | {"CHROME_PATH": str(chromium.find())},
        capture_output=True,
        timeout=RUN_SECONDS,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    lines, under = judge_readers_pages()
    sys.stdout.write(f"{lines}\n")
    if under:
        sys.exit(f"{under} pages are under a bar of Lighthouse.")


if __name__ == "__main__":
    main()
