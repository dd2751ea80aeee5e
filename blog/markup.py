"""Text to safe HTML; the only module that cleans HTML or vouches for it.

Everything here ends in two cleaners, one after the other: bleach, which this project was asked to
use, and nh3, which is maintained and has the last word (docs/decisions/0004).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import emphasis as markdown_emphasis
from markdown_it.token import Token
from markupsafe import Markup, escape
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

COMMENT_TAGS = {"p", "br", "em", "strong", "code", "a", "blockquote", "ul", "ol", "li"}
COMMENT_ATTRIBUTES = {"a": {"href", "rel"}}
REVIEW_TAGS = COMMENT_TAGS | {
    *(
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
        "figure",
        "figcaption",
        "img",
        "del",
        "s",
        "sup",
        "sub",
    ),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
REVIEW_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {
        *("src", "srcset", "sizes", "width", "height", "alt", "title", "loading", "decoding"),
        "fetchpriority",
    },
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https"}
READER_REL = "nofollow ugc noopener"

# Only what a browser's address bar would give: Korean particles end an address, and so does the
# sentence's own punctuation; brackets belong to it where they come in pairs.
_PART = r"[A-Za-z0-9\-._~:/?#@!$&'*+,;=%\[\]]"
_URL = re.compile(
    rf"https?://(?=[A-Za-z0-9\[])(?:{_PART}|\({_PART}*\))+(?<![.,;:!?'&*])", re.IGNORECASE
)
_PICTURE = r"/media/[0-9a-f]{32}\.webp"
# What may stand in a picture's attribute: our own addresses and nothing beside them.
_PICTURE_ADDRESSES = {
    "src": re.compile(_PICTURE),
    "srcset": re.compile(rf"{_PICTURE} [0-9]+w(?:, {_PICTURE} [0-9]+w)*"),
}
_QUOTE_LINE = re.compile(r" {0,3}> +(?=.*[^\W_])")
_LIST_LINE = re.compile(r" {0,3}(?:([-*])|(\d{1,3})([.)])) +\S")


class _Linkify(LinkifyFilter):
    """Make links in what the cleaner has decoded already."""

    def extract_entities(self, token: Any) -> Iterator[Any]:
        """Pass text on as it is: decoded twice, a typed "&lt;" would come out as "<"."""
        yield token


class SafeHTML(TypeDecorator[Markup]):
    """A column that takes nothing but Markup, which nothing but this module makes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Markup | None, dialect: Dialect) -> str | None:
        """Refuse a plain string: nobody has vouched for it."""
        if value is not None and not isinstance(value, Markup):
            raise TypeError("Only what blog.markup rendered may be stored as HTML.")
        return value and str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Markup | None:
        """Vouch for what was vouched for when it was written."""
        return None if value is None else Markup(value)  # noqa: S704  # See process_bind_param.


def render_comment(text: str) -> Markup:
    """Return a reader's words as HTML: markup where it was clearly meant, the rest as typed."""
    cleaned = _comment_cleaner().clean(_COMMENTS.render(_separate_blocks(text)))
    return _last_word(cleaned, COMMENT_TAGS, COMMENT_ATTRIBUTES)


def render_review(
    text: str, picture: Callable[[str, bool], dict[str, str]] | None = None
) -> Markup:
    """Return a reviewer's CommonMark, tables included, as HTML.

    `picture(source, is_first)` gives the attributes of an <img> for the address written in the
    text; without it pictures are left out. A picture alone in a paragraph is a figure, its title
    the credit line. Headings move down one step: a page has one <h1>, and it is the title.
    """
    tokens = _REVIEWS.parse(text)
    _lower_headings(tokens)
    if picture is None:
        tokens = _without_pictures(tokens)
    else:
        _make_figures(tokens)
        _place_pictures(tokens, picture)
    html = _REVIEWS.renderer.render(tokens, _REVIEWS.options, {})
    cleaner = Cleaner(
        tags=REVIEW_TAGS, attributes=_lists(REVIEW_ATTRIBUTES), protocols=SCHEMES, strip=True
    )
    return _last_word(cleaner.clean(html), REVIEW_TAGS, REVIEW_ATTRIBUTES)


