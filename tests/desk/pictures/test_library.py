"""GET /admin/pictures, POST …/removal and choosing: the library of pictures."""

from pathlib import Path

from blog.db.engine import db
from blog.pictures.models import Picture
from tests.builders import make_review, make_reviewer
from tests.databases import on_both
from tests.desk.desk import fields_of, words_of
from tests.desk.drafts.test_pictures import PICTURES, names, photo, upload
from tests.desk.drafts.writing import REVIEWS, form_of, send, write_new
from tests.page import soup_of
from tests.pictures.test_unused import describe

LIBRARY = "/admin/pictures"


def rows(desk, **query):
    return soup_of(desk.get(LIBRARY, **query)).select(".library > li")


def fault_on(response):
    return soup_of(response).select_one(".warning").get_text()


@on_both
def test_the_library_says_where_each_picture_is_used_and_what_is_used_nowhere(desk):
    make_review(pictures=[describe("a")], body="![A](a.png)")
    make_reviewer(picture=describe("b"))
    upload(desk, ("bench.jpg", photo()))
    upload(desk, ("lamp.jpg", photo("red")))
    desk.post(f"{PICTURES}/lamp.jpg/removal", form_of(desk), htmx=False)
    lamp, bench, portrait, first = map(words_of, rows(desk))
    assert "used nowhere" in lamp
    assert "bench.jpg 64 × 48" in bench
    assert "The finish line of run-on" in bench
    assert "Hana Yoo" in portrait
    assert "The finish line of run-on" in first
    (unused,) = rows(desk, used="nowhere")
    assert unused["id"] == rows(desk)[0]["id"]
    assert not rows(desk)[1].find(class_="danger")


def test_an_unused_picture_is_deleted_with_its_files_and_a_used_one_is_not(desk, app):
    media: Path = app.extensions["settings"].media_dir
    write_new(desk)
    upload(desk, ("bench.jpg", photo()))
    desk.post(f"{PICTURES}/bench.jpg/removal", form_of(desk), htmx=False)
    form = rows(desk)[0].form
    chosen = {"picture": "1", "name": "bench.jpg"}
    desk.post(f"{PICTURES}/chosen", chosen, htmx=False)
    response = desk.post(form["action"], fields_of(form), htmx=False)
    assert response.status_code == 409
    assert "used now" in fault_on(response)
    desk.post(f"{PICTURES}/bench.jpg/removal", form_of(desk), htmx=False)
    expired = desk.post(form["action"], {"csrf_token": "stale"}, htmx=False)
    assert expired.status_code == 422
    assert list(media.iterdir())
    response = desk.post(form["action"], fields_of(form), htmx=False)
    assert response.location == f"{LIBRARY}?used=nowhere&done=removed"
    assert not list(media.iterdir())
    assert desk.post(form["action"], fields_of(form), htmx=False).status_code == 404


def test_an_unused_picture_in_an_unwritable_folder_is_deleted_and_its_file_only_takes_room(
    desk, monkeypatch, caplog
):
    write_new(desk)
    upload(desk, ("bench.jpg", photo()))
    desk.post(f"{PICTURES}/bench.jpg/removal", form_of(desk), htmx=False)

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    form = rows(desk)[0].form
    assert desk.post(form["action"], fields_of(form), htmx=False).status_code == 303
    assert "cannot be deleted: Permission denied" in caplog.text
    assert not rows(desk)


def test_a_picture_of_the_library_is_chosen_for_another_review_under_its_name(desk):
    write_new(desk)
    upload(desk, ("bench.jpg", photo()))
    write_new(desk, slug="other", title="Other")
    row = rows(desk, draft=2)[0]
    form = row.select_one("form[action$=chosen]")
    response = desk.post(form["action"], fields_of(form), htmx=False)
    assert response.location == f"{REVIEWS}/2/edit?done=chosen#pictures"
    assert names() == ["bench.jpg", "bench.jpg"]
    body = {"body": "![A bench](pictures/bench.jpg)"}
    assert send(desk, form_of(desk, 2), "publish", draft_id=2, **body).status_code == 303
    assert db.session.query(Picture).count() == 1
    gone = fields_of(form) | {"picture": "99"}
    assert desk.post(form["action"], gone, htmx=False).status_code == 409
    assert desk.get(LIBRARY, draft=9).status_code == 404


def test_the_library_goes_on_to_older_pictures(desk, monkeypatch):
    monkeypatch.setattr("blog.desk.pictures.queries.PAGE_SIZE", 2)
    pictures = [describe(name) for name in "abc"]
    make_review(pictures=pictures, body="![A](a.png) ![B](b.png) ![C](c.png)")
    first = soup_of(desk.get(LIBRARY))
    following = first.find("a", rel="next")["href"]
    found = [*first.select(".library > li"), *soup_of(desk.get(following)).select(".library > li")]
    assert [row["id"] for row in found] == ["picture-3", "picture-2", "picture-1"]
    assert desk.get(LIBRARY, before=1).status_code == 404


def test_a_stranger_sees_and_deletes_no_picture(desk, app):
    stranger = app.test_client()
    assert stranger.get(LIBRARY).location.startswith("/admin/login")
    assert stranger.post(f"{LIBRARY}/1/removal").location.startswith("/admin/login")
    assert stranger.post(f"{PICTURES}/chosen").location.startswith("/admin/login")
