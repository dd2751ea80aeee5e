"""A review from its first word to its export, by plain forms alone, as without JavaScript."""

from datetime import timedelta
from pathlib import Path

import pytest

from blog.db.engine import db
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.test_links import share
from tests.desk.drafts.test_pictures import photo, upload
from tests.desk.drafts.test_revisions import LIST, changes_in
from tests.desk.drafts.writing import REVIEWS, TEXT, editor_of, form_of, send, write_new
from tests.page import soup_of, text_of

PICTURES = {"bench.jpg": "The bench in the rain", "lamp.jpg": "A lamp that burns all night"}
EDITOR = f"{REVIEWS}/1/edit"


@pytest.fixture
def reader(app):
    return app.test_client()


def described(response):
    """Return the descriptions of the pictures in the text of a review."""
    return [image["alt"] for image in soup_of(response).select(".prose img")]


def insert_picture(desk, name, description):
    button = soup_of(desk.get(EDITOR)).find("button", {"data-inserts": f"pictures/{name}"})
    words = {f"description:pictures/{name}": description, "path": button["value"]}
    response = desk.post(button["formaction"], form_of(desk) | words, htmx=False)
    assert response.status_code == 303


def settle_conflict(desk, colleague, *, mine, theirs):
    """Save two texts at once, and then both in one, from the page that shows both."""
    form = form_of(desk)
    send(colleague, form_of(colleague), body=f"{form['body']}\n\n{theirs}")
    refused = send(desk, form, body=f"{form['body']}\n\n{mine}")
    assert refused.status_code == 409
    other = soup_of(refused).find(class_="theirs").find("textarea").get_text().strip()
    settled = fields_of(editor_of(refused)) | {"body": f"{other}\n\n{mine}"}
    assert send(desk, settled).status_code == 303


def restore_first_revision(desk):
    """Return what the comparison says has changed since, as removed and added words."""
    comparison = desk.get(soup_of(desk.get(LIST)).select(".revisions > li")[-1].a["href"])
    form = soup_of(comparison).select_one("main form")
    assert desk.post(form["action"], fields_of(form), htmx=False).status_code == 303
    return changes_in(comparison)


def run(app, *arguments):
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["review", *map(str, arguments)])
    assert result.exit_code == 0, result.output


@on_both
def test_a_review_is_written_scheduled_corrected_settled_moved_and_taken_elsewhere(
    app, desk, colleague, reader, clock, database, tmp_path: Path
):
    write_new(desk, comments="")
    upload(desk, ("bench.jpg", photo()), ("lamp.jpg", photo("red")))
    for name, description in PICTURES.items():
        insert_picture(desk, name, description)
    preview = send(desk, form_of(desk), "preview")
    assert described(desk.get(preview.location)) == list(PICTURES.values())
    assert described(reader.get(share(desk))) == list(PICTURES.values())

    soon = (clock.now + timedelta(hours=1)).isoformat(sep=" ", timespec="minutes")
    send(desk, form_of(desk), "schedule", published=soon)
    assert reader.get("/reviews/run-on").status_code == 404
    clock.advance(hours=1)
    appeared = reader.get("/reviews/run-on")
    assert described(appeared) == list(PICTURES.values())

    body = form_of(desk)["body"]
    send(desk, form_of(desk), body=body.replace("never", "often"))
    assert reader.get("/reviews/run-on").data == appeared.data
    send(desk, form_of(desk), "publish")
    assert "has often turned round" in text_of(reader.get("/reviews/run-on"))

    settle_conflict(desk, colleague, mine="From the desk.", theirs="From the phone.")
    removed, added = restore_first_revision(desk)
    assert "never" in removed
    assert {"often", "From the desk.", "From the phone."} <= set(added)
    assert form_of(desk)["body"] == TEXT

    send(desk, form_of(desk), "publish", body=body, slug="run-on-finale")
    assert reader.get("/reviews/run-on").location == "/reviews/run-on-finale"
    moved = reader.get("/reviews/run-on-finale")
    assert described(moved) == list(PICTURES.values())

    run(app, "export", "run-on-finale", tmp_path / "export")
    database.empty()
    app.extensions["page_cache"].close()  # The other site has processes of its own.
    for file in (tmp_path / "media").iterdir():
        file.unlink()
    run(app, "import", *(tmp_path / "export").rglob("run-on-finale.md"))
    assert soup_of(reader.get("/reviews/run-on-finale")).article == soup_of(moved).article
