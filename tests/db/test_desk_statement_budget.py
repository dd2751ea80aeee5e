"""How many SQL statements each page of moderators may need, with 1, 50 and 500 comments."""

import pytest
from flask import Flask

from blog.moderation.states import Status
from tests.builders import make_comment, make_decision, make_report, make_review
from tests.desk.desk import Desk, make_crowd, open_desk
from tests.engine import statements
from tests.page import soup_of

# The most statements of each page, that of the session among them.
PAGES = {
    "/admin/comments": 13,
    "/admin/comments?sort=known": 14,
    "/admin/comments?status=published": 11,
    "/admin/comments?sender=2": 15,
    "/admin/comments/changes?since={tag}&rows={rows}": 3,
    "/admin/comments/2": 13,
    "/admin/log": 4,
    "/admin/log?verdict=spam": 4,
    "/admin/log/moderators": 4,
}
# What begins and ends a transaction is not counted.
FRAME = ("BEGIN", "PRAGMA", "SET ")


@pytest.fixture(params=[1, 50, 500])
def desk(request, app: Flask) -> Desk:
    desk, review = open_desk(app), make_review()
    reported = make_comment(review=review, token="ab" * 16)
    make_decision(comment=reported, moderator=desk.moderator)
    make_report(comment=reported)
    make_comment(review=review, body="Another.", token="ab" * 16)
    make_crowd(review, request.param)
    make_crowd(review, 60, start=1000, status=Status.PUBLISHED)
    return desk


def test_no_page_of_moderators_needs_more_statements_than_its_budget(desk):
    page = soup_of(desk.get())
    # An open page of the queue asks for changes; there are none.
    tag = page.find(id="live")["data-ordinal"]
    rows = ",".join(f"{row['data-row']}.{row['data-version']}" for row in page.select("[data-row]"))
    over = []
    for template, most in PAGES.items():
        path = template.format(tag=tag, rows=rows)
        desk.get(path)  # A new connection executes a few statements itself.
        with statements() as executed:
            assert desk.get(path).status_code in (200, 204), path
        counted = [each for each in executed if not each.startswith(FRAME)]
        if len(counted) > most:
            over += [f"{path}: {len(counted)}, not {most}", *(c[:150] for c in counted)]
    assert not over, "\n".join(over)