def render_page(text: str) -> Markup:
    """Return a standing page's CommonMark as HTML; it shows no pictures."""
    return render_review(text)


def picture_sources(text: str) -> list[str]:
    """List the addresses of the pictures in a review's CommonMark, in order, each once."""
    children = (child for token in _REVIEWS.parse(text) for child in token.children or ())
    return list(dict.fromkeys(str(c.attrs["src"]) for c in children if c.type == "image"))


# Cleaning


def _last_word(html: str, tags: set[str], attributes: dict[str, set[str]]) -> Markup:
    """Clean by nh3 and vouch for the outcome."""
    cleaned = nh3.clean(
        html,
        tags=tags,
        attributes=attributes,
        url_schemes=SCHEMES,
        link_rel=None,
        attribute_filter=_own_pictures,
    )
    return Markup(cleaned)  # noqa: S704  # The one place where HTML is vouched for.


def _is_kept(address: str) -> bool:
    """Tell whether the last word keeps an address: it reads them as a browser does."""
    link = _last_word(f'<a href="{escape(address)}"></a>', {"a"}, {"a": {"href"}})
    return "href" in link


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Keep the addresses of a picture only where each is of a picture of ours."""
    wanted = _PICTURE_ADDRESSES.get(attribute) if tag == "img" else None
    return value if wanted is None or wanted.fullmatch(value) else None


def _lists(attributes: dict[str, set[str]]) -> dict[str, list[str]]:
    return {tag: sorted(names) for tag, names in attributes.items()}


def _comment_cleaner() -> Cleaner:
    """Make a bleach cleaner; it is not safe to share one between threads."""
    linkify = partial(
        _Linkify, callbacks=[_mark_reader_link], skip_tags={"pre", "code"}, url_re=_URL
    )
    return Cleaner(
        tags=COMMENT_TAGS,
        attributes=_lists(COMMENT_ATTRIBUTES),
        protocols=SCHEMES,
        filters=[linkify],
    )


def _mark_reader_link(
    attrs: MutableMapping[tuple[str | None, str], str],
    new: bool = False,
    /,
) -> MutableMapping[tuple[str | None, str], str]:
    """Mark a link as a reader's, and undo one that leads nowhere."""
    try:
        address = attrs[(None, "href")]
        leads_somewhere = urlsplit(address).hostname and _is_kept(address)
    except (KeyError, ValueError):
        leads_somewhere = False
    if not leads_somewhere:
        return None  # type: ignore[return-value]  # bleach's documented way to drop a link.
    attrs[(None, "rel")] = READER_REL
    return attrs


# Comments: Markdown as people on phones mean it


def _separate_blocks(text: str) -> str:
    """Put an empty line where a quote or a list ends, so that it does not swallow the answer."""
    lines: list[str] = []
    previous = ""
    for line in text.split("\n"):
        kind = _kind_of_line(line)
        if previous and kind != previous and line.strip() and not line.startswith("  "):
            lines.append("")
        lines.append(line)
        previous = kind
    return "\n".join(lines)


def _kind_of_line(line: str) -> str:
    if _QUOTE_LINE.match(line):
        return "quote"
    return "list" if _LIST_LINE.match(line) else ""


def _quote_when_meant(rule: Any) -> Any:
    """Wrap the blockquote rule: "> " and a word begin a quote, ">_<" does not."""

    def quote(
        state: StateBlock, start: int, end: int, silent: bool
    ) -> bool:  # markdown-it calls it so.
        if not _QUOTE_LINE.match(_line(state, start)):
            return False
        return bool(rule(state, start, end, silent))

    return quote


def _list_when_meant(rule: Any) -> Any:
    """Wrap the list rule: two items or more, numbers from 1 upwards without a gap."""

    def items(
        state: StateBlock, start: int, end: int, silent: bool
    ) -> bool:  # markdown-it calls it so.
        is_next_item = silent and state.listIndent >= 0
        if not is_next_item and not _is_list(state, start, end):
            return False
        return bool(rule(state, start, end, silent))

    return items


