"""What pages and feeds say about a review and its pictures in words."""

from blog.reviews.models import Review
from blog.text.language import format_number, lazy_gettext
from blog.text.language import gettext as _

DEMO_NOTE = lazy_gettext("This is a demo review. It came with the software, to try the site with.")


def describe_linked_picture(review: Review) -> str:
    """Return in words what the picture beside a link to a review shows."""
    if review.rating is None:
        return review.drama_name
    rating = format_number(review.rating)
    return _("%(drama)s, rated %(rating)s out of 10", drama=review.drama_name, rating=rating)


def describe(review: Review) -> str:
    """Return the summary of a review for programs; that of a demo review says what it is."""
    if review.is_demo:
        return _("Demo review. %(summary)s", summary=review.summary)
    return review.summary
