"""What pages and feeds say about a review that came with the demo."""

from blog.reviews.models import Review
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext

DEMO_NOTE = lazy_gettext("This is a demo review. It came with the software, to try the site with.")


def describe(review: Review) -> str:
    """Return the summary of a review for programs; that of a demo review says what it is."""
    if review.is_demo:
        return _("Demo review. %(summary)s", summary=review.summary)
    return review.summary
