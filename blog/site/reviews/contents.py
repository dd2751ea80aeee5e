"""The text of a review as its page shows it, and its contents: links to its headings."""

from collections.abc import Sequence

from markupsafe import Markup

from blog.reviews.models import Review
from blog.site.reviews.pictures import text_sizes
from blog.text.dressing import Heading
from blog.text.markup import dress_review

# A minute of reading is about one screen of a phone, and a picture is half a screen.
LONG_SCREENS = 5
PICTURE_SCREENS = 0.5
FEWEST_HEADINGS = 3
DEEPEST_LEVEL = 3


def page_text(review: Review) -> tuple[Markup, list[Heading]]:
    """Return the text of a review as its page shows it, and the headings in its contents."""
    text, headings = dress_review(review.body_html, text_sizes)
    return text, contents_of(review, headings)


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
