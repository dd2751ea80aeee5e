"""Find the sentences of the site that are not in the catalogue of translations.

`python -m tests.translations [PATH …]` lists them for the whole site or for these files and
folders. It finds sentences, and single words if a page shows them or they begin with a capital.
"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, nodes

from tests.plan import BLOG, ROOT

TEMPLATES = ROOT / "templates"
SCRIPTS = ROOT / "static" / "js"
GETTEXT = {"_", "gettext", "ngettext", "lazy_gettext"}
# Decision 0025: the command line, the logs and error messages about settings are in English only.
ENGLISH_ONLY = {
    "blog/cli": "the command line",
    "blog/backups": "error messages on the command line",
    "blog/bench": "output of a measurement on the command line",
    "blog/db": "logs and internal errors",
    "blog/demo": "comments of made-up readers",
    "blog/environment.py": "error messages about settings",
    "blog/monitoring": "output of the command line",
    "blog/settings.py": "error messages about settings",
    "blog/failures.py": "logs",
    "blog/web/log_lines.py": "logs",
    "blog/site/monitoring": "read by programs",
    "blog/web/logs.py": "logs",
    "blog/web/masking.py": "logs",
    "blog/web/measuring.py": "read by programs",
    "templates/site/reviews/robots.txt": "read by programs",
    "templates/site/pages/security.txt": "read by programs",
}


def list_unwrapped(paths: list[Path]) -> list[str]:
    """Return the sentences in these files that are not in the catalogue, as "path: sentence"."""
    readers = {".py": list_in_module, ".js": list_in_script}
    return [
        f"{path.relative_to(ROOT)}: {' '.join(text.split())}"
        for path in sorted(paths)
        for text in readers.get(path.suffix, list_in_template)(path.read_text(encoding="utf-8"))
    ]


def list_sources(*places: Path) -> list[Path]:
    """Return the source files that may contain texts for people, in `places` or in all folders."""
    files = [*BLOG.rglob("*.py"), *TEMPLATES.rglob("*.*"), *SCRIPTS.rglob("*.js")]
    english = [ROOT / name for name in ENGLISH_ONLY]
    return [
        path
        for path in files
        if not any(path.is_relative_to(place) for place in english)
        and (not places or any(path.is_relative_to(place) for place in places))
    ]


# In a template, every word of a text or of a shown attribute is checked.
WORD = re.compile(r"[A-Za-z]{2,}|\b[AI]\b")
SHOWN_ATTRIBUTES = {
    "alt",
    "aria-label",
    "aria-description",
    "label",
    "placeholder",
    "summary",
    "title",
}
# The types of <input> whose value is shown; the value of other types is data.
SHOWN_TYPES = {"submit", "button", "reset"}
# Elements that contain code or the name of a key.
LITERAL = {"code", "kbd", "script", "style"}


class ShownText(HTMLParser):
    """A parser that collects the texts and shown attributes of an HTML document in `texts`."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = set(SHOWN_ATTRIBUTES)
        if tag == "input" and given.get("type") in SHOWN_TYPES:
            names.add("value")
        if tag == "meta" and "description" in given.get("name", given.get("property", "")):
            names.add("content")
        if given.get("id") == "script-words":
            names |= {name for name in given if name.startswith("data-")}
        self.texts += [given[name] for name in names & given.keys()]
        if tag in LITERAL:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.texts.append(data)


def list_in_template(source: str) -> list[str]:
    """Return the texts of an HTML or plain-text template that are not in the catalogue."""
    env = Environment(extensions=["jinja2.ext.i18n"])
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # The extension adds it.
    texts = ShownText("".join(_write(env.parse(source)))).texts
    return [text for text in texts if WORD.search(text)]


# For some nodes of a template, the fields that are part of its output; for others all fields are.
WRITTEN: dict[type[nodes.Node], tuple[str, ...]] = {
    nodes.If: ("body", "elif_", "else_"),
    nodes.For: ("body", "else_"),
    nodes.CondExpr: ("expr1", "expr2"),
    nodes.And: ("right",),
    nodes.Or: ("right",),
    **dict.fromkeys((nodes.Compare, nodes.Test, nodes.Getitem), ()),
    **dict.fromkeys((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport), ()),
}
WRITING_FILTERS = {"default", "format", "join"}


