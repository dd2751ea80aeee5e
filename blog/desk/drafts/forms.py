"""The form of a review: every key of the front matter, and the text."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from flask import abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,
    SelectField,
)
from wtforms import Form as Part
from wtforms.widgets import TextArea

from blog.db.ids import read_version
from blog.desk.account.signing_in import current_zone
from blog.drafts.models import Writing
from blog.manuscripts.documents import LONGEST_TEXT
from blog.manuscripts.fields import Fault
from blog.text.language import lazy_gettext
from blog.text.normalising import normalise_text
from blog.text.times import UnclearTimeError, pin_time, show_time
from blog.web.fields import LineField
from blog.web.forms import Form

LONGEST_LINE = 2000
# The fields whose times are typed in the writer's zone.
TIMES = ("published", "updated")
# The most rows of a list; a form with many thousands would take seconds to read.
MOST_ROWS = 300
_ROW = re.compile(r"drama-(?:cast|watch)-(\d{1,3})-\w+", re.ASCII)
_POSITION = re.compile(r"\[(\d+)\]", re.ASCII)
_COMMA = re.compile(r"[,，、]")
_ROW_ACTION = re.compile(r"(add|drop|up|down)-(cast|watch)(?:-(\d{1,3}))?", re.ASCII)


class LineOfText(LineField):
    """A field for one line of text, which refuses nothing: a draft may be wrong for a while."""

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, most=LONGEST_LINE, **options)

    def pre_validate(self, form: Part) -> None:
        """Refuse nothing."""


class WholeText(LineOfText):
    """A field for a text of several lines, which refuses nothing."""

    widget = TextArea()
    normalise = staticmethod(normalise_text)

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, **options)
        self.most = LONGEST_TEXT


class CastPart(Part):  # type: ignore[misc]  # WTForms has no types.
    """One row of the cast."""

    actor = LineOfText(lazy_gettext("Actor"))
    role = LineOfText(lazy_gettext("Role"))


class WatchPart(Part):  # type: ignore[misc]  # WTForms has no types.
    """One row of where to watch the drama."""

    service = LineOfText(lazy_gettext("Service"))
    url = LineOfText(lazy_gettext("Address"))


class DramaPart(Part):  # type: ignore[misc]  # WTForms has no types.
    """The facts about the drama; the names are those of the front matter."""

    title = LineOfText(lazy_gettext("Drama"))
    korean_title = LineOfText(lazy_gettext("Korean title"))
    year = LineOfText(lazy_gettext("Year"))
    network = LineOfText(lazy_gettext("Network"))
    episodes = LineOfText(lazy_gettext("Episodes"))
    watch = FieldList(FormField(WatchPart), lazy_gettext("Where to watch"))
    cast = FieldList(FormField(CastPart), lazy_gettext("Cast"))


class ReviewForm(Form):
    """A review as it is written; the names of the fields are those of the front matter.

    The id of the field of the key "drama.cast[1].actor" is "drama-cast-0-actor".
    """

    version = HiddenField()
    # Set where a conflict was shown, so that what is replaced is kept as a revision.
    keeps_former = HiddenField()

    title = LineOfText(lazy_gettext("Headline"))
    part = LineOfText(lazy_gettext("Part"))
    body = WholeText(lazy_gettext("Text"))
    summary = LineOfText(lazy_gettext("Summary"))
    rating = LineOfText(lazy_gettext("Rating"))
    watch_if = LineOfText(lazy_gettext("Watch if …"))
    skip_if = LineOfText(lazy_gettext("Skip if …"))
    tags = LineOfText(lazy_gettext("Tags"))
    author = LineOfText(lazy_gettext("Byline"))
    language = LineOfText(lazy_gettext("Language"))
    slug = LineOfText(lazy_gettext("Address"))
    trailer = LineOfText(lazy_gettext("Trailer"))
    comments = SelectField(
        lazy_gettext("Comments"),
        choices=[
            SelectChoice("", lazy_gettext("Open")),
            SelectChoice("closed", lazy_gettext("Closed")),
        ],
        validate_choice=False,
    )
    published = LineOfText(lazy_gettext("Publication"))
    updated = LineOfText(lazy_gettext("Updated"))
    drama = FormField(DramaPart)
    # Not a key: what the button that publishes changes does besides.
    tells_update = BooleanField(lazy_gettext("Tell readers that it was updated today"))

    @classmethod
    def sent(cls) -> Self:
        """Return the form with the submitted fields. Responds with 413 to too many rows."""
        return cls(_with_readable_rows(request.form))

    @classmethod
    def of(cls, writing: Writing, *, version: int | str) -> Self:
        """Return the form of what is written, for a page."""
        values = {
            name: value for name, value in writing.keys.items() if name not in ("tags", "drama")
        }
        tags = ", ".join(writing.keys.get("tags", []))
        drama = writing.keys.get("drama", {})
        values |= {
            name: show_time(values[name], current_zone())
            for name in TIMES
            if isinstance(values.get(name), str)
        }
        form = cls.empty(**values, version=version, tags=tags, drama=drama, body=writing.body)
        form.add_blank_rows()
        return form

    def add_blank_rows(self) -> None:
        """Add an empty row to each list that ends with a filled one, to be written in."""
        for rows in (self.drama.cast, self.drama.watch):
            if not len(rows) or any(rows[-1].data.values()):
                rows.append_entry()

    @property
    def writing(self) -> Writing:
        """Return what is written: filled keys in the order of the form, and the text."""
        skipped = {"csrf_token", "version", "keeps_former", "body", "tags", "drama", "tells_update"}
        values = {name: value for name, value in self.data.items() if name not in skipped}
        for name in TIMES:
            with suppress(UnclearTimeError):  # It stays as it was typed, and is a fault.
                values[name] = pin_time(values[name], current_zone())
        tags = [tag.strip() for tag in _COMMA.split(self.tags.data) if tag.strip()]
        drama = dict(self.drama.data)
        for rows in ("watch", "cast"):
            drama[rows] = [row for row in drama[rows] if any(row.values())]
        keys = {**_filled(values), **_filled({"tags": tags, "drama": _filled(drama)})}
        return Writing(keys, self.body.data)

    @property
    def unclear_times(self) -> list[Fault]:
        """Return a fault for each time that the writer's zone skips, or has twice."""
        faults = []
        for name in TIMES:
            try:
                pin_time(self[name].data, current_zone())
            except UnclearTimeError as error:
                faults.append(Fault(name, str(error)))
        return faults

    @property
    def normalised(self) -> dict[str, str]:
        """Return the values that differ from those sent by more than the space around them."""
        fields = [field for field in _fields_of(self) if isinstance(field, LineOfText)]
        sent = [(field.raw_data or [""])[0].replace("\r\n", "\n").strip() for field in fields]
        pairs = zip(fields, sent, strict=True)
        return {field.name: field.data for field, text in pairs if field.data != text}

    @property
    def seen_version(self) -> int | None:
        """Return the version that the writer saw, None if there is none."""
        return read_version(self.version.data or "")

    def change_rows(self, action: str) -> str | None:
        """Add, drop or move a row as a button says; return the id of the field to go to.

        An action such as "add-cast" or "up-watch-2" names the list and the row, from 0 on.
        Returns None for any other action, which changes nothing.
        """
        found = _ROW_ACTION.fullmatch(action)
        if found is None:
            return None
        verb, name, place = found[1], found[2], int(found[3] or 0)
        rows: Any = self.drama.form[name]
        if verb == "add":
            self.add_blank_rows()
            place = len(rows) - 1
        elif place >= len(rows):
            return None
        elif verb == "drop":
            rows.pop_entry(place)
        else:
            moved = rows.pop_entry(place).data
            place = max(0, place - 1) if verb == "up" else min(place + 1, len(rows))
            rows.insert_entry(place, moved)
        return f"drama-{name}-{place}"

    def show_faults(self, faults: list[Fault]) -> None:
        """Set each fault at the field of its key."""
        for fault in faults:
            field = self.find(self.place_of(fault.key))
            if field is not None:
                field.errors = [*field.errors, fault.sentence]

    def place_of(self, key: str) -> str:
        """Return the id of the field of a key, of the first one of a group without a field."""
        place = id_of(key)
        return place if self.find(place) else self.drama.form.title.id

    def find(self, place: str) -> Field | None:
        """Return the field with this id, None if there is none."""
        return next((field for field in _fields_of(self) if field.id == place), None)


