"""The picture that other sites show beside a link to a review (`og:image`)."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from blog.db.transactions import write
from blog.link_previews.drawing import Lines, draw_link_preview, settable
from blog.manuscripts.importing import read_review
from blog.reviews.commands import publish
from tests.builders import NOON, make_moderator, make_review
from tests.databases import on_both
from tests.manuscripts.files import FRONT_MATTER, draw_picture, write_review
from tests.outbox.sending import change_settings
from tests.page import soup_of

SITE = "https://drama.example"
CRASH_LANDING = FRONT_MATTER.replace(
    "Run On", "Crash Landing on You\n  korean_title: 사랑의 불시착\nrating: 9.0"
)
LONGEST = ["W" * 100, "이상한변호사우영우의사랑의불시착", "Lovely " * 28, "좋은 날 " * 40]


@pytest.fixture
def run(app):
    """Run a command of the site and return what it prints."""

    def run(*arguments: object) -> str:
        result = app.test_cli_runner().invoke(args=[*map(str, arguments)])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


@pytest.fixture
def link_of(client):
    """Return the address of a review's picture, and its size and description as the page says."""

    def link_of(slug: str = "run-on") -> tuple[str, str, str]:
        page = soup_of(client.get(f"/reviews/{slug}"))
        tags = {tag.get("property"): tag["content"] for tag in page.find_all("meta", content=True)}
        size = f"{tags['og:image:width']} × {tags['og:image:height']}"
        return tags["og:image"].removeprefix(SITE), size, tags["og:image:alt"]

    return link_of


def damage(kind: str, folder: Path) -> None:
    """Damage all files of the stored pictures of reviews."""
    for path in folder.glob("*.webp"):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if kind == "truncated" else b"")


def is_there(client, address: str) -> bool:
    with client.get(address) as response:
        return response.status_code == 200


def open_picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def draw(**changes) -> Image.Image:
    shown = {
        "site_name": "Second Lead",
        "titles": ("Run On", "런온"),
        "headline": "The runner stops",
        "rating": "7.5",
        "picture": None,
        "hue": None,
    }
    return open_picture(draw_link_preview(**shown | changes))


def differ(one: Image.Image, other: Image.Image) -> bool:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 0.1


@on_both
def test_a_link_on_another_site_shows_which_drama_it_is_and_its_rating(run, link_of, client):
    folder = Path(client.application.extensions["settings"].data_dir)
    draw_picture(folder, "a.png", size=(800, 400))
    path = write_review(folder, front_matter=CRASH_LANDING, body="![A](a.png)")
    run("review", "import", path)
    address, size, words = link_of()
    assert (size, words) == (
        "1200 × 630",
        "Crash Landing on You · 사랑의 불시착, rated 9 out of 10",
    )
    with client.get(address) as response:
        assert response.mimetype == "image/jpeg"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(response.data) < 300_000
        picture = open_picture(response.data)
    assert picture.size == (1200, 630)
    red, green, blue = picture.getpixel((1150, 300))
    assert red < 40 < 100 < green, "The drama's picture, which is teal, is on the right."
    assert abs(green - blue) < 10


def test_the_picture_of_a_link_is_drawn_again_when_what_it_shows_changes(
    app, run, link_of, tmp_path
):
    def image(**changes: str) -> str:
        run("review", "import", write_review(tmp_path, **changes))
        return link_of()[0]

    first = image(rating="7.5")
    assert image(rating="7.5", summary="Another summary.") == first
    seen = {first, image(rating="8"), image(rating="8", title="Another headline")}
    draw_picture(tmp_path, "a.png")
    run("review", "import", write_review(tmp_path, body="![A](a.png)"))
    seen.add(link_of()[0])
    change_settings(app, site_name="Third Lead")
    run("setup")
    seen.add(link_of()[0])
    assert len(seen) == 5
    kept = [file.name for file in (tmp_path / "media").iterdir() if file.suffix == ".jpg"]
    assert kept == [Path(link_of()[0]).name], "The former pictures are deleted."


def test_reviews_from_before_the_upgrade_get_their_picture_without_an_import(
    run, link_of, client, tmp_path
):
    draw_picture(tmp_path, "a.png", size=(800, 400))
    path = write_review(tmp_path, body="![A](a.png)")
    write(publish, manuscript=read_review(path, tmp_path / "media"), now=NOON)
    make_review(slug="no-picture")
    assert link_of() == (link_of()[0], "800 × 400", "Run On")
    assert "Links:   2 pictures drawn" in run("setup")
    assert "Links:" not in run("setup")
    for slug in ("run-on", "no-picture"):
        address, size, _words = link_of(slug)
        assert size == "1200 × 630"
        assert is_there(client, address)
    (tmp_path / "media" / Path(address).name).unlink()
    assert "Links:   1 picture drawn" in run("setup"), "A lost file is drawn again."


