"""The file reviewers.yaml beside reviews, and GET /reviewers/<slug>."""

from pathlib import Path

import pytest

from blog.db.engine import db
from blog.db.transactions import write
from blog.pictures.models import Picture
from blog.reviewers.models import Reviewer
from blog.text.markup import render_page
from tests.builders import make_moderator, make_review, make_reviewer
from tests.databases import on_both
from tests.manuscripts.files import draw_picture, write_review
from tests.page import soup_of
from tests.site.reviews.test_index import slugs_on

HANA = """\
reviewers:
  - slug: hana-yoo
    name: Hana Yoo
    picture: people/hana.png
    biography: |
      Watches *everything* twice.

      <script>alert(1)</script>
"""
DANIEL = """\
  - {slug: daniel, name: دانيال, biography: يكتب عن المسلسلات.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    draw_picture(tmp_path / "texts", "people/hana.png", size=(200, 200))
    return tmp_path / "texts"


@pytest.fixture
def run(app):
    def run(*files: Path, command: str = "import"):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["review", command, *map(str, files)])

    return run


def write_reviewers(folder: Path, text: str) -> Path:
    path = folder / "reviewers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def slugs() -> list[str]:
    db.session.rollback()
    return sorted(row.slug for row in db.session.query(Reviewer))


@on_both
def test_a_byline_leads_to_the_page_of_its_reviewer(run, folder, client):
    path = write_reviewers(folder, HANA + DANIEL)
    write_review(folder, name="a.md", slug="a")
    write_review(folder, name="b.md", slug="b", author="Somebody Else")
    result = run(folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        f"{folder}/a.md: new: /reviews/a",
        f"{folder}/b.md: new: /reviews/b",
        f"{path}: new: /reviewers/hana-yoo",
        f"{path}: new: /reviewers/daniel",
    ]
    byline = soup_of(client.get("/reviews/a")).find("a", rel="author")
    assert (byline.get_text(), byline["href"]) == ("Hana Yoo", "/reviewers/hana-yoo")
    assert soup_of(client.get("/reviews/b")).find("a", rel="author") is None
    response = client.get("/reviewers/hana-yoo")
    page = soup_of(response)
    assert page.h1.get_text() == "Hana Yoo"
    assert slugs_on(page) == ["a"]
    assert page.find(class_="prose").em.get_text() == "everything"
    assert page.find(class_="reviewer").script is None
    with client.get(page.find(class_="reviewer").img["src"]) as picture:
        assert picture.status_code == 200
    assert client.get("/reviewers/Hana-Yoo").location == "/reviewers/hana-yoo"
    assert soup_of(client.get("/dramas")).find("a", href="/reviewers/hana-yoo")
    assert "/reviewers/hana-yoo" in client.get("/sitemap.xml").text


def test_a_reviewer_without_a_public_review_has_no_page(run, folder, client):
    run(write_reviewers(folder, HANA + DANIEL))
    make_review(published_at=None)
    for slug in ("hana-yoo", "daniel", "nobody"):
        assert client.get(f"/reviewers/{slug}").status_code == 404
    make_review(slug="c", byline="دانيال")
    page = soup_of(client.get("/reviewers/daniel"))
    assert page.find(class_="prose")["dir"] == "rtl"
    assert page.h1["dir"] == "rtl"
    for path in ("/dramas", "/sitemap.xml"):
        assert "hana-yoo" not in client.get(path).text


def test_importing_reviewers_again_changes_nothing(run, folder, tmp_path):
    path = write_reviewers(folder, HANA + DANIEL)
    before = run(path).exit_code, [row.id for row in db.session.query(Reviewer)]
    stored = sorted((tmp_path / "media").iterdir())
    assert run(path).stdout == (
        f"{path}: unchanged: /reviewers/hana-yoo\n{path}: unchanged: /reviewers/daniel\n"
    )
    assert (0, [row.id for row in db.session.query(Reviewer)]) == before
    assert sorted((tmp_path / "media").iterdir()) == stored


@on_both
def test_reviewers_may_exchange_their_names(run, folder):
    one, two = ("  - {slug: %s, name: %s, biography: B.}\n",) * 2
    run(write_reviewers(folder, "reviewers:\n" + one % ("a", "Jo") + two % ("b", "Kim")))
    result = run(write_reviewers(folder, "reviewers:\n" + one % ("a", "Kim") + two % ("c", "Jo")))
    assert result.exit_code == 0, result.output
    assert [line.split(": ")[1] for line in result.stdout.splitlines()] == ["changed", "changed"]
    db.session.rollback()
    assert {row.slug: row.name for row in db.session.query(Reviewer)} == {"a": "Kim", "c": "Jo"}


def test_a_reviewer_who_is_gone_from_the_file_stays_while_a_review_names_them(
    run, folder, tmp_path, client
):
    make_review(published_at=None)
    run(write_reviewers(folder, HANA + DANIEL))
    path = write_reviewers(folder, "reviewers:\n")
    assert run(path, command="check").stdout == f"{path}: deleted: /reviewers/daniel\n"
    assert slugs() == ["daniel", "hana-yoo"]
    assert run(path).stdout == f"{path}: deleted: /reviewers/daniel\n"
    assert slugs() == ["hana-yoo"]
    make_review(byline="Somebody Else")
    assert run(path).stdout == f"{path}: deleted: /reviewers/hana-yoo\n"
    db.session.rollback()
    assert db.session.query(Picture).count() == 0
    assert list((tmp_path / "media").iterdir()) == []


def test_a_picture_that_changes_leaves_no_file_behind(run, folder, tmp_path):
    path = write_reviewers(folder, HANA)
    run(path)
    draw_picture(folder, "people/hana.png", size=(200, 200), colour="red")
    assert run(path).stdout == f"{path}: changed: /reviewers/hana-yoo\n"
    assert len(list((tmp_path / "media").iterdir())) == 1


def test_an_unused_picture_in_an_unwritable_folder_is_named_and_the_import_goes_on(
    run, folder, monkeypatch
):
    unlink = Path.unlink

    def refuse(file, **options):
        if not file.name.startswith("."):  # Those are of a file that is being written.
            raise PermissionError(13, "Permission denied")
        unlink(file, **options)

    path = write_reviewers(folder, HANA)
    run(path)
    draw_picture(folder, "people/hana.png", size=(200, 200), colour="red")
    monkeypatch.setattr(Path, "unlink", refuse)
    result = run(path)
    assert result.exit_code == 0
    assert "Unused pictures cannot be deleted" in result.stderr
    assert "Permission denied. They only take room." in result.stderr


FAULTS = {
    "reviewers:\n  - slug: Bad Slug\n    name: A\n    biography: B\n": (
        "line 2: reviewers[1].slug: small letters and digits joined by hyphens"
    ),
    "reviewers:\n  - slug: a\n    biography: B\n": (
        "line 2: reviewers[1].name: a line of text is expected; it is missing."
    ),
    "reviewers:\n  - slug: a\n    name: A\n": (
        "line 2: reviewers[1].biography: one or more lines of text are expected; it is missing."
    ),
    "reviewers:\n  - slug: a\n    name: A\n    biography: '![Hana](hana.png)'\n": (
        "line 4: reviewers[1].biography: shows no text; pictures are left out of it."
    ),
    "reviewers:\n  - slug: a\n    name: A\n    biography: >\n" + "      word\n" * 500: (
        "line 4: reviewers[1].biography: has 2,499 characters; it takes 2,000."
    ),
    "reviewers:\n- {slug: a, name: A, biography: B}\n- {slug: a, name: B, biography: B}\n": (
        "line 3: reviewers[2].slug: is that of line 2; another is expected."
    ),
    "reviewers:\n- {slug: a, name: A, biography: B}\n- {slug: b, name: ' A', biography: B}\n": (
        "line 3: reviewers[2].name: is that of line 2; another is expected."
    ),
    "reviewers:\n- slug: a\n  name: A\n  born: 1990\n  biography: B\n": (
        "line 4: reviewers[1].born: unknown key; the keys are biography, language, name,"
    ),
    "reviewers:\n- slug: a\n  name: A\n  biography: B\n  picture: no.png\n": (
        "line 5: reviewers[1].picture: there is no such file: "
    ),
    "reviewers:\n- slug: a\n  name: A\n  biography: B\n  picture: reviewers.yaml\n": (
        "line 5: reviewers[1].picture: picture reviewers.yaml: is no picture this site can read."
    ),
    "reviewers:\n- slug: a\n  name: A\n  biography: B\n  language: xx-yy-zz\n": (
        "line 5: reviewers[1].language: a language tag such as ko, ar or pt-BR is expected"
    ),
    "people:\n- slug: a\n": "line 1: people: unknown key; the keys are reviewers.",
    "reviewers: Hana\n": "line 1: reviewers: a list of {biography, language,",
    "- slug: a\n": "line 1: a key with a colon is expected.",
    "": "line 1: reviewers: a list is expected; it is missing.",
    "reviewers: [\n": "line 2: not YAML: ",
    "reviewers:\n- &a {slug: a}\n": "line 2: a value that begins with &, * or !",
    "# x\n" * 2001: "line 2001: the YAML takes up to 2,000 lines.",
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.items())
def test_a_bad_file_of_reviewers_is_refused_with_its_line_and_its_field(run, folder, text, fault):
    make_reviewer()
    path = write_reviewers(folder, text)
    review = write_review(folder, author="A")
    result = run(folder)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}: {fault}"), result.stderr
    assert result.stdout == f"{review}: new: /reviews/run-on\n"
    assert slugs() == ["hana-yoo"]


def test_every_fault_of_a_file_of_reviewers_is_named_at_once(run, folder):
    path = write_reviewers(folder, "reviewers:\n- slug: A\n  name: ''\n- slug: b\n  name: B\n")
    lines = run(path).stderr.splitlines()
    assert [line.removeprefix(f"{path}: ").split(":")[:2] for line in lines] == [
        ["line 2", " reviewers[1].slug"],
        ["line 3", " reviewers[1].name"],
        ["line 2", " reviewers[1].biography"],
        ["line 4", " reviewers[2].biography"],
    ]


def test_the_reviewers_beside_a_review_are_imported_with_it(run, folder, client):
    write_reviewers(folder, HANA)
    assert "new: /reviewers/hana-yoo" in run(write_review(folder)).stdout
    assert client.get("/reviewers/hana-yoo").status_code == 200


def test_a_folder_without_reviews_is_refused_in_words(run, tmp_path):
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty")
    assert result.exit_code == 1
    assert "has no review; files that end with .md are expected." in result.stderr


def test_a_biography_is_stored_plain_and_dressed_when_it_is_shown(app, run, folder, client):
    text = "## On rain\n\n|a|b|c|\n|--:|-|-|\n|1|2|3|\n"
    indented = text.replace("\n", "\n      ")
    path = f"reviewers:\n- slug: hana\n  name: Hana Yoo\n  biography: |\n      {indented}"
    run(write_reviewers(folder, path))
    make_review()

    def check() -> None:
        db.session.rollback()
        stored = db.session.query(Reviewer).one().biography_html
        assert "<table>" in stored
        assert "id=" not in stored
        assert "region" not in stored
        shown = soup_of(client.get("/reviewers/hana")).find(class_="reviewer")
        assert shown.h2["id"] == "part-on-rain"
        assert shown.find(role="region")["aria-label"] == "a, b, c"
        assert len(shown.find_all(role="region")) == 1

    check()
    write(store_dressed)
    make_moderator()
    assert app.test_cli_runner().invoke(args=["setup"]).exit_code == 0
    check()


def store_dressed() -> None:
    """Store biographies as an earlier release did."""
    for reviewer in db.session.query(Reviewer):
        reviewer.biography_html = render_page(reviewer.biography)


def write_folders(place: Path) -> tuple[Path, Path]:
    """Write two folders, each with a review and the reviewer who wrote it."""
    for name in ("one", "two"):
        (place / name).mkdir()
        text = f"reviewers:\n- {{slug: {name}, name: {name.title()}, biography: B.}}\n"
        write_reviewers(place / name, text)
        write_review(place / name, slug=f"review-{name}", author=name.title())
    return place / "one", place / "two"


def test_two_folders_in_one_command_keep_the_reviewers_of_both(run, tmp_path):
    one, two = write_folders(tmp_path)
    checked = run(one, two, command="check")
    result = run(one, two)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == checked.stdout
    assert result.stdout.splitlines()[2:] == [
        f"{one}/reviewers.yaml: new: /reviewers/one",
        f"{two}/reviewers.yaml: new: /reviewers/two",
    ]
    assert slugs() == ["one", "two"]
    assert "unchanged: /reviewers/one" in run(one, two, one).stdout
    assert slugs() == ["one", "two"]


def test_a_reviewer_whom_a_review_of_the_same_import_names_or_forgets(run, folder):
    """The result does not depend on how often the command runs."""
    write_reviewers(folder, HANA + DANIEL)
    write_review(folder)
    run(folder)
    path = write_reviewers(folder, "reviewers:\n")
    write_review(folder, author="دانيال")
    for command in ("check", "import"):
        last = run(folder, command=command).stdout.splitlines()[1:]
        assert last == [f"{path}: deleted: /reviewers/hana-yoo"]
    assert slugs() == ["daniel"]


def test_a_reviewer_in_two_files_of_an_import_is_refused_with_both_files(run, tmp_path):
    one, two = write_folders(tmp_path)
    path = write_reviewers(two, "reviewers:\n- {slug: one, name: Two, biography: B.}\n")
    result = run(one, two)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{path}: line 2: reviewers[1].slug: is in {one}/reviewers.yaml, too; another is expected.",
        f"{one}/reviewers.yaml: skipped, because another reviewers.yaml is bad.",
    ]
    assert len(result.stdout.splitlines()) == 2, "The reviews are imported."
    assert slugs() == []


def test_hidden_files_of_a_mac_are_no_reviews_unless_they_are_named(run, folder):
    path = write_review(folder, name="one.md")
    hidden = folder / "._one.md"
    hidden.write_bytes(b"\0\5\x16\7")
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    result = run(folder)
    assert (result.exit_code, result.stdout) == (0, f"{path}: new: /reviews/run-on\n")
    assert f"{hidden}: line 1: front matter is expected" in run(hidden).stderr
    path.unlink()
    assert "has no review" in run(folder).stderr