def labels_of_keys() -> dict[str, str]:
    """Return the label of the field of each key, such as "drama.title"."""
    form = ReviewForm.empty()
    labels = {field.name: str(field.label.text) for field in form}
    drama = {f"drama.{field.short_name}": str(field.label.text) for field in form.drama.form}
    return labels | drama


def id_of(key: str) -> str:
    """Return the id of the field of a key: "drama-cast-0-actor" for "drama.cast[1].actor"."""
    counted = _POSITION.sub(lambda found: f"-{int(found[1]) - 1}", key)
    return counted.replace(".", "-")


def _fields_of(form: Any) -> list[Field]:
    found = []
    for field in form:
        if isinstance(field, FormField):
            found += _fields_of(field.form)
        elif isinstance(field, FieldList):
            found += [each for entry in field for each in _fields_of(entry.form)]
        else:
            found.append(field)
    return found


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], {}, None)}


def _with_readable_rows(form: ImmutableMultiDict[str, str]) -> MultiDict[str, str]:
    """Return the submitted fields without rows whose number no page of ours has sent."""
    numbers = {name: _ROW.fullmatch(name) for name in form}
    rows = {int(found[1]) for found in numbers.values() if found}
    if len(rows) > MOST_ROWS:
        abort(413)
    kept = MultiDict(form)
    for name, found in numbers.items():
        if found is None and name.startswith(("drama-cast", "drama-watch")):
            del kept[name]
    return kept
