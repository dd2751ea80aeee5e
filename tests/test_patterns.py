"""The time of each regular expression grows in proportion to the text, even for its worst texts."""

import ast
import importlib
import re
import timeit
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from time import process_time

import pytest

from tests.costs import cost_ratio
from tests.plan import TREES

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[1]
LENGTH = 4_000
LONGER = 8
# A text of 8 times the length may take 16 times as long; quadratic time would be 64 times as long.
MOST = 16

Make = Callable[[int], str]


def many(piece: str, before: str = "", after: str = "") -> Make:
    """Return a function of a length that repeats `piece` to about that length.

    `before` and `after` are added to the text once.
    """
    return lambda length: before + piece * (length // len(piece)) + after


# For each pattern: the method that the code calls, and the texts for which the pattern is slowest.
WORST: dict[str, tuple[str, list[Make]]] = {
    "text.comment_markdown._QUOTE_LINE": (
        "match",
        [many(" ", ">", "."), many(".", "> "), many("> ")],
    ),
    "text.comment_markdown._QUOTE_MARKS": ("match", [many("> "), many(" ", ">"), many(">", "   ")]),
    "text.review_markdown._TYPED_LINK": (
        "findall",
        [many('<a href="'), many("<a "), many("a", '<a href="')],
    ),
    "text.dressing._TAG": (
        "findall",
        [many("<p"), many('<p a="'), many(' a="b"', "<p"), many("a", "<"), many(" a", "<p")],
    ),
    "web.request_ids._FROM_PROXY": ("fullmatch", [many("a"), many("a", "-"), many("aaaa-")]),
    "web.log_lines._VARIABLE": ("sub", [many("<"), many("<a"), many("<a:"), many("a", "<", ":")]),
    "web.masking._TOKEN": ("sub", [many("/mail/"), many("a", "/drafts/"), many("/drafts/a ")]),
    "text.dressing._ALIGN": ("sub", [many(" align="), many(' align="'), many(' align="left')]),
    "text.dressing._PIXELS": ("fullmatch", [many("9")]),
    "text.dressing._ATTRIBUTE": ("findall", [many(' a="'), many(" a"), many("a", " ")]),
    "text.faces._BETWEEN_STARS": (
        "match",
        [many("*"), many("^", "*"), many("^*", "**"), many("゜", "*")],
    ),
    "text.faces._BETWEEN_BRACKETS": ("match", [many("^"), many(" "), many("^ ")]),
    "text.faces._TWICE": ("match", [many("-"), many(" ", "-"), many("- ")]),
    "text.comment_markdown._LIST_LINE": (
        "match",
        [many(" ", "-"), many(" "), many("1"), many(" ", "1.")],
    ),
    "text.comment_markdown._WEB_ADDRESS": ("match", [many("h"), many("a", "https://")]),
    "site.browser._TOKEN": ("fullmatch", [many("0")]),
    "site.comments.forms._RANDOM_ID": ("fullmatch", [many("0")]),
    "site.reviews.plates._DIGITS": ("split", [many("1"), many("1a")]),
    "site.reviews.plates._HANGUL": ("search", [many("a")]),
    "site.reviews.plates._LATIN": ("search", [many("가")]),
    "site.comments.forms._SECONDS": ("fullmatch", [many("1"), many("1", "1.")]),
    "text.likeness._NO_LETTERS": ("sub", [many(" "), many("_a")]),
    "text.likeness._NUMBERS": ("sub", [many("1"), many("1a")]),
    "desk.drafts.forms._COMMA": ("split", [many(","), many("a"), many("、a")]),
    "desk.drafts.forms._POSITION": ("sub", [many("["), many("1", "["), many("[1]")]),
    "desk.drafts.forms._ROW": (
        "fullmatch",
        [many("1", "drama-cast-"), many("a", "drama-cast-1-", "!"), many("drama-cast-")],
    ),
    "desk.drafts.forms._ROW_ACTION": ("fullmatch", [many("1", "up-cast-"), many("up-")]),
    "desk.log.filters._DAY": ("fullmatch", [many("1")]),
    "desk.log.views._FORMULA": ("match", [many(" "), many("\u200b", "", "x"), many("\n")]),
    "environment._CONTROLS": ("search", [many("a"), many("\x00")]),
    "environment._HOST": ("fullmatch", [many(":", "", "x"), many("a", "", "/"), many("a:")]),
    "environment._TOKEN": ("fullmatch", [many("a"), many("a", "", "!")]),
    "monitoring.forwarding._TOKEN": ("fullmatch", [many("1"), many("0", "1-")]),
    "environment._KEY": ("fullmatch", [many("a")]),
    "web.assets._IMPORT": (
        "findall",
        [many("import "), many(" from", "} "), many('import ".a\n'), many("a", 'import "./')],
    ),
    "web.assets._VERSIONED": ("fullmatch", [many("0"), many("0", "0" * 12 + "/", "\n")]),
    "web.masking._IPV4": ("sub", [many("1"), many("1."), many("1.1.1.")]),
    "web.masking._LOOKS_LIKE_ADDRESS": (
        "sub",
        [many("a"), many("a:g"), many(":"), many("1."), many("a:")],
    ),
    "text.markup._HREF": ("findall", [many('<a href="'), many("a", '<a href="')]),
    "text.markup._PICTURE_VALUES[img.src]": ("fullmatch", [many("0", "/media/")]),
    "text.markup._PICTURE_VALUES[img.srcset]": (
        "fullmatch",
        [many(f"/media/{'0' * 32}.webp 9w, "), many("9", f"/media/{'0' * 32}.webp ")],
    ),
    "text.markup._PICTURE_VALUES[source.srcset]": (
        "fullmatch",
        [many(f"/media/{'0' * 32}.avif 9w, "), many("9", f"/media/{'0' * 32}.avif ")],
    ),
    "text.markup._PICTURE_VALUES[source.type]": ("fullmatch", [many("image/avif")]),
    "text.scripts._NOT_ARABIC": ("search", [many("\u0627")]),
    "text.scripts._NOT_LATIN": ("findall", [many("a"), many("가a")]),
    "text.scripts._RUNS": ("findall", [many("가"), many("가a"), many(" "), many("\u2014")]),
    "text.review_markdown._TAG": ("findall", [many("<a"), many("<"), many("a")]),
    "text.web_addresses._SCHEME": ("findall", [many("http://"), many("h"), many("http:/")]),
    "text.web_addresses._ANYTHING": ("match", [many("a"), many("\n")]),
    "desk.bulks.forms._KEY": ("fullmatch", [many("0")]),
    "notices.tokens._TOKEN": ("fullmatch", [many("1", "stop-"), many("0", "confirm-1-")]),
    "outbox.transports._ENHANCED": ("search", [many("2"), many("2."), many("2.1")]),
    "site.pages.views._HEADING": (
        "search",
        [many(" "), many("#"), many(" ", "#"), many(" ", "# a", "b"), many("a ", "# ")],
    ),
    "backups.archive.MEMBER_NAME": ("fullmatch", [many("a", "media/"), many("a", "media/", ".w")]),
    "backups.folder._NAME": ("fullmatch", [many("1", "second-lead-")]),
    "backups.folder._PLACE": ("fullmatch", [many("a", ".second-lead-")]),
    "db.pg_programs._VERSION": ("search", [many("(PostgreSQL) "), many("(")]),
    "db.paging._CURSOR": ("fullmatch", [many("1"), many("1-"), many("1.")]),
    "site.reviews.feeds._NOT_XML": ("sub", [many("\x00"), many("a")]),
    "manuscripts.front_matter._FENCE": (
        "search",
        [many("-", "", " x"), many(" ", "---", "x"), many("\n", "---", "x"), many("- ")],
    ),
    "text.times._TIME": (
        "fullmatch",
        [many("1"), many(" ", "2021-03-14"), many("1", "2021-03-14 18:30:00.", "x")],
    ),
    "exports.pictures._HASH": ("fullmatch", [many("a"), many("a", "", "!")]),
    "exports.pictures._NAME": ("fullmatch", [many("a"), many("a.")]),
    "manuscripts.fields._RATING": ("fullmatch", [many("1"), many("1", "1.")]),
    "manuscripts.fields._SLUG": ("fullmatch", [many("a", "", "!"), many("a-")]),
    "manuscripts.fields._TAG": (
        "fullmatch",
        [many("a", "", "!"), many("a-"), many("a+", "", "!")],
    ),
    "desk.rules.forms._HOST": ("fullmatch", [many("a", "", "!"), many("a."), many("-.", "", "!")]),
    "rules.folding._BEFORE_PARTICLE": ("match", [many("a"), many("-")]),
    "rules.folding._RUN": ("findall", [many("a"), many("a/")]),
    "rules.folding._SLASH": ("split", [many("/"), many("a")]),
    "rules.folding._STARS": ("sub", [many("*"), many("*a")]),
    "text.folding._ACCENTS": ("sub", [many("\u0301"), many("a\u0301")]),
    "text.folding._NO_PARTS": ("findall", [many("a"), many("aㄱ")]),
    "text.folding._PARTS_OF_SYLLABLE": ("findall", [many("ㄱ"), many("ㄱㅏ"), many("ㄱㅏㄱ")]),
    "text.folding._VARIANTS": ("sub", [many("\ufe0f"), many("a")]),
    "text.review_markdown._DESTINATION": (
        "findall",
        [many("]("), many(" ", "]("), many("\n[a]:"), many("[", "["), many("   [a\n")],
    ),
    "text.normalising._BREAKS": ("sub", [many("\n"), many("\na"), many("\u2029")]),
    "text.normalising._CONTROLS": ("sub", [many("\x00"), many("a\x00")]),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "blog").rglob("*.py")):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


