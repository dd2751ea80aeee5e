"""The commands `review export` and `review list`."""

import json
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from blog.db.engine import db
from blog.exports import folder as exporting
from blog.exports.files import write_document
from blog.pictures.files import store_file
from blog.pictures.models import Picture
from blog.reviews.models import Review
from blog.reviews.queries import find_review
from tests.builders import make_draft, make_moderator, make_review
from tests.databases import on_both
from tests.exports.documents import make_document
from tests.manuscripts.files import FRONT_MATTER, draw_picture, write_review


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    return tmp_path / "texts"


@pytest.fixture
def run(app):
    def run(*args: object):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["review", *map(str, args)])

    return run


def stored(tmp_path: Path) -> tuple[object, ...]:
    """Return what is stored of all reviews and pictures, and the names of the picture files."""
    db.session.rollback()
    skipped = {"id", "picture_id", "source_hash", "link_preview", "body"}
    columns = [column for column in Review.__table__.columns if column.name not in skipped]
    reviews = db.session.execute(select(*columns).order_by(Review.slug)).all()
    lists = [
        (
            *([(each.service, each.url) for each in review.watch], [t.name for t in review.tags]),
            [(each.actor, each.role) for each in review.cast],
            None if review.picture else review.body,
        )
        for review in db.session.execute(select(Review).order_by(Review.slug)).scalars()
    ]
    columns = [column for column in Picture.__table__.columns if column.name != "id"]
    pictures = db.session.execute(select(*columns).order_by(Picture.source_hash)).all()
    return reviews, lists, pictures, sorted(path.name for path in (tmp_path / "media").iterdir())


def empty(database, tmp_path: Path) -> None:
    db.session.rollback()
    db.session.remove()
    database.empty()
    for path in (tmp_path / "media").iterdir():
        path.unlink()


def write_site(folder: Path) -> None:
    """Write reviews whose pictures have the same, odd and outside paths, and a reviewer."""
    for place, colour in {"a": "red", "b": "blue"}.items():
        (folder / place).mkdir()
        draw_picture(folder / place, "pictures/1.jpg", size=(1700, 40), colour=colour)
        draw_picture(folder / place, "Ärger 1.png", colour=colour)
        draw_picture(folder, f"{place}.gif.webp", size=(500, 20), colour=colour)
        body = (
            "![One](pictures/1.jpg)\n\n![Two](<Ärger 1.png> 'JTBC')"
            f"\n\n![Three][up]\n\n[up]: ../{place}.gif.webp\n\nHe runs."
        )
        write_review(folder / place, slug=place, name=f"{place}.md", body=body)
    random = Random(7)
    for number in range(6):
        keys, body = make_document(random)
        text = write_document(keys | {"slug": f"worst-{number}"}, body)
        (folder / "b" / f"{number}.md").write_text(text)
    reviewers = "- {slug: hana, name: Hana Yoo, biography: Runs., picture: pictures/1.jpg}"
    (folder / "a" / "reviewers.yaml").write_text(f"reviewers:\n  {reviewers}\n")


@on_both
def test_importing_an_export_changes_nothing_and_makes_the_same_in_an_empty_site(
    run, folder, tmp_path, database
):
    write_site(folder)
    assert run("import", folder / "a", folder / "b").exit_code == 0
    before = stored(tmp_path)
    target = tmp_path / "export"
    exported = run("export", "--all", target)
    assert (exported.exit_code, exported.stderr) == (0, "")
    assert exported.stdout == f"8 reviews written to {target}.\n"
    for command in ("check", "import"):
        again = run(command, target)
        assert again.exit_code == 0
        assert again.stdout.count(": unchanged: ") == 9, again.stdout
        assert again.stdout.count("\n") == 9
    assert stored(tmp_path) == before
    empty(database, tmp_path)
    assert run("import", target).stdout.count(": new: ") == 9
    assert stored(tmp_path) == before
    assert run("export", "a", tmp_path / "second").exit_code == 0
    assert (tmp_path / "second/a.md").read_text() == (target / "a.md").read_text()


def test_the_first_of_two_reviews_with_one_path_keeps_its_text(run, folder, tmp_path):
    write_site(folder)
    run("import", folder / "a", folder / "b")
    run("export", "a", "b", tmp_path / "export")
    first, second = ((tmp_path / "export" / name).read_text() for name in ("a.md", "b.md"))
    assert "![One](pictures/1.jpg)\n\n![Two](<Ärger 1.png> " in first
    assert "![One](pictures/1.jpg)" not in second
    assert "[up]: a.gif.webp\n" in first


