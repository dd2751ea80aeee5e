"""How many SQL statements each page and command may need, with 1, 50 and 500 comments."""

from collections.abc import Iterable

import pytest

from tests.databases import on_both
from tests.db.reading import Step, moderating_steps, reading_steps
from tests.db.writing import Site
from tests.engine import statements

READING = {
    "/reviews/run-on": 5,
    "/reviews/run-on/comments": 3,
    "/reviews/run-on/comments?after={after}": 4,
    "/reviews/run-on/comments/{first}/replies": 3,
    "/reviews/run-on/comments/{last}": 3,
    "/reviews/run-on/comments/{first}/replies/new": 2,
    "/reviews/run-on/comments/mine": 3,
    "/": 4,
    "/tags/sport": 3,
    "/dramas": 4,
    "/feed.atom": 3,
}
# The statement of the session among them.
MODERATING = {
    "/admin/comments": 13,
    "/admin/comments?sort=known": 14,
    "/admin/comments?status=reported": 11,
    "/admin/comments?status=published": 11,
    "/admin/comments?sender=2": 15,
    "/admin/comments/changes?since={since}&rows={rows}": 3,
    "/admin/comments/2": 13,
    "/admin/reviews": 5,
    "/admin/log": 4,
    "/admin/log?verdict=spam": 4,
    "/admin/log/moderators": 4,
}
# The page that a moderator gets counts in it too.
WRITING = {
    "a new comment": 12,
    "one with a proof": 12,
    "one without a script": 12,
    "a reply": 16,
    "approve": 14,
    "reopen": 29,
}
# What begins and ends a transaction is not counted.
FRAME = ("BEGIN", "PRAGMA", "SET ")


def check(steps: Iterable[Step], most: dict[str, int]) -> None:
    over, missing = [], set(most)
    for name, step in steps:
        with statements() as executed:
            step()
        counted = [sql[:150] for sql in executed if not sql.startswith(FRAME)]
        missing.remove(name)
        if len(counted) > most[name]:
            over += [f"{name}: {len(counted)}, not {most[name]}", *counted]
    assert not over, "\n".join(over)
    assert not missing


@pytest.mark.parametrize("size", [1, 50, 500])
def test_no_page_of_readers_needs_more_statements_than_its_budget(app, size):
    check(reading_steps(app, size, list(READING)), READING)


@pytest.mark.parametrize("size", [1, 50, 500])
def test_no_page_of_moderators_needs_more_statements_than_its_budget(app, size):
    check(moderating_steps(app, size, list(MODERATING)), MODERATING)


@on_both
@pytest.mark.parametrize("size", [1, 50, 500])
def test_no_command_needs_more_statements_than_its_budget(app, size):
    check(Site(app, size).steps(), WRITING)
