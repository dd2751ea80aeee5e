"""Markdown for reviews: CommonMark with tables; pictures become figures."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination
from markdown_it.token import Token

from blog.text.language import gettext as _

# The alt text of a picture that only decorates; its page has an empty one.
DECORATIVE = "-"
# What stands before the path of a picture or a link, in its place or in a list of references.
_DESTINATION = re.compile(r"\]\(\s*|^ {0,3}\[[^\]\n]+\]:\s*", re.MULTILINE)
# For the path of a picture in a text, and whether it is the first: the attributes of its <img>,
# None if there is no such picture.
PictureAttributes = Callable[[str, bool], dict[str, str] | None]
# The most HTML tags in a text. Cleaning thousands that are never closed takes minutes, as each of
# them lies in the one before.
MOST_TAGS = 3_000
_TAG = re.compile(r"<[a-zA-Z]")
# The most cells of all tables in a text; each takes up to a quarter of a millisecond.
MOST_CELLS = 10_000
# The characters of the line below a table's head, in quotes too. Each row gets a cell for each of
# its columns.
_RULE_CHARACTERS = "-|:> \t"
_TYPED_LINK = re.compile(r'<a href="([^"]*)"')
# What would end or change the description, and the credit line.
_BRACKETS = str.maketrans({each: f"\\{each}" for each in "\\[]"})
_QUOTES = str.maketrans({each: f"\\{each}" for each in '\\"'})
_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def to_html(text: str, picture: PictureAttributes | None, *, marks_lines: bool = False) -> str:
    """Return a review's Markdown as HTML that is not yet cleaned; see `markup.render_review`."""
    tokens = _PARSER.parse(text)
    if marks_lines:
        _mark_lines(tokens)
    _fit_headings(tokens)
    _align_cells(tokens)
    if picture is None:
        tokens = _without_pictures(tokens)
    else:
        _name_missing_pictures(tokens, picture)
        _make_figures(tokens)
        _place_pictures(tokens, picture)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


class Element(NamedTuple):
    """A picture, link or heading of a text: its line, from 1 on, where it leads, and its words.

    `level` is that of a heading as it was typed, 1 to 6, and 0 for what is none.
    """

    kind: Literal["picture", "link", "heading"]
    line: int
    target: str
    words: str
    level: int = 0


def list_elements(text: str) -> Iterator[Element]:
    """Yield the pictures, links and headings of a review's CommonMark, in order."""
    for token, inline in pairwise([*_PARSER.parse(text), Token("", "", 0)]):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open":
            yield Element("heading", line, "", inline.content, int(token.tag[1]))
        elif token.type == "html_block":
            yield from (Element("link", line, target, "") for target in _targets(token.content))
        for child in token.children or ():
            if child.type == "image":
                yield Element("picture", line, str(child.attrs["src"]), child.content)
            elif child.type == "link_open":
                yield Element("link", line, str(child.attrs["href"]), "")
            elif child.type == "html_inline":
                yield from (Element("link", line, each, "") for each in _targets(child.content))
            is_break = child.type in ("softbreak", "hardbreak")
            line += 1 if is_break else child.content.count("\n")


def _targets(html: str) -> list[str]:
    """Return where the links in typed HTML lead to."""
    return _TYPED_LINK.findall(html)


def lines_without_description(text: str) -> list[tuple[int, str]]:
    """Return the line, from 1 on, and the path of each picture in a text without an alt text."""
    return [
        (element.line, element.target)
        for element in list_elements(text)
        if element.kind == "picture" and not element.words.strip()
    ]


def is_too_rich(text: str) -> bool:
    """Return whether a text has too many HTML tags or table cells to be shown at once."""
    return count_tags(text) > MOST_TAGS or count_cells(text) > MOST_CELLS


def count_tags(text: str) -> int:
    """Return how many HTML tags are typed in a text."""
    return len(_TAG.findall(text))


def count_cells(text: str) -> int:
    """Return how many cells the tables in a text have at most, the empty ones of short rows too."""
    cells = columns = 0
    for head, line in pairwise(["", *text.split("\n")]):
        if not line.strip(" \t>"):
            columns = 0
        elif "|" in head and "-" in line and not line.strip(_RULE_CHARACTERS):
            columns = max(columns, line.strip(" \t>").strip("|").count("|") + 1)
        cells += columns
    return cells


def picture_sources(text: str) -> list[str]:
    """Return the paths of the pictures in a review's CommonMark, in order, each once."""
    return list(dict.fromkeys(e.target for e in list_elements(text) if e.kind == "picture"))


