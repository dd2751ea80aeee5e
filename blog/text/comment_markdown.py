"""Markdown for comments: only characters that are clearly meant as markup become markup."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import backtick as markdown_code
from markdown_it.rules_inline import emphasis as markdown_emphasis
from markdown_it.token import Token

from blog.text.faces import (
    begins_inside_face,
    find_face_with_stars,
    is_between_faces,
    is_face_line,
)
from blog.text.web_addresses import is_spaced_letter, is_unspaced_letter

# "++" is possessive: backtracking over many spaces would take quadratic time.
_QUOTE_LINE = re.compile(r" {0,3}> ++(?=\S)")
_QUOTE_MARKS = re.compile(r" {0,3}>[> ]*")
_LIST_LINE = re.compile(r" {0,3}(?:([-*])|(\d{1,3})([.)])) +\S")
_WEB_ADDRESS = re.compile(r"https?://\S", re.IGNORECASE)


MOST_ELEMENTS = 400
# markdown-it drops text that is nested deeper. A list takes two levels and its text a third, so
# quotes and lists that begin after _LAST_LEVEL stay text.
_MOST_LEVELS = 20
_LAST_LEVEL = _MOST_LEVELS - 3


def to_html(text: str) -> str | None:
    """Return a comment's Markdown as HTML that is not yet cleaned.

    Returns None for more than MOST_ELEMENTS elements or beginnings of links, which would take too
    long to clean or to parse.
    """
    if text.count("[") > MOST_ELEMENTS:
        return None
    tokens = _PARSER.parse(_separate_blocks(text))
    if _count_elements(tokens) > MOST_ELEMENTS:
        return None
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _count_elements(tokens: Sequence[Token]) -> int:
    every = chain(tokens, *(token.children for token in tokens if token.children))
    return sum(token.tag != "" and token.nesting >= 0 for token in every)


def _separate_blocks(text: str) -> str:
    """Add an empty line after each quote or list, so that the next line does not continue it."""
    lines: list[str] = []
    previous = ""
    for line in _tidy_quotes(text.split("\n")):
        kind = _kind_of_line(line, previous)
        if previous and kind != previous and line.strip() and not line.startswith("  "):
            lines.append("")
        lines.append(line)
        previous = kind
    return "\n".join(lines)


def _kind_of_line(line: str, previous: str) -> str:
    marks = _read_marks(line)
    # After a quote, ">" and ">> text" belong to it.
    continues = marks == line or (marks.endswith(" ") and marks.count(">") > 1)
    if _is_quote_line(line) or (previous == "quote" and marks and continues):
        return "quote"
    return "list" if _LIST_LINE.match(line) and not is_face_line(line) else ""


def _is_quote_line(line: str) -> bool:
    match = _QUOTE_LINE.match(line)
    return match is not None and not begins_inside_face(line[match.end() :])


def _read_marks(line: str) -> str:
    """Return the ">" and spaces at the beginning of a line, "" if there is no ">"."""
    match = _QUOTE_MARKS.match(line)
    return match[0] if match else ""


def _tidy_quotes(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines without an empty line ">" before a quote, and none nested deeper than its quote.

    To Markdown, a nested empty line would begin a quote, which `_quote_when_meant` refuses.
    """
    empty: list[str] = []
    depth = 0
    for line in lines:
        marks = _read_marks(line)
        if marks and marks == line:
            if depth:
                yield ">" * min(depth, marks.count(">"))
            else:
                empty.append(line)
            continue
        if not _is_quote_line(line):
            yield from empty
        empty.clear()
        yield line
        is_quoted = _kind_of_line(line, "quote" if depth else "") == "quote"
        depth = marks[: marks.rfind(" ") + 1].count(">") if is_quoted else 0
    yield from empty


def _quote_when_meant(rule: Any) -> Any:
    """Wrap the blockquote rule: "> " and a text begin a quote, ">_<" and "> _ <" do not."""

    def quote(
        state: StateBlock, start: int, end: int, silent: bool
    ) -> bool:  # The signature is markdown-it's.
        if state.level > _LAST_LEVEL or not _is_quote_line(_line(state, start)):
            return False
        return bool(rule(state, start, end, silent))

    return quote


def _list_when_meant(rule: Any) -> Any:
    """Wrap the list rule: a list has two items or more, and is numbered 1, 2, 3 without a gap."""

    def items(
        state: StateBlock, start: int, end: int, silent: bool
    ) -> bool:  # The signature is markdown-it's.
        if state.level > _LAST_LEVEL:
            return False
        is_next_item = silent and state.listIndent >= 0
        if not is_next_item and not _is_list(state, start, end):
            return False
        return bool(rule(state, start, end, silent))

    return items


