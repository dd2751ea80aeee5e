"""How many statements sending and deciding take: as many with 500 comments as with one."""

import pytest

from tests.databases import on_both
from tests.db.writing import Site
from tests.engine import statements

# Without the beginning and the end of transactions. The moderator's page counts in it too.
MOST = {
    "a new comment": 13,
    "one with a proof": 13,
    "one without a script": 13,
    "a reply": 17,
    "approve": 15,
    "reopen": 29,
}


@on_both
@pytest.mark.parametrize("size", [1, 50, 500])
def test_writing_takes_few_statements_however_many_comments_there_are(app, size):
    counts = {}
    for name, step in Site(app, size).steps():
        with statements() as given:
            step()
        counts[name] = len([sql for sql in given if not sql.startswith(("BEGIN", "PRAGMA"))])
    assert all(counts[name] <= MOST[name] for name in MOST), counts
