"""Keep the pictures of links to reviews up to date with what they show."""

import hashlib
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from blog.db.transactions import Write
from blog.link_previews.drawing import draw_link_preview
from blog.pictures.converter import RefusedPictureError
from blog.pictures.files import store_file
from blog.pictures.models import files_of
from blog.reviews.commands import replace_link_preview
from blog.reviews.queries import LinkedReview, list_linked_reviews
from blog.text.language import format_number

# Increased when the drawing changes, so that all pictures are drawn again.
RECIPE = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkPreview:
    """What the picture shows, which decides its name: `picture` is a file in the media folder."""

    site_name: str
    titles: tuple[str, str]
    headline: str
    rating: str
    picture: str | None
    hue: int | None

    @classmethod
    def of(cls, review: LinkedReview, *, site_name: str) -> "LinkPreview":
        """Return what the picture of a review shows."""
        picture = files_of(review.renditions, "webp")[-1][1] if review.renditions else None
        return cls(
            site_name=site_name,
            titles=(review.drama_title, review.drama_korean_title or ""),
            headline=review.title,
            rating="" if review.rating is None else format_number(review.rating),
            picture=picture,
            hue=review.hue if picture else None,
        )

    @property
    def file_name(self) -> str:
        """Return the name of the file: a hash of all that is shown."""
        shown = json.dumps([RECIPE, asdict(self)]).encode()
        return f"{hashlib.sha256(shown).hexdigest()[:32]}.jpg"

    def draw(self, media_dir: Path) -> bytes:
        """Return the picture as JPEG. Raises RefusedPictureError if `picture` cannot be opened."""
        return draw_link_preview(
            site_name=self.site_name,
            titles=self.titles,
            headline=self.headline,
            rating=self.rating,
            picture=media_dir / self.picture if self.picture else None,
            hue=self.hue,
        )


class Refreshed(NamedTuple):
    """How many pictures were drawn, and why others could not be stored, if so."""

    drawn: int
    fault: str | None


def refresh_link_previews(
    *,
    write: Write,
    media_dir: Path,
    site_name: str,
    slugs: Sequence[str] | None = None,
    seconds: float = math.inf,
) -> Refreshed:
    """Draw the missing and outdated pictures of these reviews, by default of all.

    A picture that no review shows any more is deleted. A review keeps what it has if the file of
    its own picture is missing here, as another machine may have it, or if nothing can be stored.
    After `seconds` no further picture is begun.
    """
    drawn, fault = 0, None
    end = time.monotonic() + seconds
    for review in list_linked_reviews(slugs=slugs):
        if time.monotonic() > end:
            break
        preview = LinkPreview.of(review, site_name=site_name)
        try:
            if preview.picture and not (media_dir / preview.picture).exists():
                continue
            name, is_new = _store(preview, media_dir)
            drawn += is_new
            _use(name, review, write, media_dir)
        except OSError as error:
            fault = fault or error.strerror or str(error)
    return Refreshed(drawn, fault)


def _store(preview: LinkPreview, media_dir: Path) -> tuple[str, bool]:
    """Draw and store a picture that is missing; return its name, and whether it was missing.

    If the review's own picture is damaged, the picture is drawn without it.
    """
    name = preview.file_name
    path = media_dir / name
    if path.exists() and path.stat().st_size:
        return name, False
    try:
        content = preview.draw(media_dir)
    except RefusedPictureError:
        return _store(replace(preview, picture=None), media_dir)
    store_file(content, name, media_dir)
    return name, True


def _use(name: str, review: LinkedReview, write: Write, media_dir: Path) -> None:
    """Let a review show this picture, and delete its former picture if no other shows that."""
    if name == review.link_preview:
        return
    unused = write(
        replace_link_preview, review_id=review.id, source_hash=review.source_hash, name=name
    )
    if unused:
        (media_dir / unused).unlink(missing_ok=True)
