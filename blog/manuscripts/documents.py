"""Reviews as documents, keys and a text: one set of rules for files and for forms.

The keys are those of the front matter, with each value as a text, a list or a group, as typed.
docs/import.md lists them.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from blog.manuscripts.fields import Fault, FieldReader, is_tag
from blog.manuscripts.rendering import render_with_pictures
from blog.pictures.commands import PictureFile
from blog.reviews.commands import Manuscript
from blog.reviews.models import Review
from blog.text.language import format_number
from blog.text.language import gettext as _
from blog.text.normalising import marks_fault, normalise_text
from blog.text.review_markdown import (
    MOST_CELLS,
    MOST_TAGS,
    count_cells,
    count_tags,
    picture_sources,
)
from blog.text.scripts import dominant_language
from blog.text.slugs import make_slug

# The most bytes of a text in UTF-8.
LONGEST_TEXT = 2 * 1024 * 1024
# Increased when reading or rendering changes, so that importing the same file updates the review.
RECIPE = 5
REVIEW_KEYS = frozenset({
    "title", "slug", "author", "language", "published", "updated", "summary", "watch_if", "skip_if",
    "rating", "trailer", "tags", "comments", "drama", "part",
})  # fmt: skip
DRAMA_KEYS = frozenset({
    "title", "korean_title", "year", "network", "episodes", "watch", "cast",
})  # fmt: skip


class BadDocumentError(Exception):
    """Raised when a document makes no review; `faults` names each key, "body" for the text."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_document(
    keys: Mapping[str, Any], body: str, pictures: Mapping[str, PictureFile]
) -> Manuscript:
    """Return the review of a document, ready to be published. Raises BadDocumentError.

    `pictures` are the stored pictures by the paths in the text.
    """
    reader = FieldReader(keys)
    fields = _read_fields(reader)
    body = normalise_text(body, most=LONGEST_TEXT)
    faults = reader.faults + find_text_faults(body) + _find_missing_pictures(body, pictures)
    if faults:
        raise BadDocumentError(faults)
    shown = {source: pictures[source] for source in picture_sources(body)}
    fields["language"] = fields["language"] or dominant_language(body)
    return Manuscript(
        **fields,
        body=body,
        body_html=render_with_pictures(body, shown),
        pictures=list(shown.values()),
        source_hash=hash_parts(json.dumps([keys, body]).encode(), shown.values()),
    )


def read_unfinished(
    keys: Mapping[str, Any], body: str, pictures: Mapping[str, PictureFile]
) -> Manuscript:
    """Return the review of a document of which parts are missing or wrong, to be looked at.

    What is wrong counts as missing, and so does a row that cannot be shown; a missing text is "".
    The HTML has marks of its lines (`render_review`).
    """
    fields = _read_fields(FieldReader(keys))
    fields["tags"] = [tag for tag in fields["tags"] if is_tag(tag)]
    fields["watch"] = [row for row in fields["watch"] if all(row)]
    fields["cast"] = [row for row in fields["cast"] if row[0]]
    body = normalise_text(body, most=LONGEST_TEXT)
    fields["language"] = fields["language"] or dominant_language(body)
    shown = {source: pictures[source] for source in picture_sources(body) if source in pictures}
    return Manuscript(
        **fields,
        body=body,
        body_html=render_with_pictures(body, shown, marks_lines=True),
        pictures=list(shown.values()),
        source_hash="",
    )


def find_faults(keys: Mapping[str, Any], body: str, pictures: Collection[str]) -> list[Fault]:
    """Return everything that keeps a document from being a review; `pictures` are stored paths."""
    body = normalise_text(body, most=LONGEST_TEXT)
    faults = find_key_faults(keys) + find_text_faults(body)
    return faults + _find_missing_pictures(body, pictures)


