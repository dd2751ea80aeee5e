"""Measure how many comments and pages a second the site serves, and what a bare server would."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch
from urllib.parse import urlencode
from urllib.request import urlopen
from uuid import uuid4

from altcha import Challenge, Payload, solve_challenge
from flask import Flask

from blog import create_app
from blog.bench.texts import make_text
from blog.db import migrating
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Status
from blog.proofs import challenges
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared, hash_token
from blog.text.markup import render_comment
from blog.web.current import current_time
from tests.bench.growing import add_decisions
from tests.bench.load import Load, Target, disk_folder, measure_in_turn, median_of, serving
from tests.bench.measuring import WIDTH
from tests.bench.sites import make_postgres_address
from tests.bench.yardsticks import VARIABLE, make_table
from tests.builders import make_moderator, make_review
from tests.databases import make_settings

PAGE = "/reviews/run-on"
COMMENTS = 50
# More than any machine sends in a second; a run whose forms run out ends the benchmark.
FORMS_A_SECOND = 600
# The shares of a bare server's rate that the site must reach.
LEAST_SENDING = 0.25
LEAST_PAGE = 0.15


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """One row: the site's load, the bare server's, and the least share that the site may have."""

    name: str
    against: str
    site: Load
    bare: Load
    least: float

    @property
    def share(self) -> float:
        """Return the site's rate divided by the bare server's."""
        return self.site.rate / self.bare.rate


def format_rate(rate: Rate) -> str:
    """Return a row of the table."""
    under = "  UNDER" if rate.share < rate.least else ""
    cells = f"{rate.site.rate:>10,.0f}{rate.bare.rate:>10,.0f}{rate.share:>9.2f}"
    name = f"{rate.name}; {rate.against}"
    return (
        f"  {name:<{WIDTH + 10}}{cells}{rate.site.slowest:>7,.0f} ms   at least {rate.least}{under}"
    )


def measure_rates(database: str, *, seconds: int, rounds: int) -> Iterator[Rate]:
    """Yield the rates of sending a comment and of a review's page, on one database."""
    folder = disk_folder()
    try:
        url, bare_url = (make_address(database, folder, name) for name in ("site", "bare"))
        app = create_app(make_settings(database_url=url, data_dir=folder))
        review_id = fill(app)
        make_table(bare_url)
        with ExitStack() as stack:
            site = stack.enter_context(
                serving("wsgi:app", folder, DATABASE_URL=url, PAGE_CACHE_MB="0")
            )
            with urlopen(site + PAGE) as response:
                (folder / "page.html").write_bytes(response.read())
            page = serve_bare("page", stack, folder / "page", str(folder / "page.html"))
            row = serve_bare("row", stack, folder / "row", bare_url)
            loads = measure_in_turn(
                [Target(url=site + PAGE), Target(url=page + PAGE)], seconds=seconds, rounds=rounds
            )
            yield Rate(
                name=f"review page, {COMMENTS} comments, not kept",
                against="a Flask view returning the same bytes",
                site=median_of(loads[0]),
                bare=median_of(loads[1]),
                least=LEAST_PAGE,
            )
            forms = folder / "forms"
            for turn in range(rounds):
                _write_forms(app, review_id, forms, turn=turn, count=FORMS_A_SECOND * seconds)
            loads = measure_in_turn(
                [
                    Target(url=f"{site}{PAGE}/comments", forms=forms),
                    Target(url=row, forms=forms, repeats=True),
                ],
                seconds=seconds,
                rounds=rounds,
            )
            yield Rate(
                name="sending a comment",
                against="a bare view that commits one row",
                site=median_of(loads[0]),
                bare=median_of(loads[1]),
                least=LEAST_SENDING,
            )
        with app.app_context():
            db.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_address(database: str, folder: Path, name: str) -> str:
    """Return the URL of an empty database whose commits wait for a disk."""
    if database == "SQLite":
        return f"sqlite:///{folder / name}.sqlite3"
    return make_postgres_address()


def serve_bare(name: str, stack: ExitStack, folder: Path, value: str) -> str:
    """Serve a function of `yardsticks` until the stack ends; return its URL."""
    folder.mkdir()
    app = f"tests.bench.yardsticks:{name}"
    return stack.enter_context(serving(app, folder, **{VARIABLE: value}))


def fill(app: Flask) -> int:
    """Make a review with COMMENTS comments, which a moderator has approved; return its id."""
    rng = Random(2014)
    with app.app_context():
        migrating.upgrade()
        now = current_time()
        review = make_review(published_at=now - timedelta(days=90))
        texts = [make_text(rng) for _number in range(COMMENTS)]
        prepared = [
            Prepared(
                review_id=review.id,
                author_name=f"Reader {number}",
                author_email=None,
                body=text,
                body_html=render_comment(text),
                status=Status.PUBLISHED,
                submitted_at=now - timedelta(days=60) + timedelta(minutes=number),
                is_demo=False,
                owner_hash=hash_token(f"bench reader {number}"),
            )
            for number, text in enumerate(texts)
        ]
        write(import_comments, prepared=prepared)
        make_moderator(email="bench@example.org")
        add_decisions()
        return review.id


def _write_forms(app: Flask, review_id: int, path: Path, *, turn: int, count: int) -> None:
    """Write the forms of one run, a file for each of the two threads of wrk.

    Their proofs of work are real, but easy to compute.
    """
    rng = Random(turn)
    with patch.multiple(challenges, COST=1, COUNTERS=(1, 2)):
        for number in (2 * turn, 2 * turn + 1):
            forms = (_fill_in(app, review_id, rng) for _place in range(count // 2))
            lines = (urlencode(form) for form in forms)
            path.with_name(f"{path.name}.{number}").write_text("\n".join(lines) + "\n")


def _fill_in(app: Flask, review_id: int, rng: Random) -> dict[str, str]:
    with app.app_context():
        challenge = challenges.make_challenge(
            review_id=review_id, secret_key=app.config["SECRET_KEY"], now=current_time()
        )
    parsed = Challenge.from_dict(challenge)
    return {
        "author_name": f"Reader {rng.randrange(10_000)}",
        "author_email": f"reader{rng.randrange(10_000)}@example.org",
        "body": make_text(rng),
        "submission_id": uuid4().hex,
        "typed_seconds": "60",
        "proof": Payload(parsed, solve_challenge(parsed)).to_base64(),
    }
