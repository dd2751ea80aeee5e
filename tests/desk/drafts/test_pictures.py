"""POST /admin/reviews/<id>/pictures and below: upload, insert, replace and remove pictures."""

import errno
from io import BytesIO

import pytest
from PIL import Image

from blog.db.engine import db
from blog.drafts.models import Draft
from blog.pictures import conversion, making
from blog.pictures.conversion import AT_ONCE, Bounds
from blog.pictures.making import MAX_UPLOAD_BYTES
from blog.pictures.models import DraftPicture, Picture
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.writing import (
    REVIEWS,
    TEXT,
    editor_of,
    form_of,
    public_page,
    send,
    write_new,
)
from tests.manuscripts.files import draw_picture, write_review
from tests.page import HTMX, soup_of
from tests.pictures.test_pictures import GPS, make_png_with_size

PICTURES = f"{REVIEWS}/1/pictures"
LINE = "![A bench](pictures/bench.jpg)"


def photo(colour="teal", size=(64, 48), kind="JPEG", **save) -> bytes:
    """Return the bytes of a picture of one colour."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **save)
    return file.getvalue()


def upload(desk, *files, path=PICTURES, field="file", htmx=False, **more):
    """Send files, each as a name and its bytes, with the editor as a plain form does."""
    words = {} if htmx else form_of(desk)
    data = {"csrf_token": desk.token, **words, **more}
    data[field] = [(BytesIO(content), name) for name, content in files]
    response = desk.client.post(path, data=data, headers=HTMX if htmx else {})
    response.request.input_stream.close()  # The client writes a large form to a file.
    return response


def fault_of(response) -> str:
    return " ".join(soup_of(response).find(id="faults").get_text().split())


def paths_in(response) -> list[str]:
    return [entry["data-path"] for entry in soup_of(response).select("#picture-list > li")]


def names() -> list[str]:
    db.session.rollback()
    return [row.name for row in db.session.query(DraftPicture).order_by(DraftPicture.name)]


@on_both
def test_an_uploaded_picture_is_described_inserted_published_and_seen(desk):
    write_new(desk)
    response = upload(desk, ("Bench.JPG", photo()), body=f"{TEXT}\n\nMore.")
    assert response.location == f"{REVIEWS}/1/edit?done=uploaded#pictures"
    editor = editor_of(desk.get(response.location))
    assert "not in this text" in editor.find("li", {"data-path": "pictures/bench.jpg"}).get_text()
    button = editor.find("button", {"data-inserts": "pictures/bench.jpg"})
    form = fields_of(editor) | {
        "description:pictures/bench.jpg": "A [wet] bench",
        "credit:pictures/bench.jpg": 'JTBC "Run On"',
        "path": button["value"],
    }
    assert desk.post(button["formaction"], form, htmx=False).status_code == 303
    line = r'![A \[wet\] bench](pictures/bench.jpg "JTBC \"Run On\"")'
    assert form_of(desk)["body"] == f"{TEXT}\n\nMore.\n\n{line}"
    assert send(desk, form_of(desk), "publish").status_code == 303
    figure = soup_of(public_page(desk)).select_one(".prose figure")
    assert figure.img["alt"] == "A [wet] bench"
    assert figure.figcaption.get_text() == 'JTBC "Run On"'
    with desk.client.get(figure.img["src"]) as file:
        assert file.mimetype == "image/webp"


def test_two_uploads_with_one_name_get_two_and_the_same_picture_again_gets_its_own(desk):
    write_new(desk)
    upload(desk, ("bench.jpg", photo()), ("bench.jpg", photo("red")))
    upload(desk, ("bench.jpg", photo("red")))
    assert names() == ["bench-2.jpg", "bench.jpg"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("런온 scene.png", "reonon-scene.png"), ("", "picture.webp"), ("...", "picture.webp"),
        ("../../etc/passwd", "passwd.webp"), ("A (1).jpeg", "a-1.jpeg"), ("a.svg", "a-svg.webp"),
        ("😀.webp", "picture.webp"), (f"{'x' * 300}.png", f"{'x' * 80}.png"),
    ],
)  # fmt: skip
def test_an_uploaded_file_of_any_name_gets_a_safe_one(given, name, desk):
    write_new(desk)
    assert upload(desk, (given, photo())).status_code == 303
    assert names() == [name]


REFUSED = [
    ("notes.jpg", b"words", "is no picture this site can read. It takes a JPEG"),
    ("wide.png", make_png_with_size(30_000, 10), "no side may be longer than 20,000. Scale"),
    ("bomb.png", make_png_with_size(60_000, 60_000), "up to 50 million. Scale it down"),
    ("big.jpg", b"\xff" * (MAX_UPLOAD_BYTES + 2**20), "is larger than 20 MiB. Scale it down"),
    ("", b"", "Choose a picture first."),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[row[2] for row in REFUSED])
def test_a_refused_upload_says_why_and_loses_no_words(name, content, words, desk):
    write_new(desk)
    good = ("good.jpg", photo())
    files = [good, (name, content)] if name else [(name, content)]
    response = upload(desk, *files, body="My words.")
    assert response.status_code == 422
    assert words in fault_of(response)
    assert form_of(desk)["body"] == "My words."
    assert names() == (["good.jpg"] if name else [])


def test_only_uploads_may_be_large_and_larger_ones_are_refused_before_they_are_read(desk):
    write_new(desk)
    for path, size in ((PICTURES, 200), (f"{REVIEWS}/1", 20), (f"{PICTURES}/insertions", 20)):
        length = {"CONTENT_LENGTH": str(size * 2**20)}
        response = desk.client.post(path, environ_overrides=length)
        assert response.status_code == 413, path
        assert ("up to 20 MiB" in response.text) == (path == PICTURES)


def test_where_an_uploaded_photo_was_taken_is_on_no_page_and_in_no_file(desk, app):
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (37.0, 33.0, 0.0), 29: "2026:kitchen"}
    write_new(desk)
    upload(desk, ("bench.jpg", photo(exif=exif)))
    stored = [path.read_bytes() for path in app.extensions["settings"].media_dir.iterdir()]
    assert stored
    assert not [content for content in stored if b"kitchen" in content]


def test_a_busy_converter_asks_to_try_again_and_loses_no_words(desk, monkeypatch):
    write_new(desk)
    monkeypatch.setattr(making.make_upload, "__kwdefaults__", {"bounds": Bounds(wait=0)})
    for _ in range(AT_ONCE):
        assert conversion._slots.acquire(blocking=False)
    try:
        response = upload(desk, ("bench.jpg", photo()), body="My words.")
        part = upload(desk, ("bench.jpg", photo()), htmx=True)
    finally:
        conversion._slots.release(AT_ONCE)
    for each in (response, part):
        assert each.status_code == 503
        assert each.headers["Retry-After"]
        assert "Try again in a minute" in each.text
    assert form_of(desk)["body"] == "My words."


def test_a_full_disk_is_said_in_words(desk, monkeypatch):
    def fail(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    write_new(desk)
    monkeypatch.setattr(making, "store_file", fail)
    response = upload(desk, ("bench.jpg", photo()), body="My words.")
    assert response.status_code == 503
    assert "bench.jpg: The site has no room for it" in fault_of(response)
    assert (form_of(desk)["body"], names()) == ("My words.", [])


def test_nobody_uploads_to_an_unknown_review_without_a_token_or_as_a_stranger(desk, app):
    write_new(desk)
    files = {"file": (BytesIO(photo()), "a.jpg")}
    response = app.test_client().post(PICTURES, data=files)
    assert response.location.startswith("/admin/login")
    unknown = PICTURES.replace("/1/", "/7/")
    assert upload(desk, ("a.jpg", photo()), path=unknown).status_code == 404
    assert upload(desk, ("a.jpg", photo()), path=unknown, htmx=True).status_code == 404
    for htmx in (False, True):
        response = upload(desk, ("a.jpg", photo()), htmx=htmx, csrf_token="stale")
        assert response.status_code == 422
        assert "This page had expired" in response.text
    for path in (f"{PICTURES}/no.jpg/replacement", f"{PICTURES}/insertions"):
        field = {"field": "file:no.jpg", "path": path}
        assert upload(desk, ("a.jpg", photo()), **field).status_code == 404
    assert db.session.query(Picture).count() == 0 or names() == []


def test_a_script_gets_the_list_and_the_path_of_each_picture(desk):
    write_new(desk)
    response = upload(desk, ("a.jpg", photo()), ("b.jpg", b"words"), htmx=True)
    assert response.status_code == 422
    results = soup_of(response).find(id="upload-results")
    assert [each["data-path"] for each in results.select("[data-path]")] == ["pictures/a.jpg"]
    assert "is no picture" in results.select_one(".fault").get_text()
    assert paths_in(response) == ["pictures/a.jpg"]
    assert upload(desk, ("c.jpg", photo("red")), htmx=True).status_code == 201


@on_both
def test_a_replaced_picture_keeps_its_place_and_readers_see_it_after_publication(desk):
    write_new(desk)
    upload(desk, ("bench.jpg", photo()))
    send(desk, form_of(desk), "publish", body=LINE)

    def shown():
        return soup_of(public_page(desk)).select_one(".prose img")["src"]

    before = shown()
    replaced = {"path": f"{PICTURES}/bench.jpg/replacement", "field": "file:bench.jpg"}
    assert upload(desk, ("other.png", photo("red")), **replaced).status_code == 303
    assert (form_of(desk)["body"], names(), shown()) == (LINE, ["bench.jpg"], before)
    page = soup_of(desk.get(f"{REVIEWS}/1/edit"))
    assert page.find(class_="has-changes"), "It is not what readers see."
    send(desk, form_of(desk), "publish")
    assert shown() != before


def test_a_picture_that_the_text_shows_is_not_removed(desk):
    write_new(desk)
    upload(desk, ("bench.jpg", photo()), ("unused.jpg", photo("red")))
    response = desk.post(
        f"{PICTURES}/bench.jpg/removal", form_of(desk) | {"body": LINE}, htmx=False
    )
    assert response.status_code == 409
    assert "The text shows bench.jpg" in fault_of(response)
    response = desk.post(f"{PICTURES}/unused.jpg/removal", form_of(desk), htmx=False)
    assert response.location == f"{REVIEWS}/1/edit?done=removed#pictures"
    assert (names(), form_of(desk)["body"]) == (["bench.jpg"], LINE)
    assert db.session.query(Picture).count() == 2


def test_a_plain_upload_after_somebody_else_saved_loses_no_words(desk, colleague):
    write_new(desk)
    mine = form_of(desk)
    send(colleague, form_of(colleague), body="Their words.")
    response = upload(desk, ("a.jpg", photo()), **mine | {"body": "My words."})
    assert response.status_code == 409
    assert editor_of(response).find("textarea", id="body").get_text().strip() == "My words."


def test_the_pictures_of_a_file_can_be_used_and_follow_its_next_import(app, desk, tmp_path):
    def run(colour):
        draw_picture(tmp_path, "pictures/track.png", colour=colour)
        write_review(tmp_path, body="![A track](pictures/track.png)")
        result = app.test_cli_runner().invoke(args=["review", "import", str(tmp_path)])
        assert result.exit_code == 0, result.output

    def shown():
        return soup_of(public_page(desk)).select_one(".prose img")["src"]

    run("teal")
    first = shown()
    assert paths_in(desk.get(f"{REVIEWS}/1/edit")) == ["pictures/track.png"]
    replaced = {"path": f"{PICTURES}/track.png/replacement", "field": "file:track.png"}
    upload(desk, ("b.png", photo("red", kind="PNG")), **replaced)
    run("navy")
    imported = shown()
    send(desk, form_of(desk), "publish", title="Another headline")
    assert shown() == imported != first
    assert db.session.query(Draft).one().keys is None


def test_a_new_review_says_that_pictures_come_after_the_first_save(desk):
    page = soup_of(desk.get(f"{REVIEWS}/new"))
    assert "Save the review once" in page.find(id="pictures").get_text()
    assert not page.select("#pictures input")