def rename_pictures(text: str, names: Mapping[str, str]) -> str:
    """Return a review's CommonMark with other paths of pictures; `names` has the new by the old.

    Links to the same paths lead to the new ones, too.
    """
    pieces, done = [], 0
    for opening in _DESTINATION.finditer(text):
        found = parseLinkDestination(text, opening.end(), len(text))
        name = names.get(_PARSER.normalizeLink(found.str)) if found.ok else None
        if name is not None and opening.end() >= done:
            pieces += [text[done : opening.end()], name]
            done = found.pos
    return "".join([*pieces, text[done:]])


def _mark_lines(tokens: Sequence[Token]) -> None:
    """Name the line of each block, from 0 on, in its attribute `data-line`."""
    for token in tokens:
        if token.map and token.nesting == 1:
            token.attrs["data-line"] = token.map[0]


def write_picture(path: str, description: str, credit: str) -> str:
    """Return the Markdown of a picture; static/js/writing/insertions.js writes the same."""
    words = description.translate(_BRACKETS)
    place = f"<{path}>" if "(" in path or ")" in path else path
    title = credit.translate(_QUOTES)
    return f'![{words}]({place} "{title}")' if title else f"![{words}]({place})"


def _fit_headings(tokens: Sequence[Token]) -> None:
    """Renumber headings to start at h2, each at most one level deeper than its parent heading."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
            token.tag = f"h{min(len(above) + 1, 6)}"
        elif token.type == "heading_close":
            token.tag = f"h{min(len(above) + 1, 6)}"


def _align_cells(tokens: Sequence[Token]) -> None:
    """Name the alignment of a cell in its attribute `align`, because the cleaners remove styles."""
    for token in tokens:
        if style := token.attrs.pop("style", None):
            token.attrs["align"] = str(style).removeprefix("text-align:")


def _make_figures(tokens: list[Token]) -> None:
    """Turn each paragraph that contains only one picture into a figure."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        children = inline.children or []
        if opening.type == "paragraph_open" and len(children) == 1 and children[0].type == "image":
            opening.tag = closing.tag = "figure"
            credit = str(children[0].attrs.pop("title", ""))
            if credit:
                children += [
                    Token("figcaption_open", "figcaption", 1),
                    Token("text", "", 0, content=credit),
                    Token("figcaption_close", "figcaption", -1),
                ]


def _without_pictures(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without pictures, and without paragraphs and headings left empty."""
    kept: list[Token] = []
    is_empty = False
    for token in tokens:
        rest = [child for child in token.children or () if child.type != "image"]
        if len(rest) < len(token.children or ()):
            token.children = rest
            is_empty = kept[-1].type in ("paragraph_open", "heading_open") and not any(
                child.content.strip() for child in rest
            )
            if is_empty:
                kept.pop()
                continue
        elif is_empty and token.type in ("paragraph_close", "heading_close"):
            is_empty = False
            continue
        kept.append(token)
    return kept


def _name_missing_pictures(tokens: Sequence[Token], picture: PictureAttributes) -> None:
    """Turn each picture that is not stored into words that say so."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "image" and picture(str(child.attrs["src"]), False) is None:
                child.type = "text"
                child.content = _("(The picture %(source)s is missing.)", source=child.attrs["src"])


def _place_pictures(tokens: Sequence[Token], picture: PictureAttributes) -> None:
    """Set the attributes of each picture to those of the stored file."""
    is_first = True
    for token in tokens:
        placed: list[Token] = []
        for child in token.children or ():
            if child.type != "image":
                placed.append(child)
                continue
            attributes = picture(str(child.attrs["src"]), is_first) or {}
            is_first = False
            if child.content.strip() == DECORATIVE:
                child.children = []
            avif = attributes.pop("avif", None)
            child.attrs.update(attributes)
            placed += _offer_avif(child, avif) if avif else [child]
        if token.children:
            token.children = placed


def _offer_avif(image: Token, srcset: str) -> list[Token]:
    """Return a <picture> whose AVIF files a browser takes before those of its <img>."""
    opening, closing = Token("picture_open", "picture", 1), Token("picture_close", "picture", -1)
    source = Token("source", "source", 0)
    size = {name: image.attrs[name] for name in ("width", "height")}
    source.attrs = {"type": "image/avif", "srcset": srcset, **size}
    return [opening, source, image, closing]