def test_a_picture_that_was_exchanged_after_the_export_is_imported_as_a_new_one(
    run, folder, tmp_path
):
    draw_picture(folder, "a.png", colour="red")
    run("import", write_review(folder, body="![x](a.png)"))
    run("export", "run-on", tmp_path / "export")
    draw_picture(tmp_path / "export", "a.png", colour="blue")
    assert ": changed: " in run("import", tmp_path / "export").stdout
    assert db.session.query(Picture).count() == 2


def test_what_is_not_published_is_exported_beside_the_reviews(run, tmp_path):
    moderator = make_moderator()
    make_review(slug="b")
    make_draft(moderator=moderator, keys={"title": "Soon", "published": "2020-01-01"}, body="Once")
    target = tmp_path / "export"
    exported = run("export", "--all", target)
    assert exported.stdout == (f"1 review written to {target}, 1 draft to {target / 'drafts'}.\n")
    (draft,) = (target / "drafts").iterdir()
    assert draft.read_text() == "---\ntitle: Soon\n---\n\nOnce\n"
    assert run("import", target).stdout == f"{target / 'b.md'}: unchanged: /reviews/b\n"


def test_an_export_never_mixes_with_other_files_and_leaves_no_half_of_itself(
    run, folder, tmp_path, monkeypatch
):
    run("import", write_review(folder))
    result = run("export", "--all", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{folder}: an empty or new folder is expected." in result.stderr
    for args in (["export", tmp_path / "x"], ["export", "run-on", "--all", tmp_path / "x"]):
        assert "Name the slugs of reviews, or add --all" in run(*args).stderr
    assert "No review has the slug none." in run("export", "run-on", "none", tmp_path / "x").stderr

    def fill_disk(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_document", fill_disk)
    result = run("export", "--all", tmp_path / "x")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Nothing was exported: " in result.stderr
    assert "No space left on device." in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_picture_whose_file_is_lost_is_named_and_the_rest_is_exported(run, folder, tmp_path):
    draw_picture(folder, "a.png")
    run("import", write_review(folder, body="![x](a.png)"))
    lost = db.session.query(Picture).one().largest
    store_file(b"words", lost, tmp_path / "media")
    result = run("export", "--all", tmp_path / "export")
    assert result.exit_code == 1
    assert result.stderr == f"run-on: picture a.png: its file {lost} is missing.\n"
    assert (tmp_path / "export/run-on.md").exists()


def test_a_description_of_an_exported_picture_that_was_changed_is_not_believed(
    run, folder, tmp_path
):
    draw_picture(folder, "a.png")
    run("import", write_review(folder, body="![x](a.png)"))
    target = tmp_path / "export"
    run("export", "run-on", target)
    (description,) = (target / ".pictures").glob("*.json")
    values = json.loads(description.read_text())
    changes = [{"largest": "run-on.md"}, {"largest": "/dev/zero"}, {"hue": "red"}]
    for change in (*changes, {"renditions": [[64, "../../x"]]}):
        description.write_text(json.dumps(values | change))
        assert ": changed: " in run("check", target).stdout
    description.write_text("[]")
    assert ": changed: " in run("check", target).stdout
    description.write_text(json.dumps(values))
    assert ": unchanged: " in run("check", target).stdout


def test_reviews_are_listed_with_slug_state_date_and_title(run, folder):
    keys = FRONT_MATTER.replace("slug: run-on", "slug: soon")
    run("import", write_review(folder), write_review(folder, name="b.md", front_matter=keys))
    run("import", write_review(folder, slug="later", published="2999-01-01 18:30 +09:00"))
    make_draft(moderator=make_moderator())
    lines = [line.split("  ") for line in run("list").stdout.splitlines()]
    assert [[cell.strip() for cell in line if cell.strip()] for line in lines] == [
        ["-", "draft", "-", "A first thought"],
        ["later", "scheduled", "2999-01-01 18:30+09:00", "The runner stops 😌"],
        ["soon", "published", "2021-03-14 00:00+00:00", "The runner stops 😌"],
        ["run-on", "published", "2021-03-14 00:00+00:00", "The runner stops 😌"],
    ]
    draft, later, *_others = json.loads(run("list", "--json").stdout)
    assert (draft["slug"], draft["state"]) == (None, "draft")
    assert later == {
        "id": find_review(slug="later").id,
        "slug": "later",
        "state": "scheduled",
        "published": "2999-01-01T18:30:00+09:00",
        "title": "The runner stops 😌",
    }
