"""Export reviews with what is written at the desk and not public, and reviewers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from blog.drafts.models import Draft
from blog.drafts.queries import find_draft
from blog.exports.folder import DRAFTS, Folder
from blog.exports.queries import list_ids, list_slugs
from blog.manuscripts.documents import document_of
from blog.manuscripts.fields import FieldReader
from blog.pictures.commands import PictureFile
from blog.pictures.models import Picture
from blog.publishing.pictures import files_of
from blog.reviewers.commands import list_reviewers
from blog.reviews.models import Review
from blog.reviews.queries import find_review_of_draft
from blog.text.language import gettext as _
from blog.text.review_markdown import picture_sources
from blog.text.slugs import make_slug


class Exported(NamedTuple):
    """How many reviews and drafts were written, and sentences about what is left out."""

    reviews: int
    drafts: int
    problems: list[str]


def export_reviews(root: Path, *, slugs: Sequence[str] | None, media_dir: Path) -> Exported:
    """Write the reviews with these slugs into a folder, or all of them and the reviewers if None.

    What is written at the desk and not published is in the folder DRAFTS in it, so that an import
    of the first folder changes nothing.
    """
    ids = list_ids(slugs=slugs)
    reviews = Folder(root, media_dir, list_slugs(slugs=slugs))
    drafts = Folder(root / DRAFTS, media_dir, [])
    counts = [0, 0]
    for draft_id in ids:
        draft = find_draft(draft_id=draft_id)
        review = find_review_of_draft(draft_id=draft_id)
        if review is not None:
            counts[0] += 1
            _add_review(reviews, review)
        if draft is not None and draft.writing is not None:
            counts[1] += 1
            _add_draft(drafts, draft, review)
    if slugs is None:
        _add_reviewers(reviews)
    problems = reviews.problems + [f"{DRAFTS}/{problem}" for problem in drafts.problems]
    return Exported(counts[0], counts[1], problems)


def _add_review(folder: Folder, review: Review) -> None:
    pictures = files_of(None, review)
    if len(review.shown_pictures) != len(picture_sources(review.body)):
        pictures = {}
        fault = _("its pictures cannot be told apart. Import it again before you export it.")
        folder.report(review.slug, fault)
    folder.add_review(review.slug, *document_of(review), pictures)


def _add_draft(folder: Folder, draft: Draft, review: Review | None) -> None:
    """Add what is written in a draft, without a publication time if it is not public."""
    assert draft.writing is not None, "There is something written."
    keys, body = dict(draft.writing.keys), draft.writing.body
    if review is None or review.published_at is None:
        keys.pop("published", None)
    shown = files_of(draft, review)
    pictures = {source: shown[source] for source in picture_sources(body) if source in shown}
    folder.add_review(f"{_slug_of(keys)}-{draft.id}", keys, body, pictures)


def _slug_of(keys: dict[str, Any]) -> str:
    """Return the slug of an unfinished review, or one made from what is there of its titles."""
    reader = FieldReader(keys)
    slug = reader.slug("slug", required=False)
    drama = keys.get("drama")
    drama_title = drama.get("title", "") if isinstance(drama, dict) else ""
    return slug or make_slug(str(drama_title), str(keys.get("title", "")))


def _add_reviewers(folder: Folder) -> None:
    written = []
    for reviewer in list_reviewers():
        values = {
            "slug": reviewer.slug,
            "name": reviewer.name,
            "language": reviewer.language or "",
            "biography": reviewer.biography,
        }
        keys = {key: value for key, value in values.items() if value}
        if not reviewer.is_demo:
            written.append((keys, _file_of(reviewer.picture)))
    if written:
        folder.add_reviewers(written)


def _file_of(picture: Picture | None) -> PictureFile | None:
    if picture is None:
        return None
    return PictureFile(
        source_hash=picture.source_hash,
        width=picture.width,
        height=picture.height,
        renditions=picture.renditions,
        hue=picture.hue,
    )
