"""Pictures: how large they are shown, and which file the browser loads for a sharp screen."""

import pytest
from playwright.sync_api import Page

from blog.db.transactions import write
from blog.manuscripts.importing import read_review
from blog.reviews.commands import publish
from tests.browser.steps import REVIEW
from tests.builders import NOON
from tests.manuscripts.files import draw_picture, write_review

pytestmark = pytest.mark.browser

SCREENS = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]
# Load every picture and return, for each, what is shown and the widths of its files. A picture that
# is cut to cover its place is wider than the place.
PICTURES = """async () => {
  const pictures = [...document.querySelectorAll("main img")];
  for (const picture of pictures) {
    picture.scrollIntoView({ behavior: "instant" });
    await picture.decode();
  }
  return pictures.map((picture) => {
    const { width, height, left, right } = picture.getBoundingClientRect();
    const [ownWidth, ownHeight] = ["width", "height"].map((name) => picture.getAttribute(name));
    const isCut = getComputedStyle(picture).objectFit === "cover";
    const offers = [...picture.parentElement.querySelectorAll("source"), picture];
    const files = offers.flatMap((offer) => offer.srcset.split(", "));
    const pairs = files.map((file) => file.split(" ")).filter(([_name, wide]) => wide);
    const widths = new Map(pairs.map(([name, wide]) => [name, parseInt(wide, 10)]));
    const chosen = new URL(picture.currentSrc).pathname;
    const around = picture.closest("figure, p, .card, .neighbours, .related");
    const place = around.getBoundingClientRect();
    return {
      width, height, own: { width: +ownWidth, height: +ownHeight }, alt: picture.alt,
      widths: [...new Set(widths.values())], chosen: widths.get(chosen), file: chosen,
      drawn: isCut ? Math.max(width, height * ownWidth / ownHeight) : width,
      isCentred: Math.abs(left + right - place.left - place.right) < 2,
    };
  });
}"""


def pictures_on(page: Page, path: str) -> list[dict]:
    page.goto(path)
    return page.evaluate(PICTURES)


@pytest.mark.parametrize("screen", SCREENS, ids=["phone", "desktop"])
def test_the_browser_loads_the_smallest_picture_that_is_enough(demo_site, arrive, screen):
    for path in ("/", "/tags/family", "/reviews/reply-1988"):
        # A browser takes a larger file that it has loaded for another page.
        visitor = arrive(demo_site, viewport=screen, device_scale_factor=2)
        found = [each for each in pictures_on(visitor.open("/terms"), path) if each["chosen"]]
        # A few of the demo's drawings are smaller as WebP.
        assert any(picture["file"].endswith(".avif") for picture in found), found
        for picture in found:
            assert picture["chosen"] == smallest_enough(picture, density=2), (path, picture)


def smallest_enough(picture: dict, *, density: int) -> int:
    """Return the width of the smallest file of a picture that is sharp as it is shown."""
    widths = picture["widths"]
    enough = [width for width in widths if width >= density * picture["drawn"]]
    return min(enough, default=max(widths))


@pytest.mark.parametrize("screen", SCREENS, ids=["phone", "desktop"])
def test_a_picture_is_never_stretched_nor_higher_than_most_of_the_screen(
    site, arrive, tmp_path, screen
):
    sizes = {"small": (300, 200), "tall": (900, 1600), "wide": (2000, 900), "narrow": (80, 800)}
    for name, size in sizes.items():
        draw_picture(tmp_path, f"{name}.png", size=size)
    body = "\n\n".join(f'![{name}]({name}.png "JTBC")' for name in sizes)
    path = write_review(tmp_path, body=body)
    write(publish, manuscript=read_review(path, site.data_dir / "media"), now=NOON)
    found = pictures_on(arrive(site, viewport=screen).open("/terms"), REVIEW)
    assert [picture["alt"] for picture in found] == list(sizes)
    for picture in found:
        own = picture["own"]
        assert picture["width"] <= own["width"] + 0.5, picture
        assert picture["height"] <= 0.85 * screen["height"] + 0.5, picture
        assert picture["width"] / picture["height"] == pytest.approx(
            own["width"] / own["height"], rel=0.02
        )
        assert picture["isCentred"], picture
        assert picture["chosen"] == smallest_enough(picture, density=1), picture
