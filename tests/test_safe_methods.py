"""GET, HEAD and OPTIONS never change the database, whoever asks for whatever."""

import re

import pytest
from sqlalchemy import select

from blog.database import Base, db
from tests.builders import (
    make_comment,
    make_moderator,
    make_published_comment,
    make_review,
    sign_in,
)
from tests.page import HTMX

QUERIES = [
    "",
    "?status=spam",
    "?q=bench",
    "?after=1-1",
    "?next=/admin/comments",
    # What a link in a letter would look like, if a GET could decide.
    "?verdict=approve&version=1&_method=POST",
]


def dump() -> dict[str, list[tuple]]:
    """Return every row of every table, whole."""
    db.session.rollback()
    return {
        table.name: [
            tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }


@pytest.fixture
def places(app) -> dict[str, list[str]]:
    """Fill a site and say what fits each placeholder of the URL map."""
    review = make_review(slug="run-on", tags=["romance", "직장"])
    make_review(slug="a-draft", published_at=None)
    moderator = make_moderator()
    waiting = make_comment(review=review)
    published = make_published_comment(review=review, moderator=moderator)
    return {
        "slug": ["run-on", "a-draft", "unknown"],
        "comment_id": [str(waiting.id), str(published.id), "999"],
        "tag": ["romance", "직장", "unknown"],
        "name": ["0123abcd.webp"],
        "filename": ["css/site.css"],
        "anything": ["comments/1/approve"],
    }


def addresses(app, places: dict[str, list[str]]) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        paths = [rule.rule]
        while "<" in paths[0]:
            name = re.search(r"<(?:[^:<>]+:)?(\w+)>", paths[0])
            paths = [path.replace(name[0], value, 1) for path in paths for value in places[name[1]]]
        found += paths
    assert len(found) > len(list(app.url_map.iter_rules()))
    return sorted(set(found))


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "moderator"])
def test_a_safe_method_changes_nothing_anywhere(app, client, places, is_signed_in):
    if is_signed_in:
        assert sign_in(client).status_code == 303
    client.set_cookie("second_lead_owner", "0" * 32, path="/reviews")
    before = dump()
    assert before["comments"]
    assert before["decisions"]
    for address in addresses(app, places):
        for query in QUERIES:
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = client.open(address + query, method=method)
                assert answer.status_code < 500, (method, address + query)
                answer.close()  # A file's answer holds it open.
        client.get(address, headers=HTMX).close()
    assert dump() == before


def test_the_dump_would_tell_of_a_change(places):
    before = dump()
    make_comment(review=make_review(slug="another"))
    after = dump()
    assert {name for name in after if after[name] != before[name]} >= {"comments", "reviews"}
