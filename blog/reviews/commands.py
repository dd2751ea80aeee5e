"""Commands that publish and delete reviews and their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import select, update

from blog.db.engine import db
from blog.drafts.commands import (
    DraftDeletedError,
    begin_draft,
    fold_names,
    remove_draft,
    settle_draft,
)
from blog.drafts.queries import list_ends
from blog.pictures.commands import (
    PictureFile,
    follow_file,
    remove_unused_pictures,
    store_picture,
)
from blog.pictures.models import Picture
from blog.pictures.queries import list_draft_pictures
from blog.reviews.addresses import change_slug, check_slug, refusing_taken_slug
from blog.reviews.models import (
    CastMember,
    CommentsOverride,
    Review,
    ReviewPicture,
    ReviewTag,
    WatchOption,
)
from blog.reviews.queries import UnknownReviewError, find_review, list_shown_pictures
from blog.text.folding import name_key
from blog.text.review_markdown import picture_sources, rename_pictures


class DemoReviewError(Exception):
    """Raised when a demo review would overwrite a review that is no demo."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manuscript:
    """A review read from a file, checked and rendered; the model Review explains the fields.

    Its times are in the reviewer's time zone.
    """

    slug: str
    title: str
    byline: str
    summary: str
    body: str
    body_html: Markup
    source_hash: str
    drama_title: str
    part: str | None = None
    watch_if: str | None = None
    skip_if: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    rating: Decimal | None = None
    trailer_url: str | None = None
    comments_open: bool = True
    drama_korean_title: str | None = None
    drama_year: int | None = None
    drama_network: str | None = None
    drama_episodes: int | None = None
    watch: Sequence[tuple[str, str]] = ()
    cast: Sequence[tuple[str, str]] = ()
    tags: Sequence[str] = ()
    pictures: Sequence[PictureFile] = field(default=())
    # What its author should look at again; not stored.
    warnings: Sequence[str] = ()


def publish(
    *,
    manuscript: Manuscript,
    now: datetime,
    is_demo: bool = False,
    draft_id: int | None = None,
    moderator_id: int | None = None,
) -> tuple[Review, str]:
    """Create or update a review; return the review and "new", "changed" or "unchanged".

    It is unchanged if it was made of the same file, or of another with the same content.
    It is the review of the draft with this id, to which the manuscript may give another slug;
    without an id, the review with the manuscript's slug. Its draft becomes the same. Raises
    DemoReviewError if a demo review would overwrite a review that is no demo; DraftDeletedError for
    a deleted review; ReservedSlugError or TakenSlugError.
    """
    review = _find(manuscript, draft_id)
    outcome = _outcome(review, manuscript, is_demo)
    if review and outcome == "unchanged" and draft_id is None:
        return review, outcome
    with refusing_taken_slug(manuscript.slug):
        if review:
            change_slug(review_id=review.id, slug=manuscript.slug)
        else:
            new_id = draft_id or begin_draft(search_text="", now=now).id
            review = Review(id=new_id, first_slug=manuscript.slug)
        review.is_demo = is_demo
        _store(review, manuscript)
        if draft_id is None:
            shown = list_shown_pictures(review_ids=[review.id])[review.id]
            paths = dict(zip(picture_sources(manuscript.body), shown, strict=False))
            follow_file(draft_id=review.id, pictures=paths)
    settle_draft(
        draft_id=review.id,
        search_text=search_text_of(review),
        is_dated=manuscript.published_at is not None,
        moderator_id=moderator_id,
        now=now,
    )
    return review, outcome


def search_text_of(review: Review) -> str:
    """Return the titles and the byline of a review, folded for the search at the desk."""
    names = (review.title, review.byline, review.drama_title, review.drama_korean_title)
    return fold_names(*names)


def preview(*, manuscript: Manuscript) -> str:
    """Return what publishing a review would do: "new", "changed" or "unchanged".

    Raises DraftDeletedError, ReservedSlugError or TakenSlugError, as publishing would.
    """
    return _outcome(find_review(slug=manuscript.slug), manuscript, is_demo=False)


def override_comments(*, review_id: int, override: CommentsOverride | None) -> None:
    """Open or close a review's comments regardless of its file and age; None removes the override.

    Raises UnknownReviewError if no published or scheduled review has this id.
    """
    changed = db.session.execute(
        update(Review)
        .where(Review.id == review_id, Review.published_at.is_not(None))
        .values(comments_override=override)
        .returning(Review.id)
    ).first()
    if changed is None:
        raise UnknownReviewError(review_id)


def replace_link_preview(*, review_id: int, source_hash: str, name: str) -> str | None:
    """Set the picture of links to a review; return the former file's name if no review uses it now.

    Nothing happens if the review was imported again since `source_hash` was read.
    """
    this = (Review.id == review_id, Review.source_hash == source_hash)
    former = db.session.execute(select(Review.link_preview).where(*this)).scalar_one_or_none()
    db.session.execute(update(Review).where(*this).values(link_preview=name))
    return former if former and not _is_link_preview(former) else None


def remove_review(*, review: Review) -> list[str]:
    """Delete a review; return the names of the picture files that no review uses any more."""
    picture_ids = {shown.picture_id for shown in review.shown_pictures}
    picture_ids |= {each.picture_id for each in list_draft_pictures(draft_id=review.id)}
    db.session.delete(review)
    db.session.flush()  # The review must be deleted before its pictures.
    remove_draft(draft_id=review.id)
    names = remove_unused_pictures(picture_ids)
    if review.link_preview and not _is_link_preview(review.link_preview):
        names.append(review.link_preview)
    return names


