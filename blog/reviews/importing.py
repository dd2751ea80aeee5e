"""Read a review from a Markdown file with YAML front matter; docs/import.md lists the keys."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from blog.markup import picture_sources, render_review
from blog.reviews.commands import Manuscript, PictureFile
from blog.reviews.pictures import BadPictureError, hash_source, make_picture
from blog.text import has_visible_character, normalise_line, normalise_text

MAX_BYTES = 2 * 1024 * 1024
# Raised when rendering changes, so that an import of the same file renders it again.
RECIPE = 2
SIZES = "(min-width: 62rem) 58rem, 100vw"
REVIEW_KEYS = frozenset({
    "title", "slug", "author", "published", "updated", "summary", "rating", "trailer", "tags",
    "comments", "drama",
})  # fmt: skip
DRAMA_KEYS = frozenset({
    "title", "korean_title", "year", "network", "episodes", "watch", "cast",
})  # fmt: skip
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
# It takes the empty lines below it along.
_FENCE = re.compile(r"-{3,}\s*$", re.MULTILINE)
_YAML = "tag:yaml.org,2002:"
MOST_DIGITS = 40
_TAG = re.compile(r"\w+(?:[-+]\w+)*")


class _UnwantedError(yaml.MarkedYAMLError):
    """Say what is YAML and yet nothing that front matter takes."""


class _Loader(yaml.SafeLoader):
    """Refuse what front matter has no use for, and say where it stands; names are PyYAML's own."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types.
        # Some lines of values that name one another stand for more than any memory holds.
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_alias or getattr(event, "anchor", None) or getattr(event, "tag", None):
            problem = "a value that begins with &, * or ! is a text only between quotes"
            raise _UnwantedError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        mapping = super().compose_mapping_node(anchor)
        seen = set()
        for key, _value in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                continue  # What is no word is no key of ours either, once or twice.
            if key.value in seen:
                problem = f"{_shortened(key.value)}: the same key stands above"
                raise _UnwantedError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
            # As a merge, "<<" would bring in keys that are not compared here.
            key.tag = f"{_YAML}str" if key.tag == f"{_YAML}merge" else key.tag
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        is_number = node.tag in (f"{_YAML}int", f"{_YAML}float")
        # Reading 12:34:56:…, a number to YAML, takes time that grows with its length squared.
        if is_number and len(node.value) > MOST_DIGITS:
            problem = f"a number takes up to {MOST_DIGITS} characters; between quotes it is a text"
            raise _UnwantedError(problem=problem, problem_mark=node.start_mark)
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            problem = f"{node.value[:60]!r}: {error}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None


class _FrontMatter(YAMLHandler):
    """Read YAML by our loader."""

    def load(self, fm: str, **_options: object) -> Any:  # python-frontmatter calls it so.
        return yaml.load(fm, _Loader)  # noqa: S506  # It is a SafeLoader.


class BadReviewFileError(Exception):
    """Carry every fault of a file: each names a key or a line and what is expected there."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))
        self.faults = faults


def read_review(
    path: Path,
    media_dir: Path,
    known_pictures: Callable[
        [list[str]], dict[str, PictureFile]
    ] = lambda hashes: {},  # Nothing is known.
) -> Manuscript:
    """Return the review a file holds, its pictures stored, ready to be published.

    `known_pictures` describes pictures that are stored already, by the hash of their source.
    Raises BadReviewFileError; then no picture is stored either, unless only a picture was bad.
    """
    content = _read(path)
    keys, body = _split(path, content)
    reader = _Reader(keys)
    fields = _read_fields(reader)
    body = normalise_text(body)
    if not body:
        reader.faults.append("after the front matter: the review's text is missing.")
    pictures = _find_pictures(path, body, reader.faults)
    if reader.faults:
        raise BadReviewFileError(path, reader.faults)
    made = _make_pictures(path, pictures, media_dir, known_pictures)
    html = render_review(body, lambda source, is_first: _attributes(made[source], is_first))
    return Manuscript(
        **fields,
        body=body,
        body_html=html,
        pictures=list({file.source_hash: file for file in made.values()}.values()),
        source_hash=_hash(content, made),
    )


def _read(path: Path) -> bytes:
    """Return what is in a file; what has no size, such as a pipe, has its limit too."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadReviewFileError(path, [f"cannot be read: {reason}."]) from None
    if len(content) > MAX_BYTES:
        raise BadReviewFileError(path, [f"is larger than {MAX_BYTES // 2**20} MiB."])
    return content


