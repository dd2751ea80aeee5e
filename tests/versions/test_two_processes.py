"""What one process approves, another one shows, and from then on never the page before."""

import re
from urllib.request import urlopen

import pytest

from tests.browser.server import running
from tests.builders import make_moderator, make_published_comment, make_review
from tests.databases import on_both
from tests.patience import wait_until

APPROVALS = 200
ASKED_AGAIN = 3
_COUNT = re.compile(rb'class="count">([0-9,]+)<')


@pytest.mark.slow
@on_both
def test_an_approval_is_public_in_another_process_and_stays_so(app, database_url, tmp_path):
    review = make_review()
    moderator = make_moderator()

    def ask() -> int:
        """Return the number of comments that the other process says the review has."""
        with urlopen(f"{other.url}/reviews/run-on") as response:
            found = _COUNT.search(response.read())
        return int(found[1].replace(b",", b"")) if found else 0

    with running(database_url=database_url, data_dir=tmp_path, WEB_CONCURRENCY="1") as other:
        assert ask() == 0
        for number in range(1, APPROVALS + 1):
            make_published_comment(
                review=review, moderator=moderator, body=f"Scene number {number}."
            )
            wait_until(lambda number=number: ask() == number)
            assert {ask() for _ in range(ASKED_AGAIN)} == {number}
