"""The pictures that a text can name at the desk: adding, replacing and removing them."""

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select

from blog.db.engine import db
from blog.drafts.commands import DraftDeletedError, UnknownDraftError, keep_apart
from blog.drafts.models import Draft, Writing
from blog.manuscripts.documents import document_of
from blog.pictures.commands import PictureFile, forget_name, name_picture, store_picture
from blog.pictures.models import FOLDER, LONGEST_NAME, Picture
from blog.pictures.queries import find_picture, list_draft_pictures
from blog.reviews.models import Review
from blog.reviews.queries import find_review_of_draft, list_shown_pictures
from blog.text.review_markdown import picture_sources
from blog.text.slugs import in_ascii

# Room for a number and an ending.
_LONGEST_STEM = LONGEST_NAME - 20
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".avif")
# Of a file whose name has none of these: it is stored as WebP.
_ENDING = ".webp"


class UnknownPictureError(Exception):
    """Raised when a text cannot name such a picture."""


class PictureNamedError(Exception):
    """Raised when a picture would be removed that the text names."""


def list_pictures_of(draft: Draft | None, review: Review | None) -> dict[str, Picture]:
    """Return the pictures that a text can name, by their paths in it.

    They are those in the text of the review, and those added to its draft, which come before them.
    """
    shown: dict[str, Picture] = {}
    if review is not None:
        pictures = list_shown_pictures(review_ids=[review.id])[review.id]
        # Earlier releases stored two paths of one file as one picture.
        shown = dict(zip(picture_sources(review.body), pictures, strict=False))
    if draft is None:
        return shown
    added = list_draft_pictures(draft_id=draft.id)
    return shown | {each.path: each.picture for each in added}


def files_of(draft: Draft | None, review: Review | None) -> dict[str, PictureFile]:
    """Return the pictures that a text can name, by their paths in it, as publishing takes them."""
    pictures = list_pictures_of(draft, review)
    return {path: PictureFile.of(picture) for path, picture in pictures.items()}


def name_in(path: str) -> str | None:
    """Return the name in a path such as pictures/bench.jpg; None if it is in no such folder."""
    name = path.removeprefix(FOLDER)
    is_name = path.startswith(FOLDER) and "/" not in name and 0 < len(name) <= LONGEST_NAME
    return name if is_name else None


def add_picture(
    *, draft_id: int, picture: PictureFile | int, file_name: str, moderator_id: int, now: datetime
) -> str:
    """Add a picture, new or the stored one with this id, to a draft; return its path in the text.

    It is named by its file, or as before if the draft has it. Raises UnknownDraftError,
    DraftDeletedError or UnknownPictureError.
    """
    draft = _lock(draft_id)
    known = list_pictures_of(draft, find_review_of_draft(draft_id=draft_id))
    stored = _store(picture)
    for path, other in known.items():
        if other.id == stored.id:
            return path
    name = _free_name(file_name, known)
    name_picture(
        draft_id=draft_id, name=name, picture_id=stored.id, moderator_id=moderator_id, now=now
    )
    return f"{FOLDER}{name}"


def replace_picture(
    *, draft_id: int, name: str, picture: PictureFile, moderator_id: int, now: datetime
) -> None:
    """Put another picture in the place of one that the text can name.

    Readers see it after the next publication. Raises UnknownDraftError, DraftDeletedError or
    UnknownPictureError.
    """
    draft = _lock(draft_id)
    review = find_review_of_draft(draft_id=draft_id)
    path = f"{FOLDER}{name}"
    former = list_pictures_of(draft, review).get(path)
    if former is None:
        raise UnknownPictureError(name)
    stored = _store(picture)
    name_picture(
        draft_id=draft_id, name=name, picture_id=stored.id, moderator_id=moderator_id, now=now
    )
    if review is not None and stored.id != former.id and path in picture_sources(review.body):
        # What is written is the same, and yet it is not what readers see.
        keep_apart(draft=draft, writing=Writing(*document_of(review)))


def remove_picture(*, draft_id: int, name: str) -> None:
    """Take a picture out of a draft whose text does not name it; it stays in the library.

    Raises UnknownDraftError, DraftDeletedError, UnknownPictureError or PictureNamedError.
    """
    draft = _lock(draft_id)
    body = draft.body
    if body is None:
        review = find_review_of_draft(draft_id=draft_id)
        body = review.body if review else ""
    if f"{FOLDER}{name}" in picture_sources(body):
        raise PictureNamedError(name)
    if not forget_name(draft_id=draft_id, name=name):
        raise UnknownPictureError(name)


def _lock(draft_id: int) -> Draft:
    """Return a draft to which nobody else can add a picture in the meantime."""
    query = select(Draft).where(Draft.id == draft_id).with_for_update(of=Draft)
    query = query.execution_options(populate_existing=True)
    draft = db.session.execute(query).scalar_one_or_none()
    if draft is None:
        raise UnknownDraftError(draft_id)
    if draft.deleted_at is not None:
        raise DraftDeletedError(draft_id)
    return draft


def _store(picture: PictureFile | int) -> Picture:
    if isinstance(picture, PictureFile):
        return store_picture(file=picture)
    stored = find_picture(picture_id=picture)
    if stored is None:
        raise UnknownPictureError(picture)
    return stored


def _free_name(file_name: str, taken: Collection[str]) -> str:
    """Return the name of an uploaded file in small ASCII letters, numbered if it is taken."""
    path = PurePosixPath(file_name)
    ending = path.suffix.lower()
    is_known = ending in _ENDINGS
    stem = in_ascii(path.stem if is_known else path.name)[:_LONGEST_STEM].strip("-") or "picture"
    number, name = 1, stem
    while f"{FOLDER}{name}{ending if is_known else _ENDING}" in taken:
        number += 1
        name = f"{stem}-{number}"
    return name + (ending if is_known else _ENDING)
