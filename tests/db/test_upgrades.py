"""Upgrades from older releases with a row in every table: nothing changes, everything works."""

import re
from functools import cache

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.moderation.states import Status
from tests.builders import csrf_token, sign_in
from tests.databases import bare_postgres, on_both, scratch_folder
from tests.db.old_rows import TOKEN, insert_old_rows, minute
from tests.db.tables import (
    back,
    dump,
    dump_by_old_names,
    forward,
    opened,
    read_columns,
    writing,
)
from tests.page import Reader
from tests.site.comments.sending import send
from tests.site.comments.writing import carry

# The first migration, the release 0.1.0, and those before and after reviews got drafts.
RELEASES = ["0001", "0007", "0017", "0023"]
# What `setup` makes again by the rules of the new release, and what migration 0011 renamed.
MADE_AGAIN = {"body_html", "biography_html", "link_preview", "source_hash", "picture_id"}
# `setup` deletes what was kept for one day.
KEPT_ONE_DAY = {"client_keys", "limit_buckets", "limit_hits"}
RENAMED_VALUES = {"outbox_messages": {"key", "kind"}}

pytestmark = [pytest.mark.slow, on_both, pytest.mark.parametrize("release", RELEASES)]


@cache
def upgraded(database_name: str, release: str) -> tuple[str, dict, dict]:
    """Return the URL of an upgraded database, its old columns, and what they had before."""
    is_sqlite = database_name == "sqlite"
    url = f"sqlite:///{scratch_folder() / 'old.sqlite3'}" if is_sqlite else bare_postgres()
    with opened(url):
        forward(release)
        with writing() as connection:
            insert_old_rows(connection, release)
        columns = {
            table: [
                name for name in names if name not in MADE_AGAIN | RENAMED_VALUES.get(table, set())
            ]
            for table, names in read_columns().items()
            if table not in KEPT_ONE_DAY
        }
        before = dump(columns)
        result = current_app.test_cli_runner().invoke(args=["setup"])
        assert result.exit_code == 0, result.output
    return url, columns, before


@pytest.fixture
def site(database_name: str, release: str, clock):
    """The application on an upgraded database."""
    url, _, _ = upgraded(database_name, release)
    with opened(url):
        app: Flask = current_app._get_current_object()
        app.test_client_class = Reader
        clock.now = minute(24 * 60)
        app.extensions["clock"] = clock
        yield app


def test_no_row_of_an_older_release_changes(site, database_name, release):
    _, columns, before = upgraded(database_name, release)
    assert [table for table, rows in before.items() if not rows] == []
    assert dump_by_old_names(columns) == before


def test_every_page_of_an_upgraded_site_is_shown(site):
    reader, desk = carry(site.test_client(), TOKEN), site.test_client()
    public = visit(reader, "/", "/reviews/comments/mine", "/reviews/run-on/comments/mine")
    assert "/reviews/run-on" in public
    assert sign_in(desk).status_code == 303
    hidden = visit(desk, "/admin/comments", "/admin/log", "/admin/reviews", "/admin/rules")
    assert {"/admin/comments/1", "/admin/reviews/1/edit"} <= hidden.keys()
    pages = public | hidden
    assert {path: status for path, status in pages.items() if status >= 400} == {}
    assert "벤치 😭 Émile 1" in desk.get("/admin/comments").text
    page = reader.get("/reviews/run-on").text
    for text in ("정말 좋은 드라마였다.", "벤치 😭 Émile 2", "KANG Tae-oh", "romance"):
        assert text in page


def visit(client: Reader, *starts: str) -> dict[str, int]:
    """Follow all links of this half of the site, each path once; return paths and statuses."""
    begin = "/admin" if starts[0].startswith("/admin") else "/"
    waiting, seen = list(starts), {}
    while waiting:
        link = waiting.pop().partition("#")[0].replace("&amp;", "&")
        path = link.partition("?")[0]
        is_page = path.startswith(begin) and not path.startswith(("/static/", "//"))
        if is_page and path not in seen:
            response = client.get(link)
            seen[path] = response.status_code
            waiting += re.findall(r'href="([^"]+)', response.text)
            waiting.append(response.location or "")
    return seen


def test_a_comment_of_an_older_release_can_be_decided_and_undone(site):
    desk = site.test_client()
    sign_in(desk)
    token = csrf_token(desk)
    for verdict, status in (("approve", Status.PUBLISHED), ("reopen", Status.PENDING)):
        version = comment(1).version
        fields = {"csrf_token": token, "version": version, "verdict": verdict}
        assert desk.post("/admin/comments/1/decisions", data=fields).status_code == 303
        assert comment(1).status == status
    assert send(site.test_client(), htmx=True).status_code == 201
    assert max(db.session.scalars(select(Comment.id))) > 5


def comment(number: int) -> Comment:
    return db.session.get(Comment, number, populate_existing=True)


def test_a_downgrade_keeps_what_the_older_release_knew(bare_database_url, release):
    with opened(bare_database_url):
        forward(release)
        with writing() as connection:
            insert_old_rows(connection, release)
        columns = read_columns()
        before = dump(columns)
        forward()
        back(release)
        assert read_columns() == columns
        assert dump(columns) == before
