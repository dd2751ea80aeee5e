"""The command `review check FILE…`."""

from pathlib import Path

import pytest

from blog.db.engine import db
from blog.db.transactions import write
from blog.pictures.models import Picture
from blog.reviews.addresses import change_slug
from blog.reviews.models import Review
from blog.reviews.queries import find_review
from tests.builders import make_review
from tests.databases import on_both
from tests.manuscripts.files import FRONT_MATTER, draw_picture, write_review
from tests.page import soup_of


@pytest.fixture
def run(app):
    def run(command: str, *files: Path):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["review", command, *map(str, files)])

    return run


def is_empty(tmp_path: Path) -> bool:
    """Return whether no review and no picture is stored."""
    rows = db.session.query(Review).count() + db.session.query(Picture).count()
    return not rows and not (tmp_path / "media").exists()


@on_both
def test_check_prints_what_import_would_print_and_writes_nothing(run, folder, tmp_path):
    draw_picture(folder, "a.png")
    files = [
        write_review(folder, name="a.md", slug="a", body="![x](a.png)"),
        write_review(folder, name="b.md", slug="b", published=""),
        write_review(folder, name="c.md", slug="c", published="2999-01-01 18:30 +09:00"),
    ]
    checked = run("check", *files)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert is_empty(tmp_path)
    assert run("import", *files).stdout == checked.stdout
    assert f"{files[0]}: new: /reviews/a\n" in checked.stdout
    assert run("check", files[0]).stdout == f"{files[0]}: unchanged: /reviews/a\n"


def test_check_changes_no_stored_review_or_picture(run, folder, tmp_path):
    draw_picture(folder, "a.png", colour="red")
    run("import", write_review(folder, body="![x](a.png)"))
    stored = sorted((tmp_path / "media").iterdir())
    draw_picture(folder, "a.png", colour="blue")
    path = write_review(folder, body="![x](a.png)", title="New")
    assert run("check", path).stdout == f"{path}: changed: /reviews/run-on\n"
    assert sorted((tmp_path / "media").iterdir()) == stored
    assert find_review(slug="run-on").title == "The runner stops 😌"


def test_check_names_every_fault_of_every_file_with_its_field(run, folder, tmp_path):
    (folder / "words.png").write_text("words")
    keys = write_review(folder, name="keys.md", rating="11", published="soon")
    picture = write_review(folder, name="picture.md", body="![x](words.png)")
    good = write_review(folder, name="good.md")
    result = run("check", keys, picture, good)
    assert result.exit_code == 1
    first, second, third = result.stderr.splitlines()
    assert first.startswith(f"{keys}: published: a date such as 2021-03-14")
    assert second.startswith(f"{keys}: rating: a number from 0 to 10 in halves is expected")
    assert third.startswith(f"{picture}: picture words.png: is no picture this site can read.")
    assert result.stdout == f"{good}: new: /reviews/run-on\n"
    assert is_empty(tmp_path)


def test_a_picture_without_a_description_is_a_warning_with_its_file_and_line(run, folder):
    draw_picture(folder, "a.png")
    body = "![](a.png)\n\nHe runs\nand ![ ](a.png) runs.\n\n![A bench](a.png)"
    path = write_review(folder, body=body)
    lines = path.read_text().splitlines()
    for command in ("check", "import", "import"):
        result = run(command, path)
        assert result.exit_code == 0
        warnings = result.stderr.splitlines()
        for warning, line in zip(warnings, ("![](a.png)", "and ![ ](a.png) runs."), strict=True):
            place = (
                f"{path}: warning: line {lines.index(line) + 1}: picture a.png has no description"
            )
            assert warning.startswith(place)
            assert "![A bench in the rain](a.png)" in warning


def test_a_hyphen_marks_a_picture_that_only_decorates(run, folder, client):
    draw_picture(folder, "a.png")
    result = run("import", write_review(folder, body='![-](a.png "JTBC")\n\nA ![-](a.png) b.'))
    assert (result.exit_code, result.stderr) == (0, "")
    pictures = soup_of(client.get("/reviews/run-on")).find(class_="prose")("img")
    assert [picture["alt"] for picture in pictures] == ["", ""]


def test_check_without_a_file_prints_its_usage(run):
    result = run("check")
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_a_slug_that_leads_to_another_review_or_is_part_of_the_site_is_refused(run, folder):
    review = make_review(slug="old")
    write(change_slug, review_id=review.id, slug="new")
    taken = write_review(folder, name="taken.md", slug="old")
    reserved = write_review(folder, name="reserved.md", slug="comments")
    good = write_review(folder, name="good.md")
    for command in ("check", "import"):
        result = run(command, taken, reserved, good)
        assert result.exit_code == 1
        first, second = result.stderr.splitlines()
        former = "/reviews/old is a former address of /reviews/new and leads there."
        assert first.startswith(f"{taken}: slug: {former}")
        assert second.startswith(
            f"{reserved}: slug: is a part of the site's own addresses; choose another."
        )
        assert result.stdout == f"{good}: new: /reviews/run-on\n"


def test_facts_that_differ_from_those_of_another_review_of_the_drama_are_a_warning(run, folder):
    def write_part(slug: str, **drama: str) -> Path:
        values = ", ".join(f"{key}: {value}" for key, value in drama.items())
        return write_review(
            folder,
            front_matter=FRONT_MATTER.replace("drama:\n  title: Run On\n", ""),
            name=f"{slug}.md",
            slug=slug,
            drama=f"{{{values}}}",
        )

    first = write_part("first", title="Run On", network="JTBC", year="2020")
    same = write_part("same", title="Run On", network="JTBC", year="2020")
    remake = write_part("remake", title="Run On", network="tvN", year="2026")
    assert run("import", first, same, remake).stderr == ""
    last = write_part("last", title="Run on", network="tvN", year="2020", episodes="16")
    differ = "warning: drama: title, network, episodes differ from /reviews/"
    # The files are compared with each other too, and with other reviews of the site.
    checked = run("check", last, first).stderr.splitlines()
    assert sorted(line.partition(", a review")[0] for line in checked) == sorted(
        [f"{last}: {differ}same", f"{first}: {differ}last"]
    )
    imported = run("import", last)
    assert [line.partition(", a review")[0] for line in imported.stderr.splitlines()] == [
        f"{last}: {differ}{slug}" for slug in ("first", "same")
    ]
    assert imported.exit_code == 0
