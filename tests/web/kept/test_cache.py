"""Public pages are kept in memory: when they are given out, and when they are made anew."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import text

from blog import create_app
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.site.reviews import views
from blog.versions.commands import raise_version
from tests.builders import make_comment, make_decision, make_moderator, make_review
from tests.databases import make_settings, on_both
from tests.db.tables import writing
from tests.engine import statements
from tests.kept import make_environ
from tests.page import HTMX, text_of
from tests.patience import PATIENCE_SECONDS, wait_until

PAGE = "/reviews/run-on"
HIT = "cache;desc=hit"


@pytest.fixture(autouse=True)
def review(app):
    return make_review()


def is_hit(response) -> bool:
    return response.headers.get("Server-Timing") == HIT


@on_both
def test_a_page_is_made_once_until_a_comment_is_published(client, review, clock):
    assert not is_hit(client.get(PAGE))
    assert is_hit(client.get(PAGE))
    comment = make_comment(review=review, body="I waited for this scene.")
    assert is_hit(client.get(PAGE))  # What waits is on no page.
    make_decision(comment=comment, moderator=make_moderator(), verdict=Verdict.APPROVE)
    page = client.get(PAGE)
    assert not is_hit(page)
    assert "I waited for this scene." in text_of(page)
    assert is_hit(client.get(PAGE))


def test_a_kept_page_needs_no_statement(client):
    client.get(PAGE)
    with statements() as executed:
        client.get(PAGE)
    assert executed
    executed.clear()
    with statements(uncached=False) as executed:
        assert is_hit(client.get(PAGE))
    assert executed == []


def test_a_page_is_kept_no_longer_than_until_the_next_publication(client, clock):
    later = clock.now + timedelta(hours=1)
    make_review(slug="later", published_at=later)
    for path in ("/", "/reviews/later"):
        client.get(path)
        assert is_hit(client.get(path)), path
    clock.advance(hours=1)
    assert "later" in client.get("/").text
    assert client.get("/reviews/later").status_code == 200


def test_a_page_from_a_file_is_made_anew_when_the_file_changes(app, client):
    folder = app.extensions["settings"].pages_dir
    assert "Our own words." not in client.get("/about").text
    folder.mkdir(exist_ok=True)
    own = folder / "about.md"
    own.write_text("# About\n\nOur own words.\n")
    assert "Our own words." in client.get("/about").text
    assert is_hit(client.get("/about"))
    own.write_text("# About\n\nOther words.\n")
    os.utime(own, ns=(1, 1))  # As if the clock of the disk was coarse.
    assert "Other words." in client.get("/about").text


def test_all_addresses_that_lead_nowhere_share_one_page(app, client):
    first = client.get("/wp-login.php")
    assert first.status_code == 404
    assert not is_hit(first)
    for path in ("/.env", "/xmlrpc.php?x=1"):
        again = client.get(path)
        assert is_hit(again), path
        assert (again.status_code, again.data) == (404, first.data)
        assert "ETag" not in again.headers
    cache = app.extensions["page_cache"]
    assert len(cache.store) == 1
    for number in range(3):
        client.get(f"/reviews/no-{number}")
    bodies = {id(page.body) for _key, page in cache.store.items()}
    assert (len(cache.store), len(bodies)) == (4, 1)


def test_what_is_not_the_same_for_everybody_passes_through(client, stranger):
    requests = [
        {"path": "/admin/nothing"},
        {"path": "/static/no.css"},
        {"path": f"{PAGE}/comments/mine"},
        {"path": PAGE, "headers": HTMX},
        {"path": PAGE, "headers": {"Range": "bytes=0-9"}},
        {"path": PAGE, "headers": {"Authorization": "Basic eDp5"}},
        {"path": PAGE, "data": b"x"},
        {"path": PAGE, "method": "OPTIONS"},
        {"path": "/?after=%ff"},
        {"path": "/", "query_string": "&".join(f"x{n}=1" for n in range(60))},
    ]
    for each in requests:
        for _ in range(2):
            assert not is_hit(client.open(**each)), each


def test_only_the_parameters_that_a_view_reads_make_an_entry(app, client):
    first = client.get(PAGE)
    for query in ("utm_source=x", "after=1", "a=b&c=d"):
        again = client.get(f"{PAGE}?{query}")
        assert is_hit(again), query
        assert again.data == first.data
    assert len(app.extensions["page_cache"].store) == 1
    assert not is_hit(client.get("/?after=1777640400000000-1"))
    assert is_hit(client.get("/?x=1&after=1777640400000000-1&after=2"))


def test_a_version_that_cannot_be_read_means_that_views_answer(app, client):
    client.get(PAGE)
    watch = app.extensions["page_cache"].watch
    watch.close()
    with writing() as connection:
        connection.execute(text("ALTER TABLE site_versions RENAME TO hidden"))
    try:
        assert not is_hit(client.get(PAGE))
        assert not is_hit(client.get(PAGE))
    finally:
        db.session.rollback()
        with writing() as connection:
            connection.execute(text("ALTER TABLE hidden RENAME TO site_versions"))
        watch.close()
    client.get(PAGE)
    assert is_hit(client.get(PAGE))


def test_an_equal_page_keeps_its_compressed_forms(app, client):
    key = ("http", "localhost", PAGE, "")
    store = app.extensions["page_cache"].store
    client.get(PAGE, headers={"Accept-Encoding": "br"})
    former = store.peek(key)
    write(raise_version)
    assert not is_hit(client.get(PAGE))
    assert store.peek(key) is not former
    assert store.peek(key).forms is former.forms


def test_a_hundred_requests_at_once_make_a_cold_page_once(new_app, monkeypatch):
    make_review(slug="cold")
    arrived, made = [], []
    find_page = views.find_page

    def find_slowly(**values):
        made.append(1)
        wait_until(lambda: len(arrived) == 100)
        return find_page(**values)

    inner = new_app.wsgi_app

    def count(environ, start_response):
        arrived.append(1)
        return inner(environ, start_response)

    monkeypatch.setattr(views, "find_page", find_slowly)
    monkeypatch.setattr(new_app, "wsgi_app", count)

    def get(_number: int) -> bytes:
        return new_app.test_client().get("/reviews/cold").data

    with ThreadPoolExecutor(100) as pool:
        bodies = set(pool.map(get, range(100), timeout=PATIENCE_SECONDS))
    assert (len(made), len(bodies)) == (1, 1)


def test_while_a_page_is_made_anew_others_get_the_former_one_only_briefly(new_app, monkeypatch):
    """Only a process that learnt of a change from the database may give out what was before."""
    review = make_review(slug="warm")
    client = new_app.test_client()
    first = client.get("/reviews/warm").data
    cache = new_app.extensions["page_cache"]
    watch, times = cache.watch, [0.0]
    monkeypatch.setattr(watch, "_clock", lambda: times[0])
    watch.close()
    client.get("/reviews/warm")
    # As if another process had raised the version.
    with writing() as other:
        other.execute(text("UPDATE site_versions SET number = number + 1, token = 'other'"))
        other.execute(text(f"UPDATE reviews SET title = 'Anew' WHERE id = {review.id}"))
    times[0] += 1
    begun, may_go_on = Event(), Event()
    find_page = views.find_page

    def find_slowly(**values):
        begun.set()
        assert may_go_on.wait(PATIENCE_SECONDS)
        return find_page(**values)

    monkeypatch.setattr(views, "find_page", find_slowly)
    with ThreadPoolExecutor(2) as pool:
        rendering = pool.submit(lambda: new_app.test_client().get("/reviews/warm").data)
        assert begun.wait(PATIENCE_SECONDS)
        assert new_app.test_client().get("/reviews/warm").data == first
        times[0] += 0.45
        waiting = pool.submit(lambda: new_app.test_client().get("/reviews/warm").data)
        may_go_on.set()
        assert b"Anew" in rendering.result(PATIENCE_SECONDS)
        assert b"Anew" in waiting.result(PATIENCE_SECONDS)


def test_a_failure_is_not_kept(new_app, monkeypatch):
    make_review(slug="weak")
    new_app.config["PROPAGATE_EXCEPTIONS"] = False
    client = new_app.test_client()
    with monkeypatch.context() as broken:
        broken.setattr(views, "find_page", lambda **_values: 1 / 0)
        assert client.get("/reviews/weak").status_code == 500
        assert client.get("/reviews/weak").status_code == 500
    assert client.get("/reviews/weak").status_code == 200
    assert not new_app.extensions["page_cache"]._flights


def test_a_client_that_goes_away_stalls_nobody(new_app):
    make_review(slug="gone")

    def hang_up(*_arguments: object) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        new_app.wsgi_app(make_environ(("http", "localhost", "/reviews/gone", "")), hang_up)
    assert is_hit(new_app.test_client().get("/reviews/gone"))


def test_page_cache_mb_0_keeps_nothing(database_url, tmp_path, review):
    settings = make_settings(database_url=database_url, data_dir=tmp_path, page_cache_mb=0)
    client = create_app(settings).test_client()
    assert [is_hit(client.get(PAGE)) for _ in range(2)] == [False, False]
    assert client.get(PAGE).status_code == 200


def test_a_page_with_a_cookie_is_not_kept(new_app):
    make_review(slug="sweet")

    @new_app.after_request
    def add_cookie(response):
        response.set_cookie("one", "somebody's own")
        return response

    client = new_app.test_client()
    for _ in range(2):
        response = client.get("/reviews/sweet")
        assert response.status_code == 200
        assert "Set-Cookie" in response.headers
        assert not is_hit(response)
