"""Draw the picture that other sites show beside a link to a review (`og:image`)."""

import colorsys
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_ko
from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

from blog.pictures.converter import HUES, open_picture
from blog.reviews.models import LINK_PREVIEW_SIZE

WIDTH, HEIGHT = LINK_PREVIEW_SIZE
# Every site that shows links reads JPEG; some read no WebP, and a PNG would be four times as large.
QUALITY = 88
FONT = pylopdf_fonts_ko.serif_path()
MARGIN = 64
# With a picture, the words have the left half; the picture fades in behind the end of the lines.
WORDS, FADE, FADED = 560, 560, 830
CREAM = "#fbf6ee"
# The site's mark on a square of 32 units: (x, radius) of a ring and, in front of it, of a disc.
# tools/icons.py draws it too.
RING, STROKE, FAINT = (11.5, 7), 2, 0.6
DISC = (20.5, 8)
# The brightness of the ground and of the Korean title, which is the same in every hue.
DARK, BRIGHT = 0.045, 0.58

Box = tuple[int, int, int, int]


def draw_link_preview(
    *,
    site_name: str,
    titles: tuple[str, str],
    headline: str,
    rating: str,
    picture: Path | None,
    hue: int | None,
) -> bytes:
    """Return the picture as JPEG, 1200 × 630 pixels, legible at a quarter of that size.

    `titles` are the drama's titles in Latin and in Korean letters; a text may be empty. A text in
    letters that the font lacks is left out. Raises RefusedPictureError for a bad file `picture`.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), _shade(hue, DARK, 0.65))
    pen = ImageDraw.Draw(image)
    if picture:
        _paste(image, picture)
    else:
        _draw_mark(image, (WIDTH - 560, HEIGHT - 590), 26, 0.1)
    right = WORDS + MARGIN if picture else WIDTH - MARGIN
    _draw_mark(image, (MARGIN - 9, 44), 2, 1)
    Lines.fit(settable(site_name), (right - MARGIN - 64, 48), (34, 22), most=1).draw(
        pen, (MARGIN + 64, 52), CREAM
    )
    bottom = HEIGHT - 56
    if rating:
        figure, scale = _font(112), _font(40)
        baseline = bottom - 6
        pen.text((MARGIN, baseline), rating, CREAM, figure, "ls", stroke_width=1)
        end = MARGIN + figure.getlength(rating) + 18
        pen.text((end, baseline), "/ 10", _shade(hue, BRIGHT, 0.3), scale, "ls")
        bottom -= 130
    _draw_names(pen, (MARGIN, 124, right, bottom), titles, headline, _shade(hue, BRIGHT, 0.3))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return buffer.getvalue()


def settable(text: str) -> str:
    """Return a text without the symbols that the font lacks; empty if it lacks a letter."""
    lacking = {character for character in text if not _has_glyph(character)}
    if any(character.isalnum() for character in lacking):
        return ""
    return " ".join("".join(c for c in text if c not in lacking).split())


def _draw_names(
    pen: ImageDraw.ImageDraw, box: Box, titles: tuple[str, str], headline: str, tint: str
) -> None:
    """Draw the drama's titles, and the headline if there is room for the whole of it."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    latin, korean = (settable(title) for title in titles)
    share = 0.62 if korean else 1
    first = Lines.fit(latin, (width, round(height * share)), (104, 46), weight=1)
    room = height - first.height - (18 if latin else 0)
    second = Lines.fit(
        korean, (width, min(room, height // 2)), (58 if latin else 104, 34), weight=0.5
    )
    rest = room - second.height - 26
    third = Lines.fit(settable(headline), (width, rest), (34, 30), may_cut=False)
    used = height - rest + third.height if third.lines else height - rest - 26
    y = top + max(0, (height - used) // 2)
    y = first.draw(pen, (left, y), CREAM) + (18 if latin else 0)
    y = second.draw(pen, (left, y), tint) + 26
    third.draw(pen, (left, y), CREAM)


class Lines:
    """A text broken into lines that fit into a box, with the font that fits."""

    def __init__(self, lines: list[str], font: ImageFont.FreeTypeFont, weight: float) -> None:
        """Keep the lines; `weight` is how many pixels each stroke of a letter is thickened by."""
        self.lines, self.font, self.weight = lines, font, weight

    @classmethod
    def fit(
        cls,
        text: str,
        box: tuple[int, int],
        sizes: tuple[int, int],
        *,
        most: int = 99,
        weight: float = 0,
        may_cut: bool = True,
    ) -> "Lines":
        """Return the text in the largest of the sizes (largest, smallest) at which it fits.

        At the smallest size, long words are broken and what is too long ends in "…"; without
        `may_cut` there are no lines then.
        """
        width, height = box
        largest, smallest = sizes
        for size in range(largest, smallest - 1, -2):
            font = _font(size)
            room = min(most, height // _line_height(font))
            lines = list(_wrap(text, font, width))
            is_whole = all(font.getlength(line) <= width for line in lines)
            if len(lines) <= room and is_whole:
                return cls(lines, font, weight)
        if not may_cut or room < 1:
            return cls([], font, weight)
        lines = list(_wrap(text, font, width, breaks_words=True))
        if len(lines) > room:
            last = lines[room - 1]
            while font.getlength(f"{last}…") > width:
                last = last[:-1]
            lines = [*lines[: room - 1], f"{last.rstrip()}…"]
        return cls(lines, font, weight)

    @property
    def height(self) -> int:
        """Return the height of the lines in pixels."""
        return len(self.lines) * _line_height(self.font)

    def draw(self, pen: ImageDraw.ImageDraw, place: tuple[int, int], colour: str) -> int:
        """Draw the lines from this place (left, top) down; return where they end."""
        x, y = place
        for number, line in enumerate(self.lines):
            top = y + number * _line_height(self.font)
            baseline = top + round(self.font.size)
            pen.text((x, baseline), line, colour, self.font, "ls", stroke_width=self.weight)
        return y + self.height


def _wrap(
    text: str, font: ImageFont.FreeTypeFont, width: int, *, breaks_words: bool = False
) -> Iterator[str]:
    """Yield the lines of a text, broken at spaces, in Korean too."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while breaks_words and font.getlength(line) > width:
            count = next(n for n in range(len(line), 0, -1) if font.getlength(line[:n]) <= width)
            yield line[:count]
            line = line[count:]
    if line:
        yield line


def _line_height(font: ImageFont.FreeTypeFont) -> int:
    return round(font.size * 1.22)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    """Return whether the font has a glyph of its own for a character."""
    font = _font(34)
    # The font draws the same box for all characters that it lacks, and for U+FFFF.
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def _paste(image: Image.Image, path: Path) -> None:
    """Paste the picture over the right side; its left edge fades into the ground."""
    size = (WIDTH - FADE, HEIGHT)
    source = open_picture(path).convert("RGBA")
    picture = ImageOps.fit(source, size, Image.Resampling.LANCZOS)
    ramp = Image.linear_gradient("L").rotate(90).resize((FADED - FADE, HEIGHT))
    fade = Image.new("L", size, 255)
    fade.paste(ramp, (0, 0))
    # A drawing without a ground of its own stands on cream, as on the site's paper.
    ground = Image.new("RGBA", size, CREAM)
    ground.alpha_composite(picture)
    image.paste(ground.convert("RGB"), (FADE, 0), fade)


def _draw_mark(image: Image.Image, place: tuple[int, int], unit: int, strength: float) -> None:
    """Draw the site's two discs; `unit` is the size of a unit of the mark in pixels."""
    finer = 4
    x, y = place
    mask = Image.new("L", (32 * unit * finer, 32 * unit * finer))
    pen = ImageDraw.Draw(mask)
    for (centre, radius), tone in (
        ((RING[0], RING[1] + STROKE / 2), FAINT),
        ((RING[0], RING[1] - STROKE / 2), 0),
        (DISC, 1),
    ):
        corners = (centre - radius, 16 - radius, centre + radius, 16 + radius)
        pen.ellipse([c * unit * finer for c in corners], fill=round(255 * tone * strength))
    mask = mask.resize((32 * unit, 32 * unit), Image.Resampling.BOX)
    image.paste(ImageColor.getrgb(CREAM), (x, y), mask)


def _shade(hue: int | None, brightness: float, saturation: float) -> str:
    """Return a colour of a picture's hue with this relative luminance, or a warm grey."""
    wheel = (hue / HUES, saturation) if hue is not None else (0.1, saturation / 4)
    linear = [channel**2.2 for channel in colorsys.hsv_to_rgb(*wheel, 1)]
    luminance = sum(c * share for c, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
    scaled = (min(1, channel * brightness / luminance) ** (1 / 2.2) for channel in linear)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in scaled)