def _is_list(state: StateBlock, start: int, end: int) -> bool:
    first = _LIST_LINE.match(_line(state, start))
    # Each line of a long paragraph asks; those that went along until a list failed need not count.
    since, until = state.env.get("no_list", (0, 0))
    if first is None or since < start < until:
        return False
    bullet, _, closer = first.groups()
    count = 0
    for number in range(start, end):
        line = _line(state, number)
        match = _LIST_LINE.match(line)
        if match:
            count += 1
            mark = (bullet, None, None) if bullet else (None, str(count), closer)
            if match.groups() != mark:
                state.env["no_list"] = (start, number)
                return False
        elif not line.strip():
            break
    return count > 1


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _emphasis_when_meant(state: StateInline, silent: bool) -> bool:  # markdown-it calls it so.
    """Take `*` for emphasis around words only: not in 10*10*10, not in *_*, and never `_`."""
    if state.src[state.pos] != "*":
        return False
    begin, known = state.pos, len(state.delimiters)
    if not markdown_emphasis.tokenize(state, silent):
        return False
    before = state.src[begin - 1] if begin else " "
    after = state.src[state.pos] if state.pos < len(state.src) else " "
    for delimiter in state.delimiters[known:]:
        # CommonMark takes `**와!**라고` for an end without a beginning: its rule about punctuation
        # expects a space before the next word, where Korean has none.
        opens, closes = delimiter.open or _is_joined(before), delimiter.close or _is_joined(after)
        delimiter.open = opens and not _is_latin(before) and _begins_words(after)
        delimiter.close = closes and not _is_latin(after) and _ends_words(before)
    return True


def _is_latin(character: str) -> bool:
    """Tell letters and digits of alphabets with spaces between words; Korean joins particles on."""
    return character.isalnum() and ord(character) < 0x1100


def _is_joined(character: str) -> bool:
    return character.isalnum() and not _is_latin(character)


def _begins_words(character: str) -> bool:
    return (
        character.isalnum()
        or character in "\"'“‘«(`[¿¡#@&*"
        or unicodedata.category(character) == "So"
    )


def _ends_words(character: str) -> bool:
    return (
        character.isalnum()
        or character in "\"'”’»)`].,!?…~%:;*"
        or unicodedata.category(character) in ("So", "Mn", "Sk")
    )


def _web_address(url: str) -> bool:
    """Allow a link only where it leads to a web page."""
    return bool(re.match(r"https?://[^\s]", url, re.IGNORECASE))


def _make_comment_parser() -> MarkdownIt:
    """Make the parser for comments: no headings, rules, code blocks, pictures or HTML."""
    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": 20})
    parser.enable(["blockquote", "list", "newline", "backticks", "emphasis", "link"])
    rules = {rule.name: rule for rule in parser.block.ruler.__rules__}
    quote, items = _quote_when_meant(rules["blockquote"].fn), _list_when_meant(rules["list"].fn)
    parser.block.ruler.at("blockquote", quote, {"alt": ["paragraph", "blockquote", "list"]})
    parser.block.ruler.at("list", items, {"alt": ["paragraph", "blockquote"]})
    parser.inline.ruler.at("emphasis", _emphasis_when_meant)
    parser.validateLink = _web_address  # type: ignore[method-assign]  # markdown-it's documented way.
    return parser


_COMMENTS = _make_comment_parser()


# Reviews: CommonMark with tables and figures

_REVIEWS = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _lower_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _make_figures(tokens: list[Token]) -> None:
    """Turn each paragraph that holds one picture and nothing else into a figure."""
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
    """Take the pictures out, and each paragraph or heading that held nothing else."""
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


def _place_pictures(
    tokens: Sequence[Token], picture: Callable[[str, bool], dict[str, str]]
) -> None:
    """Give each picture the attributes of the one that is stored."""
    is_first = True
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                child.attrs.update(picture(str(child.attrs["src"]), is_first))
                is_first = False
