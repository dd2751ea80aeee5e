"""Dress a review's stored HTML for its page: what depends on the page is added when it is shown.

Headings get ids, tables become regions that scroll, and pictures say how wide they are shown. The
HTML was cleaned by markup.py: values are between double quotes, and each "<" begins a tag.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from blog.text.language import gettext as _

# No element of a page itself has an id that begins like this.
ID_PREFIX = "part"
LONGEST_ID = 60
_TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
# A number that can be a picture's width or height; a reviewer may have typed others.
_PIXELS = re.compile("[1-9][0-9]{0,5}")
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_ALIGN = re.compile(r' align="(left|right|center)"')
# A table of fewer columns fits on a phone, so it need not be a stop of the Tab key.
FEWEST_COLUMNS = 3
# A table is named by the texts of its first cells.
NAMING_CELLS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading of a review: its level, 2 to 6, the id that links to it, and its text.

    `is_folded` says that it stands in an element that is folded until a reader opens it.
    """

    level: int
    id: str
    text: str
    is_folded: bool


def dress(
    html: Markup, picture_sizes: Callable[[int, int, bool], str]
) -> tuple[str, list[Heading]]:
    """Return a review's HTML as its page shows it, and its headings in order.

    `picture_sizes(width, height, is_figure)` returns the attribute `sizes` of a picture.
    """
    dresser = _Dresser(html, picture_sizes)
    end = 0
    for tag in _TAG.finditer(html):
        dresser.pieces.append(html[end : tag.start()])
        dresser.add(tag)
        end = tag.end()
    dresser.pieces.append(html[end:])
    return "".join(dresser.pieces), dresser.headings


class _Dresser:
    """The pieces of HTML that have been dressed, and what the next tags depend on."""

    def __init__(self, html: Markup, picture_sizes: Callable[[int, int, bool], str]) -> None:
        self.pieces: list[str] = []
        self.headings: list[Heading] = []
        self._html = html
        self._picture_sizes = picture_sizes
        # The open heading: which piece its tag is, and where its text begins.
        self._open_heading: tuple[int, int] | None = None
        self._used_ids: Counter[str] = Counter()
        self._used_labels: Counter[str] = Counter()
        self._open_folds = 0
        self._is_figure = False

    def add(self, tag: re.Match[str]) -> None:
        """Add a tag, dressed if its element needs it."""
        is_end, name, piece = bool(tag[1]), tag[2], tag[0]
        if name == "figure":
            self._is_figure = not is_end
        elif name == "details":
            self._open_folds += -1 if is_end else 1
        elif name in ("img", "source"):
            piece = self._dress_picture(tag)
        elif name == "table":
            piece = f"{piece}</div>" if is_end else f"{self._open_region(tag)}{piece}"
        elif name in ("th", "td"):
            piece = _ALIGN.sub(r' class="is-\1"', piece)
        elif name in _HEADINGS and is_end:
            self._close_heading(tag)
        elif name in _HEADINGS:
            self._open_heading = len(self.pieces), tag.end()
        self.pieces.append(piece)

    def _open_region(self, table: re.Match[str]) -> str:
        """Return the start of an element that scrolls a wide table, also with the keyboard."""
        first_row = self._html[table.end() : self._html.find("</tr>", table.end())]
        parts = first_row.replace("</td>", "</th>").split("</th>")[:-1]
        cells = [part.striptags() for part in parts]
        if len(cells) < FEWEST_COLUMNS:
            return '<div class="scroll">'
        label = ", ".join([cell for cell in cells if cell][:NAMING_CELLS]) or _("Table")
        self._used_labels[label] += 1
        if self._used_labels[label] > 1:
            label = f"{label} ({self._used_labels[label]})"
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'

    def _dress_picture(self, tag: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(tag[3]))
        width, height = attributes.get("width", ""), attributes.get("height", "")
        if "srcset" not in attributes or not all(map(_PIXELS.fullmatch, (width, height))):
            return tag[0]
        attributes["sizes"] = self._picture_sizes(int(width), int(height), self._is_figure)
        written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
        return f"<{tag[2]} {written}>"

    def _close_heading(self, end: re.Match[str]) -> None:
        """Give the heading that ends here an id made from its words."""
        if self._open_heading is None:
            return
        (place, start), self._open_heading = self._open_heading, None
        attributes = self.pieces[place][len(f"<{end[2]}") : -1]
        text = self._html[start : end.start()].striptags()
        heading_id = self._unique(_make_id(text))
        self.pieces[place] = f'<{end[2]} id="{escape(heading_id)}"{attributes}>'
        self.headings.append(
            Heading(level=int(end[2][1]), id=heading_id, text=text, is_folded=self._open_folds > 0)
        )

    def _unique(self, wanted: str) -> str:
        """Return an id, with a number at its end if an earlier heading has it."""
        unique = wanted
        while unique in self._used_ids:
            self._used_ids[wanted] += 1
            unique = f"{wanted}-{self._used_ids[wanted]}"
        self._used_ids[unique] = 1
        return unique


def _make_id(text: str) -> str:
    """Return an id from the letters and digits of a heading, in any script."""
    kept = (
        character if unicodedata.category(character)[0] in "LMN" else " "
        for character in text.lower()
    )
    return "-".join([ID_PREFIX, *"".join(kept).split()])[:LONGEST_ID].strip("-")
