"""Pictures: accepted formats, renditions, metadata, and GET /media/<name>."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from blog.pictures.conversion import BadPictureError
from blog.pictures.making import hash_source, make_picture
from tests.builders import make_review
from tests.manuscripts.files import draw_picture, write_review
from tests.page import soup_of

ORIENTATION, GPS = 0x0112, 0x8825


def stored(picture, folder: Path) -> list[Image.Image]:
    """Return the stored renditions of a picture."""
    return [Image.open(BytesIO((folder / name).read_bytes())) for _, name in picture.renditions]


def widths(picture) -> list[int]:
    return [width for width, _ in picture.renditions]


def make_png_with_size(width: int, height: int) -> bytes:
    """Return the bytes of a tiny PNG file whose header has this width and height."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture
def show(app, client, tmp_path):
    """Import a review with this text and return its page."""

    def show(body: str):
        path = write_review(tmp_path, body=body)
        result = app.test_cli_runner().invoke(args=["review", "import", str(path)])
        assert result.exit_code == 0, result.output
        return soup_of(client.get("/reviews/run-on"))

    return show


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_is_recognised_by_its_content_whatever_its_name_says(kind, tmp_path):
    path = draw_picture(tmp_path, "picture.gif", format=kind)
    picture = make_picture(path, tmp_path / "media")
    (image,) = stored(picture, tmp_path / "media")
    assert (image.format, image.size) == ("WEBP", (64, 48))