def find_key_faults(keys: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the keys."""
    reader = FieldReader(keys)
    _read_fields(reader)
    return reader.faults


def find_text_faults(body: str) -> list[Fault]:
    """Return what is wrong with a normalised text, its pictures apart."""
    if fault := marks_fault(body):
        return [Fault("body", fault)]
    if len(body.encode()) > LONGEST_TEXT:
        return [Fault("body", _("is larger than %(size)s MiB.", size=LONGEST_TEXT // 2**20))]
    if (tags := count_tags(body)) > MOST_TAGS:
        fault = _(
            "has %(count)s HTML tags; it takes up to %(most)s.",
            count=format_number(tags),
            most=format_number(MOST_TAGS),
        )
        return [Fault("body", fault)]
    if (cells := count_cells(body)) > MOST_CELLS:
        fault = _(
            "has tables of %(count)s cells; it takes up to %(most)s.",
            count=format_number(cells),
            most=format_number(MOST_CELLS),
        )
        return [Fault("body", fault)]
    return [] if body else [Fault("body", _("the review's text is missing."))]


def document_of(review: Review) -> tuple[dict[str, Any], str]:
    """Return the keys and the text of a review, from which `read_document` makes the same."""
    keys = _keys_of(
        review,
        published=review.published_local,
        updated=review.updated_local,
        watch=[(each.service, each.url) for each in review.watch],
        cast=[(each.actor, each.role) for each in review.cast],
        tags=[tag.name for tag in review.tags],
    )
    return keys, review.body


def document_of_manuscript(manuscript: Manuscript) -> tuple[dict[str, Any], str]:
    """Return the keys and the text of a review as `document_of` does once it is published."""
    keys = _keys_of(
        manuscript,
        published=manuscript.published_at,
        updated=manuscript.updated_at,
        watch=manuscript.watch,
        cast=manuscript.cast,
        tags=manuscript.tags,
    )
    return keys, manuscript.body


def hash_parts(content: bytes, pictures: Iterable[PictureFile]) -> str:
    """Return a hash of a document, its pictures, and RECIPE."""
    parts = [f"{RECIPE}".encode(), content]
    parts += [picture.source_hash.encode() for picture in pictures]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _find_missing_pictures(body: str, pictures: Collection[str]) -> list[Fault]:
    return [
        Fault("body", _("picture %(source)s: there is no such picture.", source=source))
        for source in picture_sources(body)
        if source not in pictures
    ]


def _keys_of(
    source: Review | Manuscript,
    *,
    published: datetime | None,
    updated: datetime | None,
    watch: Iterable[tuple[str, str]],
    cast: Iterable[tuple[str, str]],
    tags: Iterable[str],
) -> dict[str, Any]:
    drama = {
        "title": source.drama_title,
        "korean_title": source.drama_korean_title,
        "year": source.drama_year,
        "network": source.drama_network,
        "episodes": source.drama_episodes,
        "watch": [{"service": service, "url": url} for service, url in watch],
        "cast": [{"actor": actor, "role": role} for actor, role in cast],
    }
    keys = {
        "title": source.title,
        "part": source.part,
        "slug": source.slug,
        "author": source.byline,
        "language": source.language,
        "published": _written(published),
        "updated": _written(updated),
        "summary": source.summary,
        "watch_if": source.watch_if,
        "skip_if": source.skip_if,
        "rating": source.rating,
        "trailer": source.trailer_url,
        "tags": list(tags),
        "comments": None if source.comments_open else "closed",
        "drama": _typed(drama),
    }
    return _typed(keys)


def _written(time: datetime | None) -> str | None:
    """Return a time with its zone as it would be typed: "2021-03-14 18:30:00+09:00"."""
    return None if time is None else time.isoformat(sep=" ", timespec="seconds")


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are there as texts, lists and groups."""
    return {
        key: value if isinstance(value, list | dict) else str(value)
        for key, value in values.items()
        if value not in (None, [], {})
    }


def _read_fields(reader: FieldReader) -> dict[str, Any]:
    """Return the fields of a Manuscript that come from the front matter."""
    reader.check_keys(REVIEW_KEYS)
    drama = reader.section("drama", DRAMA_KEYS)
    fields: dict[str, Any] = {
        "slug": reader.slug("slug", required=False),
        "title": reader.line("title", required=True, most=300),
        "part": reader.line("part", most=60) or None,
        "byline": reader.line("author", required=True, most=120),
        "summary": reader.line("summary", required=True, most=500),
        "watch_if": reader.line("watch_if", most=200) or None,
        "skip_if": reader.line("skip_if", most=200) or None,
        "language": reader.language("language"),
        "published_at": reader.time("published"),
        "updated_at": reader.time("updated"),
        "rating": reader.rating("rating"),
        "trailer_url": reader.address("trailer"),
        "tags": reader.tags("tags"),
        "comments_open": reader.is_open("comments"),
        "drama_title": drama.line("title", required=True, most=200),
        "drama_korean_title": drama.line("korean_title", most=200) or None,
        "drama_year": drama.number("year", 1950, 2100),
        "drama_network": drama.line("network", most=80) or None,
        "drama_episodes": drama.number("episodes", 1, 2000),
        "watch": [
            (item.line("service", required=True, most=80), item.address("url", required=True) or "")
            for item in drama.sections("watch", frozenset({"service", "url"}))
        ],
        "cast": [
            (
                item.line("actor", required=True, most=120),
                item.line("role", required=True, most=120),
            )
            for item in drama.sections("cast", frozenset({"actor", "role"}))
        ],
    }
    fields["slug"] = fields["slug"] or make_slug(fields["drama_title"], fields["title"])
    return fields
