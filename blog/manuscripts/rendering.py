"""Render the text of a review with its pictures: on import, and again after the rules changed."""

from collections.abc import Mapping

from markupsafe import Markup

from blog.db.transactions import Write
from blog.reviews.commands import PictureFile, replace_html
from blog.reviews.models import Picture
from blog.reviews.queries import list_shown_pictures, list_texts
from blog.text.markup import render_review
from blog.text.review_markdown import picture_sources

BATCH = 20


def render_with_pictures(body: str, pictures: Mapping[str, PictureFile | Picture]) -> Markup:
    """Return a review's text as HTML; `pictures` are its pictures by their paths in the text."""
    return render_review(body, lambda source, is_first: _attributes(pictures[source], is_first))


def render_again(*, write: Write) -> tuple[int, int]:
    """Render the HTML of all reviews from their stored texts and pictures.

    Returns how many reviews there are, and of how many the HTML changed.
    """
    total = changed = last = 0
    while texts := list_texts(after=last, size=BATCH):
        shown = list_shown_pictures(review_ids=list(texts))
        rendered = {
            review_id: (body, html)
            for review_id, body in texts.items()
            if (html := _render_stored(body, shown[review_id])) is not None
        }
        changed += write(replace_html, rendered=rendered)
        total, last = total + len(texts), max(texts)
    return total, changed


def _render_stored(body: str, pictures: list[Picture]) -> Markup | None:
    """Return the HTML of a stored review, or None if its pictures cannot be told apart.

    Two paths of one file are stored as one picture; such a review has to be imported again.
    """
    sources = picture_sources(body)
    if len(sources) != len(pictures):
        return None
    return render_with_pictures(body, dict(zip(sources, pictures, strict=True)))


def _attributes(picture: PictureFile | Picture, is_first: bool) -> dict[str, str]:
    """Return the attributes of an <img>; only the first picture on a page is loaded eagerly.

    How wide a picture is shown depends on the page, so `sizes` is added there (text/dressing.py).
    """
    urls = [(width, f"/media/{name}") for width, name in picture.renditions]
    urgency = {"fetchpriority": "high"} if is_first else {"loading": "lazy", "decoding": "async"}
    return {
        "src": urls[-1][1],
        "srcset": ", ".join(f"{url} {width}w" for width, url in urls),
        "width": str(picture.width),
        "height": str(picture.height),
        **urgency,
    }
