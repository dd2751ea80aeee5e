"""Keep the pictures of links to reviews up to date with what they show."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from blog.db.transactions import Write
from blog.link_previews.drawing import draw_link_preview
from blog.manuscripts.pictures import store_file
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
    def of(cls, review: LinkedReview, *, site_name: str, media_dir: Path) -> "LinkPreview":
        """Return what the picture of a review shows; without a picture whose file is missing."""
        picture = str(review.renditions[-1][1]) if review.renditions else None
        if picture and not (media_dir / picture).exists():
            picture = None
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
        """Return the picture as JPEG."""
        return draw_link_preview(
            site_name=self.site_name,
            titles=self.titles,
            headline=self.headline,
            rating=self.rating,
            picture=media_dir / self.picture if self.picture else None,
            hue=self.hue,
        )


def refresh_link_previews(
    *, write: Write, media_dir: Path, site_name: str, slugs: Sequence[str] | None = None
) -> int:
    """Draw the missing and outdated pictures of these reviews, by default of all; return how many.

    A picture that no review shows any more is deleted.
    """
    count = 0
    for review in list_linked_reviews(slugs=slugs):
        preview = LinkPreview.of(review, site_name=site_name, media_dir=media_dir)
        name = preview.file_name
        if not (media_dir / name).exists():
            store_file(preview.draw(media_dir), name, media_dir)
            count += 1
        if name != review.link_preview:
            unused = write(
                replace_link_preview,
                review_id=review.id,
                source_hash=review.source_hash,
                name=name,
            )
            if unused:
                (media_dir / unused).unlink(missing_ok=True)
    return count
