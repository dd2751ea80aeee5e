"""Read the reviewers of a folder of reviews from its file reviewers.yaml; see docs/import.md."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from blog.manuscripts.fields import FieldReader
from blog.manuscripts.front_matter import BadReviewFileError, read_mapping
from blog.manuscripts.importing import find_picture, make_pictures, read_file
from blog.pictures.commands import PictureFile
from blog.pictures.conversion import BadPictureError
from blog.reviewers.commands import Profile
from blog.reviewers.models import BIOGRAPHY_LENGTH
from blog.text.language import gettext as _
from blog.text.markup import render_review
from blog.text.normalising import has_visible_character
from blog.text.scripts import dominant_language

FILE_NAME = "reviewers.yaml"
MOST_LINES = 2000
KEYS = frozenset({"slug", "name", "language", "picture", "biography"})

Known = Callable[[list[str]], dict[str, PictureFile]]


def read_reviewers(
    path: Path,
    media_dir: Path,
    known_pictures: Known = lambda hashes: {},
    *,
    others: Mapping[Path, Sequence[Profile]] = MappingProxyType({}),
    is_trial: bool = False,
) -> list[Profile]:
    """Return the reviewers in a file, ready to be published, and store their pictures.

    `others` are those of the other files of this import, who must differ in slug and name; the
    rest of the arguments are those of `read_review`. Raises BadReviewFileError with every fault
    and its line; then pictures are stored only if every fault is a picture's.
    """
    keys = read_mapping(path, read_file(path), most_lines=MOST_LINES)
    reader = FieldReader(keys, says_lines=True)
    reader.check_keys(frozenset({"reviewers"}))
    if "reviewers" not in keys:
        reader.expect("reviewers", _("a list is expected"))
    entries = reader.sections("reviewers", KEYS)
    profiles = [read_profile(entry) for entry in entries]
    for key in ("slug", "name"):
        taken = {getattr(each, key): file for file, those in others.items() for each in those}
        _check_unique(entries, key, [getattr(profile, key) for profile in profiles], taken)
    sources = [_find_picture(path.parent, entry) for entry in entries]
    if not reader.faults:
        for number, (entry, source) in enumerate(zip(entries, sources, strict=True)):
            try:
                made = make_pictures(path, source, media_dir, known_pictures, is_trial=is_trial)
            except BadReviewFileError as error:
                for fault in error.faults:
                    entry.add_fault("picture", fault)
            else:
                picture = next(iter(made.values()), None)
                profiles[number] = replace(profiles[number], picture=picture)
    if reader.faults:
        raise BadReviewFileError(path, [str(fault) for fault in reader.faults])
    return profiles


def read_profile(entry: FieldReader) -> Profile:
    """Return a reviewer from a file or a form, without the picture; add a fault per bad value."""
    slug = entry.slug("slug")
    name = entry.line("name", required=True, most=120)
    language = entry.language("language")
    biography = entry.text("biography", most=BIOGRAPHY_LENGTH)
    # A text with a fault may be too long to be rendered.
    html = render_review(biography[:BIOGRAPHY_LENGTH])
    if has_visible_character(biography) and not has_visible_character(html.striptags()):
        entry.add_fault("biography", _("shows no text; pictures are left out of it."))
    return Profile(
        slug=slug,
        name=name,
        language=language or dominant_language(biography),
        biography=biography,
        biography_html=html,
        picture=None,
    )


def _check_unique(
    entries: Sequence[FieldReader], key: str, values: Sequence[str], taken: Mapping[str, Path]
) -> None:
    """Add a fault to each entry with the value of an entry above, or in another file (`taken`)."""
    for place, (entry, value) in enumerate(zip(entries, values, strict=True)):
        if value in taken:
            entry.add_fault(key, _("is in %(path)s, too; another is expected.", path=taken[value]))
        elif value and value in values[:place]:
            first = entries[values.index(value)].values.line_of(key)
            entry.add_fault(key, _("is that of line %(line)s; another is expected.", line=first))


def _find_picture(folder: Path, entry: FieldReader) -> dict[str, Path]:
    """Return the picture file of a reviewer by its path in the file; none without a picture."""
    source = entry.line("picture", most=500)
    try:
        return {source: find_picture(folder, source)} if source else {}
    except BadPictureError as error:
        entry.add_fault("picture", str(error))
        return {}