def _split(path: Path, content: bytes) -> tuple[dict[str, Any], str]:
    """Return front matter and text."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadReviewFileError(path, [f"line {line}: not UTF-8 text."]) from None
    if not text.startswith("---"):
        raise BadReviewFileError(path, ['line 1: front matter is expected; it begins with "---".'])
    fence = _FENCE.match(text)
    above = fence[0].count("\n") if fence else 0
    try:
        post = frontmatter.loads(text, handler=_FrontMatter())
    except yaml.MarkedYAMLError as error:
        # The marks count from 0, the line "---" included.
        line = above + (error.problem_mark.line + 1 if error.problem_mark else 1)
        kind = "" if isinstance(error, _UnwantedError) else "not YAML: "
        raise BadReviewFileError(path, [f"line {line}: {kind}{error.problem}."]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position + (fence.end() if fence else 0)) + 1
        raise BadReviewFileError(path, [f"line {line}: a control character."]) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise BadReviewFileError(path, [f"front matter: not YAML: {error}."]) from None
    if not post.metadata:
        fault = 'front matter: keys are expected between two lines "---".'
        raise BadReviewFileError(path, [fault])
    return post.metadata, post.content


def _read_fields(reader: "_Reader") -> dict[str, Any]:
    """Return the fields of a Manuscript that the front matter gives."""
    reader.check_keys(REVIEW_KEYS)
    drama = reader.section("drama", DRAMA_KEYS)
    return {
        "slug": reader.slug("slug"),
        "title": reader.line("title", required=True, most=300),
        "byline": reader.line("author", required=True, most=120),
        "summary": reader.line("summary", required=True, most=500),
        "published_at": reader.moment("published"),
        "updated_at": reader.moment("updated"),
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


class _Reader:
    """Read the values of a mapping and gather faults that name the key and what is expected."""

    def __init__(self, values: Any, where: str = "", faults: list[str] | None = None) -> None:
        self.values: dict[Any, Any] = values if isinstance(values, dict) else {}
        self.where = where
        self.faults: list[str] = [] if faults is None else faults

    def check_keys(self, known: frozenset[str]) -> None:
        for key in self.values:
            if key not in known:
                keys = ", ".join(sorted(known))
                fault = f"{_shortened(key)}: unknown key; the keys are {keys}."
                self.faults.append(f"{self.where}{fault}")

    def expect(self, key: str, what: str) -> None:
        given = self.values.get(key)
        self.faults.append(f"{self.where}{key}: {what} is expected; it is {_describe(given)}.")

    def section(self, key: str, known: frozenset[str]) -> "_Reader":
        reader = _Reader(self.values.get(key), f"{self.where}{key}.", self.faults)
        if not isinstance(self.values.get(key), dict):
            self.expect(key, "a group of keys")
        reader.check_keys(known)
        return reader

    def sections(self, key: str, known: frozenset[str]) -> list["_Reader"]:
        given = self.values.get(key)
        if given is None:
            return []
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            self.expect(key, f"a list of {{{', '.join(sorted(known))}}}")
            return []
        readers = [
            _Reader(item, f"{self.where}{key}[{place}].", self.faults)
            for place, item in enumerate(given, 1)
        ]
        for reader in readers:
            reader.check_keys(known)
        return readers

    def line(self, key: str, *, most: int, required: bool = False) -> str:
        given = self.values.get(key)
        # YAML reads an unquoted 1988 as a number; a title may well be one.
        if isinstance(given, int) and not isinstance(given, bool):
            given = str(given)
        if given is None and not required:
            return ""
        text = normalise_line(given) if isinstance(given, str) else ""
        if (required and not has_visible_character(text)) or (
            given is not None and not isinstance(given, str)
        ):
            self.expect(key, "a line of text")
        elif len(text) > most:
            self.faults.append(f"{self.where}{key}: has {len(text)} characters; it takes {most}.")
        return text

    def slug(self, key: str) -> str:
        given = self.values.get(key)
        if isinstance(given, str) and _SLUG.fullmatch(given) and len(given) <= 100:
            return given
        self.expect(key, "small letters and digits joined by hyphens, such as run-on,")
        return ""

    def number(self, key: str, least: int, most: int) -> int | None:
        given = self.values.get(key)
        if given is None:
            return None
        if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most:
            return given
        self.expect(key, f"a number from {least} to {most}")
        return None

    def rating(self, key: str) -> Decimal | None:
        given = self.values.get(key)
        if given is None:
            return None
        try:
            rating = Decimal(str(given))
            if not isinstance(given, bool) and 0 <= rating <= 10 and rating * 2 == int(rating * 2):
                return rating
        except InvalidOperation:
            pass  # It is no number, or YAML's .nan, which cannot be compared.
        self.expect(key, "a number from 0 to 10 in halves")
        return None

    def moment(self, key: str) -> datetime | None:
        given = self.values.get(key)
        if given is None:
            return None
        # Within a day of the calendar's ends there is no such moment in UTC.
        if isinstance(given, date) and 1900 <= given.year <= 2999:
            if not isinstance(given, datetime):
                return datetime(given.year, given.month, given.day, tzinfo=UTC)
            return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
        self.expect(key, "a date such as 2021-03-14, or 2021-03-14 18:30:00+09:00,")
        return None

    def address(self, key: str, *, required: bool = False) -> str | None:
        given = self.values.get(key)
        if given is None and not required:
            return None
        try:
            parts = urlsplit(given if isinstance(given, str) else "")
            if parts.scheme in ("http", "https") and parts.hostname and len(str(given)) <= 500:
                return str(given).strip()
        except ValueError:
            pass  # The fault is the same as for any other text that is no address.
        self.expect(key, "an address that begins with https://")
        return None

    def is_open(self, key: str) -> bool:
        given = self.values.get(key, "open")
        if given not in ("open", "closed"):
            self.expect(key, "open or closed")
        return bool(given == "open")

    def tags(self, key: str) -> list[str]:
        given = self.values.get(key)
        if given is None:
            return []
        # A bare year or decade is read as a number.
        is_list = isinstance(given, list) and not any(isinstance(t, list | dict) for t in given)
        tags = [normalise_line(str(tag)).lower() for tag in given] if is_list else [""]
        if not all(_TAG.fullmatch(tag) and len(tag) <= 40 for tag in tags):
            self.expect(key, "a list of words joined by hyphens, such as [feel-good, 로맨스],")
            return []
        return list(dict.fromkeys(tags))


def _describe(given: Any) -> str:
    """Say what was given, at a length that a person reads."""
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "a group of keys"
    return "missing" if given is None else repr(str(given)[:60])


def _shortened(key: object) -> str:
    """Return a key as it was written where one line can show it."""
    text = str(key)[:60]
    return text if text.isprintable() else repr(text)


def _find_pictures(path: Path, body: str, faults: list[str]) -> dict[str, Path]:
    """Return the files of the pictures in the text, found relative to the review's own."""
    found: dict[str, Path] = {}
    for source in picture_sources(body):
        file = path.parent / unquote(source)
        if urlsplit(source).scheme or source.startswith("/"):
            faults.append(
                f"picture {source}: a file beside the review is expected, by its relative path."
            )
        elif not _is_file(file):
            faults.append(f"picture {source}: there is no such file; it is looked for at {file}.")
        else:
            found[source] = file
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # No name of a file can be that long.