def _write(node: nodes.Node) -> Iterator[str]:
    """Yield the texts that a template node outputs itself, without the values of variables."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const):
        yield f" {node.value} " if isinstance(node.value, str) else ""
    elif isinstance(node, nodes.Call | nodes.Assign | nodes.Keyword):
        # Of arguments only sentences are texts for people; a single word is mostly a name.
        is_gettext = getattr(getattr(node, "node", None), "name", "") in GETTEXT
        arguments = node.kwargs if is_gettext else node.iter_child_nodes()
        yield from (text for each in arguments for text in _write(each) if " " in text.strip())
    elif isinstance(node, nodes.Filter):
        yield from _write(node.node) if node.node else ()
        if node.name in WRITING_FILTERS:
            yield from (text for each in node.args for text in _write(each))
    elif isinstance(node, nodes.With):
        yield from (text for each in node.values for text in _write(each) if " " in text.strip())
        yield from (text for each in node.body for text in _write(each))
    elif isinstance(node, nodes.Block) and node.name == "body_class":
        return
    else:
        written = WRITTEN.get(type(node))
        for child in node.iter_child_nodes(only=written) if written != () else ():
            yield from _write(child)


# In modules and scripts, a sentence has two adjacent words, or a word next to a placeholder.
_HOLE = re.compile(r"[(“‘]?(\{\}|%\(\w+\)s)[.,;:!?…)”’]*")
_WORD = re.compile(r"[(“‘\"]?[A-Za-z][A-Za-z'’-]*[.,;:!?…)”’'\"]*")
_TITLE = re.compile(r"[A-Z][a-z]+[.…?!]?")
_END = re.compile(r"[A-Z][a-z]+[.…?!]")


def is_sentence(text: str) -> bool:
    """Return whether a text has two adjacent words, or a word next to the placeholder {}."""
    for pair in pairwise(text.split()):
        has_words = [bool(_WORD.fullmatch(part)) for part in pair]
        if all(has or _HOLE.fullmatch(part) for has, part in zip(has_words, pair, strict=True)):
            words = "".join(part for has, part in zip(has_words, pair, strict=True) if has)
            if len(words) > 1 and not words.isupper():
                return True
    return False


# Calls whose string arguments are matched, stored, logged or sent to programs.
INTERNAL_CALLS = re.compile(
    r"^(log|logger)\.|^self\.logger\.|\.(execute|exec_driver_sql|hash|headers\.get|set_cookie)$|"
    r"\.(r?partition|startswith|endswith|removeprefix|removesuffix|config\.update)$|"
    r"^(text|re\.compile|relationship|partial_index|CheckConstraint|Index|UniqueConstraint|"
    r"ForeignKey|TypeVar|LoggedErrors)$|"
    # Internal errors and reasons why a mail was not sent: for the log and the command line.
    r"^super\(\)\.__init__$|^(Assertion|Type|Runtime|Key|NotImplemented)Error$|"
    r"^(NothingToSay|Refused|Delayed|Unreachable)Error$"
)
# Variables whose strings are read by browsers and other servers.
INTERNAL_NAMES = re.compile(r"\.headers\[|(POLICY|HEADERS|_REL)$")
FOR_PROGRAMS = {
    "Erased",  # The stored text of deleted comments; no page shows this word.
    "From",
    "From: {}{} <{}>{}",
    "pool timeout",  # For the log.
}


def list_in_module(source: str) -> list[str]:
    """Return the sentences of a Python module that are not in the catalogue."""
    tree = ast.parse(source)
    skipped = {id(node) for node in _skipped(tree)}
    found = []

    def visit(node: ast.AST) -> None:
        if id(node) in skipped:
            return
        text = _text_of(node)
        if text not in FOR_PROGRAMS and (is_sentence(text) or _TITLE.fullmatch(text)):
            found.append(text)
        for child in ast.iter_child_nodes(node):
            if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
                visit(child)

    visit(tree)
    return [*found, *_hidden_in_strings(tree)]


def _hidden_in_strings(tree: ast.Module) -> Iterator[str]:
    """Yield the gettext calls inside f-strings, because Babel does not find them there."""
    for string in ast.walk(tree):
        for call in ast.walk(string) if isinstance(string, ast.JoinedStr) else ():
            if isinstance(call, ast.Call) and ast.unparse(call.func) in GETTEXT:
                yield ast.unparse(call)


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(
            getattr(part, "value", "") if isinstance(part, ast.Constant) else "{}"
            for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _skipped(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that contain no text for people, or only texts in the catalogue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                yield node.body[0]
            yield from [node.returns] if isinstance(node, ast.FunctionDef) and node.returns else ()
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in GETTEXT:
                yield from node.args
            elif INTERNAL_CALLS.search(name):
                yield node
        elif isinstance(node, ast.Compare):
            yield node
        elif isinstance(node, ast.Assert) and node.msg:
            yield node.msg
        elif isinstance(node, ast.Assign) and INTERNAL_NAMES.search(ast.unparse(node.targets[0])):
            yield node
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            yield node.annotation
        elif isinstance(node, ast.Subscript):
            yield node.slice


_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|new Error\([^\n]*?\)|"
    r"(?:querySelector(?:All)?|matches|closest)(?:\?\.)?\((?:\"[^\"]*\"|`[^`]*`)|"
    r"(?P<string>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)",
    re.DOTALL,
)


def list_in_script(source: str) -> list[str]:
    """Return the sentences of a script, which belong in templates/macros/_words.html instead."""
    strings = [match["string"][1:-1] for match in _TOKEN.finditer(source) if match["string"]]
    texts = [re.sub(r"\$\{[^}]*\}", "{}", text) for text in strings]
    return [text for text in texts if is_sentence(text) or _END.fullmatch(text)]


if __name__ == "__main__":
    lines = list_unwrapped(list_sources(*(Path(name).resolve() for name in sys.argv[1:])))
    print(*lines, sep="\n")  # noqa: T201  # This is the output of a command.
    sys.exit(bool(lines))
