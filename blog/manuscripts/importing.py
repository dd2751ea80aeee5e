"""Read a review from a Markdown file with YAML front matter; docs/import.md lists the keys."""

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from blog.manuscripts.fields import FieldReader
from blog.manuscripts.front_matter import BadReviewFileError, split
from blog.manuscripts.pictures import BadPictureError, hash_source, is_whole, make_picture
from blog.manuscripts.rendering import render_with_pictures
from blog.reviews.commands import Manuscript, PictureFile
from blog.text.language import gettext as _
from blog.text.normalising import marks_fault, normalise_text
from blog.text.review_markdown import lines_without_description, picture_sources
from blog.text.scripts import dominant_language

MAX_BYTES = 2 * 1024 * 1024
# Increased when reading or rendering changes, so that importing the same file updates the review.
RECIPE = 5
LONGEST_NAME = 255
REVIEW_KEYS = frozenset({
    "title", "slug", "author", "language", "published", "updated", "summary", "watch_if", "skip_if",
    "rating", "trailer", "tags", "comments", "drama",
})  # fmt: skip
DRAMA_KEYS = frozenset({
    "title", "korean_title", "year", "network", "episodes", "watch", "cast",
})  # fmt: skip


def read_review(
    path: Path,
    media_dir: Path,
    known_pictures: Callable[[list[str]], dict[str, PictureFile]] = lambda hashes: {},
    *,
    is_trial: bool = False,
) -> Manuscript:
    """Return the review in a file, ready to be published, and store its pictures.

    `known_pictures` takes hashes of source files and returns the pictures already stored, by hash.
    With `is_trial`, pictures are processed but not stored.
    Raises BadReviewFileError; then pictures are stored only if every fault is a picture's.
    """
    content = read_file(path)
    keys, body, first_line = split(path, content)
    reader = FieldReader(keys)
    fields = _read_fields(reader)
    body = normalise_text(body, most=MAX_BYTES)
    if fault := marks_fault(body):
        reader.faults.append(_("after the front matter: %(fault)s", fault=fault))
    if not body:
        reader.faults.append(_("after the front matter: the review's text is missing."))
    pictures = _find_pictures(path, body, reader.faults)
    if reader.faults:
        raise BadReviewFileError(path, reader.faults)
    made = make_pictures(path, pictures, media_dir, known_pictures, is_trial=is_trial)
    fields["language"] = fields["language"] or dominant_language(body)
    return Manuscript(
        **fields,
        body=body,
        body_html=render_with_pictures(body, made),
        pictures=list(made.values()),
        source_hash=_hash(content, made),
        warnings=_find_warnings(body, first_line),
    )


def read_file(path: Path) -> bytes:
    """Return the content of a file or pipe. Raises BadReviewFileError above 2 MiB."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadReviewFileError(path, [_("cannot be read: %(reason)s.", reason=reason)]) from None
    if len(content) > MAX_BYTES:
        raise BadReviewFileError(path, [_("is larger than %(size)s MiB.", size=MAX_BYTES // 2**20)])
    return content


def _read_fields(reader: "FieldReader") -> dict[str, Any]:
    """Return the fields of a Manuscript that come from the front matter."""
    reader.check_keys(REVIEW_KEYS)
    drama = reader.section("drama", DRAMA_KEYS)
    return {
        "slug": reader.slug("slug"),
        "title": reader.line("title", required=True, most=300),
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


def _find_pictures(path: Path, body: str, faults: list[str]) -> dict[str, Path]:
    """Return the picture files by their paths in the text; add faults for missing files."""
    found: dict[str, Path] = {}
    for source in picture_sources(body):
        try:
            found[source] = find_picture(path.parent, source)
        except BadPictureError as error:
            faults.append(_say(source, str(error)))
    return found


def find_picture(folder: Path, source: str) -> Path:
    """Return the picture file with a relative path in `folder`. Raises BadPictureError."""
    name = unquote(source)
    if urlsplit(source).scheme or name.startswith("/"):
        raise BadPictureError(_("a file beside the review is expected, by its relative path."))
    if (file := _find_file(folder, name)) is None:
        raise BadPictureError(_("there is no such file: %(place)s.", place=folder / name))
    return file


def _find_warnings(body: str, first_line: int) -> list[str]:
    """Return a warning for each picture without an alt text; the text begins at `first_line`."""
    return [
        _(
            "warning: line %(line)s: picture %(source)s has no description for readers who do not"
            " see it. Write one between the brackets, such as ![A bench in the rain](%(source)s),"
            " or ![-](%(source)s) if it only decorates.",
            line=first_line + line - 1,
            source=source,
        )
        for line, source in lines_without_description(body)
    ]


def _find_file(folder: Path, name: str) -> Path | None:
    """Return the file with a relative path in `folder`, or None.

    Names in NFC and NFD count as equal: names from macOS may be in NFD, others are in NFC.
    """
    place = folder
    for part in PurePath(name).parts:
        spellings = [part]
        # No file name is longer, and normalising a long run of accents is slow.
        if len(part) <= LONGEST_NAME:
            spellings += [normalize("NFC", part), normalize("NFD", part)]
        found = next((place / each for each in spellings if _is_there(place / each)), None)
        if found is None:
            return None
        place = found
    return place if place.is_file() else None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # The name is too long for a file.


def make_pictures(
    path: Path,
    sources: dict[str, Path],
    media_dir: Path,
    known_pictures: Callable[[list[str]], dict[str, PictureFile]],
    *,
    is_trial: bool,
) -> dict[str, PictureFile]:
    """Return the pictures by their paths in the text; process those that are not stored yet."""
    hashes: dict[str, str] = {}
    faults: list[str] = []
    for source, file in sources.items():
        try:
            hashes[source] = hash_source(file)
        except BadPictureError as error:
            faults.append(_say(source, str(error)))
        except OSError as error:
            faults.append(_say(source, _("cannot be read: %(reason)s.", reason=error.strerror)))
    known = known_pictures(list(hashes.values()))
    made: dict[str, PictureFile] = {}
    for source in hashes:
        file = sources[source]
        stored = known.get(hashes[source])
        if stored and all(is_whole(media_dir / str(name)) for _, name in stored.renditions):
            made[source] = stored
            continue
        try:
            made[source] = make_picture(file, None if is_trial else media_dir)
        except BadPictureError as error:
            faults.append(_say(source, str(error)))
    if faults:
        raise BadReviewFileError(path, faults)
    return made


def _say(source: str, fault: str) -> str:
    """Return a fault with the path of its picture in front."""
    return _("picture %(source)s: %(fault)s", source=source, fault=fault)


def _hash(content: bytes, pictures: dict[str, PictureFile]) -> str:
    """Return a hash of the review's file and pictures, and of RECIPE."""
    parts = [f"{RECIPE}".encode(), content]
    parts += [picture.source_hash.encode() for picture in pictures.values()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
