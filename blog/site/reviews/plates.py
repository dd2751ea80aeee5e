"""How a drama's title is set on the plate of its card, and the colour of the plate."""

import re
from dataclasses import dataclass
from zlib import crc32

from blog.pictures.models import Picture
from blog.reviews.models import Review

# A vertical column has room for this many characters; spaces do not count.
MOST_IN_A_COLUMN = 7
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# Two digits stand side by side in a vertical column; more would be too small to read.
_DIGITS = re.compile(r"([0-9]+)")
_MOST_DIGITS = 2
# Classes of static/css/site.css.
HUES = 24
# A narrower picture would be stretched to cover its place on the plate.
LEAST_WIDTH = 480


@dataclass(frozen=True, kw_only=True, slots=True)
class Plate:
    """A title on a plate: one vertical column of Korean, or horizontal lines of anything else.

    `parts` are the title's pieces in order; every second one is a group of digits. `hue` is the end
    of the name of a CSS class: that of the picture, or without one, that which the first slug
    chooses. `picture` is None if the review's picture is too small for a plate.
    """

    parts: list[str]
    language: str | None
    is_vertical: bool
    hue: str
    picture: Picture | None

    @classmethod
    def of(cls, review: Review) -> "Plate":
        """Return the plate of a review's drama; the Korean title comes before the other."""
        title = review.drama_korean_title or review.drama_title
        parts = _DIGITS.split(title)
        return cls(
            parts=parts,
            language="ko" if review.drama_korean_title else review.language,
            is_vertical=bool(_HANGUL.search(title))
            and not _LATIN.search(title)
            and len("".join(title.split())) <= MOST_IN_A_COLUMN
            and max((len(digits) for digits in parts[1::2]), default=0) <= _MOST_DIGITS,
            hue=_choose_hue(review),
            picture=_choose_picture(review),
        )


def _choose_picture(review: Review) -> Picture | None:
    picture = review.picture
    return picture if picture and picture.width >= LEAST_WIDTH else None


def _choose_hue(review: Review) -> str:
    if review.picture is None:
        # A review that is not stored yet has no first slug.
        slug = review.first_slug or review.slug
        return str(crc32(slug.encode()) % HUES)
    return "none" if review.picture.hue is None else str(review.picture.hue)
