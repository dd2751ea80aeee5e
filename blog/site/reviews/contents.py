"""The contents of a long review: links to its headings."""

from collections.abc import Sequence

from blog.reviews.models import Review
from blog.text.dressing import Heading

# A minute of reading is about one screen of a phone, and a picture is half a screen.
LONG_SCREENS = 5
PICTURE_SCREENS = 0.5
FEWEST_HEADINGS = 3
DEEPEST_LEVEL = 3


def contents_of(review: Review, headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings that the contents of a review list, or none if it is short.

    What a reader has to unfold, such as the ending, is not listed.
    """
    listed = [
        each
        for each in headings
        if each.text and each.level <= DEEPEST_LEVEL and not each.is_folded
    ]
    pictures = review.body_html.count("<img ")
    screens = review.reading_minutes + pictures * PICTURE_SCREENS
    return listed if screens >= LONG_SCREENS and len(listed) >= FEWEST_HEADINGS else []
