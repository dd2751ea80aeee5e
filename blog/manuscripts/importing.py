"""Read a review from a Markdown file with YAML front matter; docs/import.md lists the keys."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from blog.manuscripts.documents import (
    LONGEST_TEXT,
    find_key_faults,
    find_text_faults,
    hash_parts,
    read_document,
)
from blog.manuscripts.front_matter import BadReviewFileError, split
from blog.pictures.commands import PictureFile
from blog.pictures.conversion import BadPictureError
from blog.pictures.files import is_whole
from blog.pictures.making import hash_source, make_picture
from blog.reviews.commands import Manuscript
from blog.text.language import gettext as _
from blog.text.normalising import normalise_text
from blog.text.review_markdown import lines_without_description, picture_sources

# Of a whole file: the longest front matter takes less than a third.
MAX_BYTES = LONGEST_TEXT * 3 // 2
LONGEST_NAME = 255


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
    body = normalise_text(body, most=LONGEST_TEXT)
    faults = [str(fault) for fault in find_key_faults(keys)]
    faults += [
        _("after the front matter: %(fault)s", fault=fault.sentence)
        for fault in find_text_faults(body)
    ]
    pictures = _find_pictures(path, body, faults)
    if faults:
        raise BadReviewFileError(path, faults)
    made = make_pictures(path, pictures, media_dir, known_pictures, is_trial=is_trial)
    manuscript = read_document(keys, body, made)
    warnings = _find_warnings(body, first_line)
    if not keys.get("slug"):
        warning = _(
            "warning: slug: it is made from the titles; if one changes, an import makes another"
            " review. To keep the address, add the line: slug: %(slug)s",
            slug=manuscript.slug,
        )
        warnings.insert(0, warning)
    source_hash = hash_parts(content, made.values())
    return replace(manuscript, source_hash=source_hash, warnings=warnings)


def read_file(path: Path) -> bytes:
    """Return the content of a file or pipe. Raises BadReviewFileError above MAX_BYTES."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadReviewFileError(path, [_("cannot be read: %(reason)s.", reason=reason)]) from None
    if len(content) > MAX_BYTES:
        raise BadReviewFileError(path, [_("is larger than %(size)s MiB.", size=MAX_BYTES // 2**20)])
    return content


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
