"""The contents of a long review: links to its headings."""

from collections.abc import Sequence

from blog.reviews.models import Review
from blog.text.dressing import Heading

# Five minutes are about five screens of a phone.
LONG_MINUTES = 5
FEWEST_HEADINGS = 3
DEEPEST_LEVEL = 3


def contents_of(review: Review, headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings that the contents of a review list, or none if it is short."""
    listed = [each for each in headings if each.text and each.level <= DEEPEST_LEVEL]
    is_long = review.reading_minutes >= LONG_MINUTES and len(listed) >= FEWEST_HEADINGS
    return listed if is_long else []