@cache
def patterns() -> dict[str, re.Pattern]:
    """Return every compiled pattern in the modules of blog/, by module and variable name."""
    found = {}
    for module, path in modules():
        if "re.compile" in path.read_text():
            for name, value in vars(importlib.import_module(module)).items():
                found |= dict(inside(value, f"{module.removeprefix('blog.')}.{name}"))
    return found


def inside(value: object, name: str) -> Iterator[tuple[str, re.Pattern]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from inside(item, f"{name}[{place}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from inside(item, f"{name}[{key}]")


def test_every_pattern_of_blog_has_worst_texts():
    assert sorted(patterns()) == sorted(WORST)


def test_every_pattern_is_compiled_at_the_top_of_a_module():
    """Check that no function compiles a pattern, because `patterns` would not find the pattern."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for module, path in modules()
        for is_inner, call in calls(TREES[module])
        if ast.unparse(call.func).startswith("re.")
        and (is_inner or ast.unparse(call.func) != "re.compile")
    ]
    assert not found


def calls(tree: ast.Module) -> Iterator[tuple[bool, ast.Call]]:
    """Yield each call as (whether the call is inside a function, node)."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, functions)
        for node in ast.walk(function)
    }
    yield from ((id(node) in inner, node) for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("name", WORST)
def test_eight_times_the_text_takes_no_more_than_sixteen_times_as_long(name):
    pattern, (method, texts) = patterns()[name], WORST[name]
    for make in texts:
        cheap = partial(cost, pattern, method, make(LENGTH))
        dear = partial(cost, pattern, method, make(LENGTH * LONGER))
        assert cost_ratio(dear, cheap, most=MOST) <= MOST, make(40)


def cost(pattern: re.Pattern, method: str, text: str) -> float:
    """Return the processor time of one call in seconds, measured for at least 2 milliseconds."""
    call = getattr(pattern, method)
    use = (lambda: call("", text)) if method == "sub" else (lambda: call(text))
    timer = timeit.Timer(use, timer=process_time)
    number = 1
    while (taken := timer.timeit(number)) < 0.002:
        number *= 4
    return taken / number