@pytest.mark.parametrize("kind", ["empty", "truncated"])
def test_a_damaged_stored_picture_stops_neither_setup_nor_an_import(
    kind, run, link_of, client, tmp_path
):
    draw_picture(tmp_path, "a.png", size=(800, 400))
    path = write_review(tmp_path, body="![A](a.png)")
    write(publish, manuscript=read_review(path, tmp_path / "media"), now=NOON)
    damage(kind, tmp_path / "media")
    assert "Links:   1 picture drawn" in run("setup")
    without = link_of()[0]
    assert is_there(client, without), "It is drawn without the review's own picture."
    assert "Links:" not in run("setup")
    assert run("review", "import", path) == f"{path}: unchanged: /reviews/run-on\n"
    assert link_of()[0] != without, "The import has repaired the picture."


def test_a_media_folder_that_cannot_be_written_stops_neither_setup_nor_an_import(
    app, link_of, tmp_path
):
    draw_picture(tmp_path, "a.png")
    one = write_review(tmp_path, name="one.md")
    two = write_review(tmp_path, name="two.md", slug="two", body="![A](a.png)")
    three = write_review(tmp_path, name="three.md", slug="three")
    make_moderator()
    media = tmp_path / "media"
    media.write_text("a file in place of the folder")
    invoke = app.test_cli_runner().invoke
    result = invoke(args=["review", "import", str(one), str(two), str(three)])
    assert result.exit_code == 1
    assert result.stdout == f"{one}: new: /reviews/run-on\n{three}: new: /reviews/three\n"
    refusal, decoration = result.stderr.splitlines()
    assert refusal == f"{two}: {media} cannot be written: File exists."
    assert decoration == (
        f"Some pictures that other sites show beside a link cannot be stored in {media}:"
        " File exists."
    )
    result = invoke(args=["setup"])
    assert (result.exit_code, result.stderr) == (0, f"{decoration}\n")
    assert "Sign-in: unchanged." in result.stdout


def test_another_machine_without_the_media_files_leaves_the_picture_of_a_link_alone(
    app, run, link_of, client, tmp_path
):
    draw_picture(tmp_path, "a.png")
    run("review", "import", write_review(tmp_path, body="![A](a.png)"))
    address = link_of()[0]
    change_settings(app, data_dir=tmp_path / "other")
    assert "Links:" not in run("setup")
    change_settings(app, data_dir=tmp_path)
    assert link_of()[0] == address
    assert is_there(client, address)


def test_a_picture_that_two_reviews_share_stays_while_one_shows_it(run, link_of, tmp_path, client):
    for slug in ("run-on", "run-on-again"):
        run("review", "import", write_review(tmp_path, slug=slug, name=f"{slug}.md"))
    shared = link_of()[0]
    assert link_of("run-on-again")[0] == shared
    run("review", "import", write_review(tmp_path, rating="5"))
    assert link_of()[0] != shared
    assert is_there(client, shared)


@pytest.mark.parametrize("text", LONGEST, ids=["word", "korean", "words", "korean-words"])
def test_a_long_title_never_runs_out_of_the_picture_of_a_link(text):
    for width, height in ((560, 200), (1072, 330)):
        lines = Lines.fit(text, (width, height), (104, 34), weight=1)
        assert lines.lines
        assert lines.height <= height
        assert max(lines.font.getlength(line) for line in lines.lines) <= width
        assert lines.font.size >= 34, "At a quarter of its size it can still be read."
    # The words end before the right edge, and above the rating.
    plain = draw(titles=("", ""), headline="", site_name="")
    long = ImageChops.difference(plain, draw(titles=(text, text), headline=text, site_name=text))
    left, top, right, bottom = long.convert("L").point(lambda v: 255 if v > 40 else 0).getbbox()
    assert 40 < left < right < 1160
    assert 30 < top < bottom < 480


def test_korean_is_set_in_a_font_that_comes_with_the_site():
    assert settable("사랑의 불시착 뷁") == "사랑의 불시착 뷁"
    assert differ(draw(titles=("Run On", "런온")), draw(titles=("Run On", "온런")))


def test_letters_that_the_font_lacks_are_left_out_and_never_drawn_as_boxes():
    assert settable("The runner stops 😌") == "The runner stops"
    assert settable("قصة حب 2020") == ""
    empty = draw(titles=("", ""), headline="")
    assert not differ(empty, draw(titles=("قصة حب", ""), headline="عنوان بالعربية"))
    assert differ(empty, draw(titles=("قصة حب", "런온"), headline="عنوان بالعربية"))
