"""Where the pictures of the library are used."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, union

from blog.db.engine import db
from blog.desk.reviews.queries import names_of
from blog.drafts.models import Draft
from blog.pictures.models import DraftPicture, Picture
from blog.pictures.queries import list_library, list_names
from blog.reviewers.models import Reviewer
from blog.reviews.models import Review, ReviewPicture

PAGE_SIZE = 48


@dataclass(kw_only=True, slots=True)
class Row:
    """A picture of the library: the drafts, by their ids and titles, and reviewers that have it.

    `name` is that of its file, where a draft has one.
    """

    picture: Picture
    name: str = ""
    drafts: list[tuple[int, str]] = field(default_factory=list)
    reviewers: list[Reviewer] = field(default_factory=list)

    @property
    def is_used(self) -> bool:
        """Return whether anything refers to the picture."""
        return bool(self.drafts or self.reviewers)


def list_rows(*, before: int | None, is_unused_only: bool) -> tuple[list[Row], int | None]:
    """Return a page of the library, the newest first, and where the next begins, None if nowhere.

    The next page begins before the picture with that id.
    """
    size = PAGE_SIZE + 1
    pictures = list_library(before=before, is_unused_only=is_unused_only, size=size)
    page = pictures[:PAGE_SIZE]
    rows = {picture.id: Row(picture=picture) for picture in page}
    ids = list(rows)
    for each in list_names(picture_ids=ids):
        rows[each.picture_id].name = rows[each.picture_id].name or each.name
    for picture_id, draft_id, title in _list_drafts(ids):
        rows[picture_id].drafts.append((draft_id, title))
    query = select(Reviewer).where(Reviewer.picture_id.in_(ids)).order_by(Reviewer.name)
    for reviewer in db.session.execute(query).scalars():
        assert reviewer.picture_id is not None, "It is one of these."
        rows[reviewer.picture_id].reviewers.append(reviewer)
    return list(rows.values()), page[-1].id if len(pictures) > PAGE_SIZE else None


def _list_drafts(picture_ids: Sequence[int]) -> list[tuple[int, int, str]]:
    """Return the picture, the draft and its title for each draft or review with these pictures."""
    uses = union(
        select(DraftPicture.picture_id, DraftPicture.draft_id),
        select(ReviewPicture.picture_id, ReviewPicture.review_id),
    ).subquery()
    query = (
        select(uses.c.picture_id, Draft.id, Draft.keys, Review.title)
        .join(Draft, Draft.id == uses.c.draft_id)
        .outerjoin(Review, Review.id == Draft.id)
        .where(uses.c.picture_id.in_(picture_ids))
        .order_by(Draft.id)
    )
    return [
        (picture_id, draft_id, title if keys is None else names_of(keys).title)
        for picture_id, draft_id, keys, title in db.session.execute(query)
    ]
