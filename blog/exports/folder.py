"""Write a folder of reviews that an import reads: their files, and their pictures."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from blog.exports.files import write_document, write_reviewers
from blog.exports.pictures import largest_of, write_picture
from blog.manuscripts.front_matter import BadReviewFileError, read_mapping, split
from blog.manuscripts.importing import LONGEST_NAME
from blog.manuscripts.reviewers import FILE_NAME, MOST_LINES
from blog.pictures.commands import PictureFile
from blog.pictures.conversion import BadPictureError
from blog.text.language import gettext as _
from blog.text.review_markdown import picture_sources, rename_pictures

PICTURES = "pictures"
DRAFTS = "drafts"


class UnusableFolderError(Exception):
    """Raised for a folder that contains something already; the message says so."""


class Folder:
    """A folder of reviews while it is written; `problems` are sentences about what is left out.

    No two files have the same path, also where capitals and the spelling of accents do not count.
    `names` are those of all reviews that will be written.
    """

    def __init__(self, root: Path, media_dir: Path, names: Sequence[str]) -> None:
        self.root = root
        self.media_dir = media_dir
        self.problems: list[str] = []
        self._files = {_folded(f"{name}.md"): name for name in names}
        # An import may read the first; the second is another folder of reviews.
        self._files |= {_folded(taken): taken for taken in (FILE_NAME, DRAFTS)}
        self._folders: set[str] = set()

    def add_review(
        self, name: str, keys: Mapping[str, Any], body: str, pictures: Mapping[str, PictureFile]
    ) -> None:
        """Write the file of a review and its pictures, which are given by their paths in the text.

        A path that leads out of the folder, or that another picture has, is replaced in the text.
        """
        paths = {source: self._place(source, picture) for source, picture in pictures.items()}
        moved = {source: path for source, path in paths.items() if path != _path_of(source)}
        body = rename_pictures(body, moved)
        for source, picture in pictures.items():
            self._write_picture(name, picture, paths[source])
        for source in picture_sources(body):
            if _path_of(source) not in paths.values():
                self.report(name, _("picture %(path)s: it is not stored.", path=source))
        path = self.root / f"{name}.md"
        content = write_document(keys, body)
        _write(path, content)
        try:
            is_same = split(path, content.encode())[:2] == (keys, body)
        except BadReviewFileError as error:
            self.report(name, " ".join(error.faults))
        else:
            assert is_same, f"{name}: the file would be read as something else."

    def report(self, name: str, problem: str) -> None:
        """Add a problem of a review or reviewer."""
        self.problems.append(f"{name}: {problem}")

    def add_reviewers(
        self, reviewers: Sequence[tuple[Mapping[str, str], PictureFile | None]]
    ) -> None:
        """Write the file of the reviewers, given as its keys, and their pictures."""
        written = []
        for keys, picture in reviewers:
            place = self._place("", picture) if picture else ""
            written.append({**keys, "picture": place} if place else dict(keys))
            if picture:
                self._write_picture(keys["slug"], picture, place)
        path = self.root / FILE_NAME
        content = write_reviewers(written)
        _write(path, content)
        try:
            read_mapping(path, content.encode(), most_lines=MOST_LINES)
        except BadReviewFileError as error:
            self.report(FILE_NAME, " ".join(error.faults))

    def _place(self, source: str, picture: PictureFile) -> str:
        """Return the path of a picture: that of the text, as far as it is free, or one of ours."""
        path, own = PurePosixPath(_path_of(source)), largest_of(picture)
        inside = "/".join(part for part in path.parts if part not in ("..", "/"))
        ours = [f"{PICTURES}/{own}", f"{PICTURES}/{picture.source_hash}/{own}"]
        places = [str(path), inside, *ours]
        return next(place for place in places if self._claim(PurePosixPath(place), picture))

    def _claim(self, path: PurePosixPath, picture: PictureFile) -> bool:
        """Take a path for a picture; return False if it is none, or has another file or folder."""
        if not _is_inside(path):
            return False
        folded = _folded(str(path))
        above = {_folded(str(parent)) for parent in path.parents} - {"."}
        is_free = self._files.get(folded, picture.source_hash) == picture.source_hash
        if not is_free or folded in self._folders or above & self._files.keys():
            return False
        self._files[folded] = picture.source_hash
        self._folders |= above
        return True

    def _write_picture(self, name: str, picture: PictureFile, path: str) -> None:
        try:
            write_picture(picture, path, self.root, self.media_dir)
        except BadPictureError as error:
            fault = _("picture %(path)s: its file %(name)s is missing.", path=path, name=error)
            self.report(name, fault)


def fill_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a new folder, and move what it wrote into the empty folder `target`.

    If it fails, nothing is left of it. Raises UnusableFolderError or OSError.
    """
    is_new = not target.exists()
    if not is_new and (not target.is_dir() or any(target.iterdir())):
        raise UnusableFolderError(_("%(path)s: an empty or new folder is expected.", path=target))
    target.mkdir(parents=True, exist_ok=True)
    half = target / f".half-{token_hex(4)}"
    try:
        half.mkdir()
        fill(half)
        for path in sorted(half.iterdir()):
            path.rename(target / path.name)
        half.rmdir()
    except BaseException:  # A full disk, or a key that stops the command.
        shutil.rmtree(half, ignore_errors=True)
        if is_new:
            shutil.rmtree(target, ignore_errors=True)
        raise


def _folded(path: str) -> str:
    return normalize("NFC", path).casefold()


def _path_of(source: str) -> str:
    """Return the path of a picture in a text: "./a%20b.png" is "a b.png"."""
    return str(PurePosixPath(unquote(source)))


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")


def _is_inside(path: PurePosixPath) -> bool:
    """Return whether a path is one of a visible file in the folder, other than a review."""
    return (
        bool(path.parts)
        and not path.is_absolute()
        and path.suffix.lower() != ".md"
        and all(
            not part.startswith(".") and len(part.encode()) <= LONGEST_NAME and "\0" not in part
            for part in path.parts
        )
    )