def test_other_formats_are_refused_whatever_their_name_says(tmp_path):
    kinds = {
        "svg.png": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "text.jpg": b"words",
        "empty.webp": b"",
        "page.avif": b"<!doctype html><script>alert(1)</script>",
    }
    for name, content in kinds.items():
        (tmp_path / name).write_bytes(content)
    for kind in ("GIF", "TIFF", "BMP", "ICO", "PPM"):
        draw_picture(tmp_path, f"{kind}.png", format=kind)
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    for path in files:
        with pytest.raises(BadPictureError, match="It takes a JPEG, PNG, WebP or AVIF"):
            make_picture(path, tmp_path / "media")
    assert len(files) >= 9
    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize("size", [(10_000, 5_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_huge_picture_is_refused_before_its_pixels_are_read(size, tmp_path):
    (tmp_path / "bomb.png").write_bytes(make_png_with_size(*size))
    with pytest.raises(BadPictureError, match="up to 50 million"):
        make_picture(tmp_path / "bomb.png", tmp_path / "media")


def test_a_picture_30_000_pixels_wide_is_refused_and_told_what_to_do(tmp_path):
    (tmp_path / "wide.png").write_bytes(make_png_with_size(30_000, 100))
    words = "30,000 × 100 pixels; no side may be longer than 20,000. Scale it down"
    with pytest.raises(BadPictureError, match=words):
        make_picture(tmp_path / "wide.png", tmp_path / "media")


def test_a_file_too_large_to_be_read_is_refused(tmp_path):
    with (tmp_path / "big.png").open("wb") as file:
        file.write(make_png_with_size(1, 1))
        file.truncate(30 * 2**20 + 1)
    for refuse in (hash_source, lambda path: make_picture(path, tmp_path / "media")):
        with pytest.raises(BadPictureError, match="larger than 30 MiB"):
            refuse(tmp_path / "big.png")


def test_a_picture_too_tall_for_the_web_is_refused(tmp_path):
    path = draw_picture(tmp_path, "tall.png", size=(10, 16_384))
    with pytest.raises(BadPictureError, match="too tall"):
        make_picture(path, tmp_path / "media")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_truncated_file_is_refused(kind, tmp_path):
    path = draw_picture(tmp_path, "half", size=(300, 200), format=kind)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadPictureError, match=r"damaged|no picture"):
        make_picture(path, tmp_path / "media")


def test_a_picture_is_rotated_by_its_exif_orientation(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # Viewers rotate the picture by 90 degrees.
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (0, 0, 20, 40))
    image.save(tmp_path / "side.png", exif=exif)
    (upright,) = stored(make_picture(tmp_path / "side.png", tmp_path / "m"), tmp_path / "m")
    assert upright.size == (40, 80)
    red, _, blue = upright.convert("RGB").getpixel((20, 5))
    assert blue > 200 > 50 > red


def test_a_picture_with_damaged_metadata_is_accepted(tmp_path):
    path = draw_picture(tmp_path, "a.webp", exif=b"Exif\0\0Mk\0*\0\0\0\x08nothing")
    assert make_picture(path, tmp_path / "media").width == 64


@pytest.mark.parametrize("has_profile", [True, False], ids=["profile", "no-profile"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_metadata_is_removed(kind, has_profile, tmp_path):
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (37.0, 33.0, 0.0)}
    exif[0x010E] = "in my kitchen"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more = {"icc_profile": profile} if has_profile else {}
    path = draw_picture(tmp_path, "a", format=kind, exif=exif, **more)
    assert b"in my kitchen" in path.read_bytes()
    picture = make_picture(path, tmp_path / "media")
    (image,) = stored(picture, tmp_path / "media")
    assert not image.getexif()
    assert not {"exif", "icc_profile", "xmp"} & set(image.info)
    content = (tmp_path / "media" / picture.renditions[0][1]).read_bytes()
    assert not [name for name in (b"kitchen", b"EXIF", b"ICCP", b"XMP ") if name in content]


SIZES = [
    ((64, 48), [64], (64, 48)),
    ((480, 10), [480], (480, 10)),
    ((700, 350), [480, 700], (700, 350)),
    ((1600, 800), [480, 960, 1600], (1600, 800)),
    ((3200, 1600), [480, 960, 1600], (1600, 800)),
    # At a width of 480, its height would be less than one pixel.
    ((4000, 1), [480, 960, 1600], (1600, 1)),
]


@pytest.mark.parametrize(("size", "made", "shown"), SIZES, ids=[str(row[0]) for row in SIZES])
def test_a_picture_is_stored_in_three_widths_and_never_enlarged(size, made, shown, tmp_path):
    picture = make_picture(draw_picture(tmp_path, "a.png", size=size), tmp_path / "media")
    assert widths(picture) == made
    assert (picture.width, picture.height) == shown
    assert [image.size[0] for image in stored(picture, tmp_path / "media")] == made


def test_a_large_photograph_has_the_sizes_and_the_colours_of_a_small_one(tmp_path):
    """A JPEG that is decoded at half its size is still upright, and as wide as any other."""
    image = Image.new("RGB", (5000, 7200), "teal")
    image.paste("red", (0, 0, 5000, 3600))
    exif = Image.Exif()
    exif[ORIENTATION] = 8
    image.save(tmp_path / "a.jpg", exif=exif)
    picture = make_picture(tmp_path / "a.jpg", tmp_path / "media")
    assert (picture.width, picture.height, widths(picture)[:3]) == (1600, 1111, [480, 960, 1600])
    red, green, _blue = stored(picture, tmp_path / "media")[2].convert("RGB").getpixel((400, 500))
    assert red > 200 > 50 > green


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_accepted(mode, tmp_path):
    path = draw_picture(
        tmp_path, "a", mode=mode, colour=0, format="JPEG" if mode == "CMYK" else "PNG"
    )
    assert make_picture(path, tmp_path / "media").width == 64


def test_the_same_picture_is_stored_once(tmp_path):
    for name in ("a.png", "b.png"):
        make_picture(draw_picture(tmp_path, name), tmp_path / "media")
    assert len(list((tmp_path / "media").iterdir())) == 1


def test_a_page_offers_every_width_and_names_the_size(show, tmp_path):
    draw_picture(tmp_path, "a.png", size=(2000, 1000))
    image = show("![A bench](a.png)").find("img")
    assert image["alt"] == "A bench"
    assert (image["width"], image["height"]) == ("1600", "800")
    offered = [part.split() for part in image["srcset"].split(", ")]
    assert [width for _, width in offered] == ["480w", "960w", "1600w"]
    assert image["src"] == offered[-1][0]
    assert image["sizes"]


def test_the_first_picture_is_not_lazy_and_the_others_are(show, tmp_path):
    for name in ("a", "b", "c"):
        draw_picture(tmp_path, f"{name}.png", colour={"a": "red", "b": "blue", "c": "teal"}[name])
    images = show("![A](a.png)\n\n![B](b.png)\n\nC: ![C](c.png)").find(class_="prose")("img")
    assert [image.get("loading") for image in images] == [None, "lazy", "lazy"]
    assert images[0]["fetchpriority"] == "high"


def test_a_picture_typed_as_html_with_an_impossible_height_does_not_break_the_page(client):
    url = f"/media/{'a' * 32}.webp"
    for height in ("0", "-1", "x", "9" * 5000):
        body = f'See <img src="{url}" srcset="{url} 9w" alt="A" width="9" height="{height}">'
        make_review(body=body)
        assert soup_of(client.get("/reviews/run-on")).select_one(".prose img")["src"] == url


def test_a_stored_picture_may_be_cached_for_a_year(show, client, tmp_path):
    draw_picture(tmp_path, "a.png")
    url = show("![A](a.png)").find("img")["src"]
    with client.get(url) as response:
        assert response.status_code == 200
        assert response.mimetype == "image/webp"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in response.headers
        assert "Vary" not in response.headers


def test_any_other_name_is_not_found(client, tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "secret_key").write_text("hush")
    for name in (
        *("none.webp", "..%2Fsecret_key", "../secret_key", "%00", "a%00.webp", ".webp", "..webp"),
        *("%2e%2e", "x%5c..%5csecret_key", "x" * 300, "%ff.webp", "a/b.webp"),
    ):
        response = client.get(f"/media/{name}")
        assert response.status_code == 404, name
        assert b"hush" not in response.data
