"""AVIF beside WebP: which pages offer it, and when it is left out."""

import pytest
from bs4 import Tag

from tests.manuscripts.files import draw_photo, draw_picture, write_review
from tests.page import soup_of

REVIEWERS = """\
reviewers:
  - {slug: hana, name: Hana Yoo, picture: a.png, biography: Watches.}
"""


@pytest.fixture
def run(app):
    """Import a folder of reviews."""

    def run(folder):
        result = app.test_cli_runner().invoke(args=["review", "import", str(folder)])
        assert result.exit_code == 0, result.output

    return run


def offers_of(image: Tag) -> tuple[Tag, list[str], list[str]]:
    """Return the AVIF source in front of an image, and the descriptors of both offers."""
    assert image.parent.name == "picture", image
    source, *others = image.parent.find_all(True)
    assert (source.name, source["type"], others) == ("source", "image/avif", [image])
    offers = (each.get("srcset", each.get("src")) for each in (source, image))
    avif, webp = ([part.split()[1:] for part in offer.split(", ")] for offer in offers)
    return source, avif, webp


def smallest_of(offer: Tag) -> str:
    """Return the URL of the first file that a <source> or an <img> offers."""
    return offer.get("srcset", offer.get("src")).split()[0]


def test_a_phone_loads_avif_wherever_a_picture_is_shown_and_webp_where_it_cannot(
    run, client, tmp_path
):
    draw_photo((1000, 500)).save(tmp_path / "a.png")
    write_review(tmp_path, body="![A](a.png)\n\nSee ![B](a.png) here.", tags="[calm]")
    (tmp_path / "reviewers.yaml").write_text(REVIEWERS)
    folder = tmp_path / "second"
    folder.mkdir()
    draw_photo((1000, 500)).save(folder / "a.png")
    write_review(folder, body="![A](a.png)", tags="[calm]", slug="again", published="2021-03-15")
    run(tmp_path)
    run(folder)
    places = {
        "/": (".card img", 2),
        "/reviews/run-on": (".prose img, .related img, .neighbours img", 3),
        "/reviewers/hana": (".reviewer img", 1),
    }
    for path, (selector, least) in places.items():
        images = soup_of(client.get(path)).select(selector)
        assert len(images) >= least, path
        for image in images:
            source, avif, webp = offers_of(image)
            assert avif == webp
            assert source.get("sizes") == image.get("sizes")
            new, old = (client.get(smallest_of(each)) for each in (source, image))
            assert (new.mimetype, old.mimetype) == ("image/avif", "image/webp")
            assert len(new.data) < len(old.data)
            new.close(), old.close()
    page = soup_of(client.get("/reviews/run-on"))
    assert page.find("meta", property="og:image")["content"].endswith(".jpg")
    assert ".avif" not in client.get("/feed.atom").text
    assert ".webp" in client.get("/feed.atom").text


def test_avif_that_is_not_smaller_is_neither_kept_nor_offered(run, client, tmp_path):
    """A picture that an earlier release stored has no AVIF either, until it is imported again."""
    draw_picture(tmp_path, "a.png", size=(1000, 500))
    write_review(tmp_path, body="![A](a.png)")
    run(tmp_path)
    assert not list((tmp_path / "media").glob("*.avif"))
    for path, place in {"/": ".drawing", "/reviews/run-on": "figure"}.items():
        shown = soup_of(client.get(path)).select_one(place)
        assert shown.img["src"].endswith(".webp")
        assert not shown.find("source")