def _make_pictures(
    path: Path,
    sources: dict[str, Path],
    media_dir: Path,
    known_pictures: Callable[[list[str]], dict[str, PictureFile]],
) -> dict[str, PictureFile]:
    """Return each picture by its address in the text, made only where it is not stored yet."""
    hashes: dict[str, str] = {}
    faults: list[str] = []
    for source, file in sources.items():
        try:
            hashes[source] = hash_source(file)
        except BadPictureError as error:
            faults.append(f"picture {source}: {error}")
        except OSError as error:
            faults.append(f"picture {source}: cannot be read: {error.strerror}.")
    known = known_pictures(list(hashes.values()))
    made: dict[str, PictureFile] = {}
    for source in hashes:
        file = sources[source]
        stored = known.get(hashes[source])
        if stored and all((media_dir / str(name)).exists() for _, name in stored.renditions):
            made[source] = stored
            continue
        try:
            made[source] = make_picture(file, media_dir)
        except BadPictureError as error:
            faults.append(f"picture {source}: {error}")
    if faults:
        raise BadReviewFileError(path, faults)
    return made


def _attributes(picture: PictureFile, is_first: bool) -> dict[str, str]:
    """Return an <img>'s attributes; the first on a page is wanted at once, the others are not."""
    urls = [(width, f"/media/{name}") for width, name in picture.renditions]
    urgency = {"fetchpriority": "high"} if is_first else {"loading": "lazy", "decoding": "async"}
    return {
        "src": urls[-1][1],
        "srcset": ", ".join(f"{url} {width}w" for width, url in urls),
        "sizes": SIZES,
        "width": str(picture.width),
        "height": str(picture.height),
        **urgency,
    }


def _hash(content: bytes, pictures: dict[str, PictureFile]) -> str:
    """Return what changes when anything that the review is made from changes."""
    parts = [f"{RECIPE}".encode(), content]
    parts += [picture.source_hash.encode() for picture in pictures.values()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