def _is_link_preview(name: str) -> bool:
    """Return whether a review uses this file as the picture of its links."""
    query = select(Review.id).where(Review.link_preview == name)
    return db.session.execute(query.limit(1)).first() is not None


_PLAIN_FIELDS = (
    *("slug", "title", "byline", "summary", "body", "body_html", "published_at"),
    *("updated_at", "rating", "trailer_url", "comments_open", "drama_title", "drama_korean_title"),
    *("drama_year", "drama_network", "drama_episodes", "language", "watch_if", "skip_if", "part"),
)


def fill(review: Review, manuscript: Manuscript) -> None:
    """Set the columns of a review that come from a manuscript."""
    for name in _PLAIN_FIELDS:
        setattr(review, name, getattr(manuscript, name))
    review.drama_title_key = name_key(manuscript.drama_title)
    review.source_hash = manuscript.source_hash
    network = manuscript.drama_network
    review.drama_network_key = name_key(network) if network else None
    review.published_offset = _offset_of(manuscript.published_at)
    review.updated_offset = _offset_of(manuscript.updated_at)


def _find(manuscript: Manuscript, review_id: int | None) -> Review | None:
    if review_id is None:
        return find_review(slug=manuscript.slug)
    return db.session.get(Review, review_id)


def _outcome(review: Review | None, manuscript: Manuscript, is_demo: bool) -> str:
    if review is None:
        check_slug(slug=manuscript.slug)
        return "new"
    if list_ends(draft_ids=[review.id]):
        raise DraftDeletedError(review.id)
    is_same = (review.slug, review.source_hash) == (manuscript.slug, manuscript.source_hash)
    if review.is_demo == is_demo and (is_same or _has_all_of(review, manuscript)):
        return "unchanged"
    if is_demo and not review.is_demo:
        raise DemoReviewError(manuscript.slug)
    return "changed"


def _has_all_of(review: Review, manuscript: Manuscript) -> bool:
    """Return whether a review is what a manuscript says, whatever file it was read from.

    Paths of pictures may differ, as an export writes another where two reviews have the same.
    """
    stored = [getattr(review, name) for name in _PLAIN_FIELDS if name != "body"]
    stored += [review.published_offset or 0, review.updated_offset or 0]
    stored += [[(each.service, each.url) for each in review.watch]]
    stored += [[(each.actor, each.role) for each in review.cast]]
    stored += [[tag.name for tag in review.tags]]
    shown = list_shown_pictures(review_ids=[review.id])[review.id]
    stored += [_with_hashes(review.body, shown), [picture.source_hash for picture in shown]]
    return stored == [
        *(getattr(manuscript, name) for name in _PLAIN_FIELDS if name != "body"),
        *(_offset_of(manuscript.published_at) or 0, _offset_of(manuscript.updated_at) or 0),
        *(list(manuscript.watch), list(manuscript.cast), list(manuscript.tags)),
        _with_hashes(manuscript.body, manuscript.pictures),
        [picture.source_hash for picture in manuscript.pictures],
    ]


def _with_hashes(body: str, pictures: Sequence[Picture | PictureFile]) -> str:
    """Return a text with the hashes of its pictures in place of their paths."""
    sources = picture_sources(body)
    hashes = [picture.source_hash for picture in pictures]
    return rename_pictures(body, dict(zip(sources, hashes, strict=False)))


def _store(review: Review, manuscript: Manuscript) -> None:
    """Give a review everything that is in its manuscript, and store it."""
    fill(review, manuscript)
    pictures = [store_picture(file) for file in manuscript.pictures]
    review.picture = pictures[0] if pictures else None
    db.session.add(review)
    _replace_lists(review, manuscript, pictures)
    db.session.flush()  # The caller may look for the review.


def _offset_of(time: datetime | None) -> int | None:
    """Return how many minutes the time zone of a time is ahead of UTC."""
    offset = time.utcoffset() if time else None
    return None if offset is None else offset // timedelta(minutes=1)


def _replace_lists(review: Review, manuscript: Manuscript, pictures: Sequence[Picture]) -> None:
    """Replace the cast, the streaming services, the tags and the pictures of a review."""
    review.tags, review.shown_pictures = [], []
    # This flushes, which deletes the old rows: their positions are primary keys.
    replace_watch_and_cast(review, watch=manuscript.watch, cast=manuscript.cast)
    review.tags = [
        ReviewTag(position=place, name=name) for place, name in enumerate(manuscript.tags)
    ]
    review.shown_pictures = [
        ReviewPicture(position=place, picture_id=picture.id)
        for place, picture in enumerate(pictures)
    ]


def replace_watch_and_cast(
    review: Review, *, watch: Sequence[tuple[str, str]], cast: Sequence[tuple[str, str]]
) -> None:
    """Replace the streaming services, given with URLs, and the actors, given with roles."""
    review.watch, review.cast = [], []
    db.session.flush()  # Positions are primary keys, so old rows must be deleted first.
    review.watch = [
        WatchOption(position=place, service=service, url=url)
        for place, (service, url) in enumerate(watch)
    ]
    review.cast = [
        CastMember(position=place, actor=actor, actor_key=name_key(actor), role=role)
        for place, (actor, role) in enumerate(cast)
    ]
