"""Render the texts of reviews and reviewers: on import, and again after the rules changed."""

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from blog.db.transactions import Write
from blog.pictures.commands import PictureFile
from blog.pictures.models import Picture, files_of
from blog.reviewers.commands import list_reviewers, replace_biographies
from blog.reviews.queries import list_shown_pictures, list_texts
from blog.reviews.replacing import replace_html
from blog.text.markup import render_review
from blog.text.review_markdown import picture_sources

BATCH = 20


def render_with_pictures(
    body: str, pictures: Mapping[str, PictureFile | Picture], *, marks_lines: bool = False
) -> Markup:
    """Return a review's text as HTML; `pictures` are its pictures by their paths in the text.

    Where a picture is missing, the text says so. `marks_lines` is that of `render_review`.
    """

    def attributes(source: str, is_first: bool) -> dict[str, str] | None:
        return _attributes(pictures[source], is_first) if source in pictures else None

    return render_review(body, attributes, marks_lines=marks_lines)


class Rendered(NamedTuple):
    """How many reviews there are, of how many the HTML changed, and the slugs of those left out."""

    total: int
    changed: int
    unclear: list[str]


def render_again(*, write: Write) -> Rendered:
    """Render the HTML of all reviews and biographies from what is stored; write what differs.

    Reviews whose pictures cannot be told apart are left out, and have to be imported again.
    """
    total = changed = last = 0
    unclear: list[str] = []
    while texts := list_texts(after=last, size=BATCH):
        shown = list_shown_pictures(review_ids=[text.id for text in texts])
        rendered: dict[int, tuple[str, Markup]] = {}
        for text in texts:
            html = _render_stored(text.body, shown[text.id])
            if html is None:
                unclear.append(text.slug)
            elif html != text.html:
                rendered[text.id] = (text.body, html)
        if rendered:
            changed += write(replace_html, rendered=rendered)
        total, last = total + len(texts), texts[-1].id
    _render_biographies(write)
    return Rendered(total, changed, unclear)


def _render_biographies(write: Write) -> None:
    rendered = {
        reviewer.id: (reviewer.biography, html)
        for reviewer in list_reviewers()
        if (html := render_review(reviewer.biography)) != reviewer.biography_html
    }
    if rendered:
        write(replace_biographies, rendered=rendered)


def _render_stored(body: str, pictures: list[Picture]) -> Markup | None:
    """Return the HTML of a stored review, or None if its pictures cannot be told apart.

    Earlier releases stored two paths of one file as one picture.
    """
    sources = picture_sources(body)
    if len(sources) != len(pictures):
        return None
    return render_with_pictures(body, dict(zip(sources, pictures, strict=True)))


def _attributes(picture: PictureFile | Picture, is_first: bool) -> dict[str, str]:
    """Return the attributes of an <img>, and as `avif` the `srcset` of its AVIF files, if any.

    Only the first picture on a page is loaded eagerly. How wide a picture is shown depends on the
    page, so `sizes` is added there (text/dressing.py).
    """
    webp, avif = (files_of(picture.renditions, ending) for ending in ("webp", "avif"))
    urgency = {"fetchpriority": "high"} if is_first else {"loading": "lazy", "decoding": "async"}
    return {
        "src": _address(webp[-1][1]),
        "srcset": _offer(webp),
        "width": str(picture.width),
        "height": str(picture.height),
        **urgency,
        **({"avif": _offer(avif)} if avif else {}),
    }


def _offer(files: list[tuple[int, str]]) -> str:
    """Return the attribute `srcset` of files."""
    return ", ".join(f"{_address(name)} {width}w" for width, name in files)


def _address(name: str) -> str:
    return f"/media/{name}"