def _is_list(state: StateBlock, start: int, end: int) -> bool:
    line = _line(state, start)
    first = None if is_face_line(line) else _LIST_LINE.match(line)
    # This runs for each line of a paragraph; lines already known to be in no list are skipped.
    since, until = state.env.get("no_list", (0, 0))
    if first is None or since < start < until:
        return False
    bullet, _, closer = first.groups()
    count = 0
    for number in range(start, end):
        line = _line(state, number)
        match = None if is_face_line(line) else _LIST_LINE.match(line)
        if match:
            count += 1
            expected = (bullet, None, None) if bullet else (None, str(count), closer)
            if match.groups() != expected:
                state.env["no_list"] = (start, number)
                return False
        elif not line.strip():
            break
    return count > 1


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _code_when_meant(state: StateInline, silent: bool) -> bool:  # markdown-it's signature.
    """Treat backticks as code unless they are parts of two faces, such as (´･ω･`)."""
    begin = state.pos
    if not markdown_code(state, True):
        return False
    found = state.src[begin : state.pos]
    size = len(found) - len(found.lstrip("`"))
    if is_between_faces(found[size:-size]):
        return _keep_text(state, begin + size, begin, silent)
    state.pos = begin
    return markdown_code(state, silent)


def _keep_text(state: StateInline, end: int, begin: int, silent: bool) -> bool:
    if not silent:
        state.append_pending(state.src[begin:end])
    state.pos = end
    return True


def _emphasis_when_meant(state: StateInline, silent: bool) -> bool:  # markdown-it's signature.
    """Treat `*` as emphasis only around words: not in 10*10*10 nor in *^^*; `_` is never markup."""
    if state.src[state.pos] != "*":
        return False
    begin, known = state.pos, len(state.delimiters)
    face_end = find_face_with_stars(state.src, begin)
    if face_end and not _may_close(state, begin):
        return _keep_text(state, face_end, begin, silent)
    if not markdown_emphasis.tokenize(state, silent):
        return False
    before = state.src[begin - 1] if begin else " "
    after = state.src[state.pos] if state.pos < len(state.src) else " "
    for delimiter in state.delimiters[known:]:
        # CommonMark does not close emphasis in `**와!**라고`: after punctuation it expects a space
        # before the next word, where Korean has none.
        opens = delimiter.open or is_unspaced_letter(before)
        closes = delimiter.close or is_unspaced_letter(after)
        delimiter.open = opens and not is_spaced_letter(before) and _begins_words(after, before)
        delimiter.close = closes and not is_spaced_letter(after) and _ends_words(before)
    return True


def _may_close(state: StateInline, begin: int) -> bool:
    """Return whether a `*` ends words that an earlier `*` began, as the second in *so*...*so*."""
    is_after_words = begin > 0 and _ends_words(state.src[begin - 1])
    return is_after_words and any(delimiter.open for delimiter in state.delimiters)


def _begins_words(character: str, before: str) -> bool:
    if unicodedata.category(character) == "So":
        # Not in ornaments such as :*☆.
        return before.isalnum() or before.isspace() or before in "\"'“‘«([*"
    return character.isalnum() or character in "\"'“‘«(`[¿¡#@&*"


def _ends_words(character: str) -> bool:
    return (
        character.isalnum()
        or character in "\"'”’»)`].,!?…~%:;*"
        or unicodedata.category(character) in ("So", "Mn", "Sk")
    )


def _parse_link_destination(text: str, start: int, end: int) -> Any:
    """Parse the URL of a written link as typed; remove backslashes before brackets only."""
    found = helpers.parseLinkDestination(text, start, end)
    if found.ok:
        typed = text[start : found.pos].removeprefix("<").removesuffix(">")
        found.str = typed.replace("\\(", "(").replace("\\)", ")")
    return found


def _web_address(url: str) -> bool:
    """Return whether a link begins with http:// or https://; others are not made links."""
    return _WEB_ADDRESS.match(url) is not None


def _render_text(
    _renderer: Any, tokens: Sequence[Token], number: int, _options: Any, _env: Any
) -> str:
    """Return a text token as HTML; quotation marks stay, as cleaning an HTML entity takes long."""
    return escape(tokens[number].content, quote=False)


def _make_parser() -> MarkdownIt:
    """Return the parser for comments: no headings, rules, code blocks, pictures or HTML."""
    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": _MOST_LEVELS})
    parser.enable(["blockquote", "list", "newline", "backticks", "emphasis", "link"])
    rules = {rule.name: rule for rule in parser.block.ruler.__rules__}
    quote, items = _quote_when_meant(rules["blockquote"].fn), _list_when_meant(rules["list"].fn)
    parser.block.ruler.at("blockquote", quote, {"alt": ["paragraph", "blockquote", "list"]})
    parser.block.ruler.at("list", items, {"alt": ["paragraph", "blockquote"]})
    parser.inline.ruler.at("backticks", _code_when_meant)
    parser.inline.ruler.at("emphasis", _emphasis_when_meant)
    # Written links keep their characters, too: "&para;" in an address is not a pilcrow.
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]  # It needs these functions only.
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkDestination=_parse_link_destination,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    parser.add_render_rule("text", _render_text)
    parser.validateLink = _web_address  # type: ignore[method-assign]  # As markdown-it documents.
    return parser


_PARSER = _make_parser()
