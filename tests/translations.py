"""Find the sentences of the site that stand outside the catalogue of translations.

`python -m tests.translations [PATH …]` lists them, of all templates and modules or of these.
"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from tests.plan import BLOG, ROOT

TEMPLATES = ROOT / "templates"
# What is said to people among the attributes of HTML.
SAID = {"alt", "aria-label", "aria-description", "label", "placeholder", "summary", "title"}
# What a button shows is its value; of other inputs it is data.
SHOWING_TYPES = {"submit", "button", "reset"}
WORD = re.compile(r"[A-Za-z]{2,}|\b[AI]\b")
# Elements whose words are code, or a key of the keyboard.
LITERAL = {"code", "kbd", "script", "style"}
FOR_MACHINES = {"robots.txt", "security.txt"}
GETTEXT = {"_", "gettext", "ngettext", "lazy_gettext"}


class _Said(HTMLParser):
    """Collect what a document says to people, each with its line."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[int, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = SAID | ({"value"} if given.get("type") in SHOWING_TYPES else set())
        if tag == "meta" and "description" in given.get("name", given.get("property", "")):
            names.add("content")
        for name in names & given.keys():
            self.said.append((self.getpos()[0], given[name]))
        if tag in LITERAL:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.said.append((self.getpos()[0], data))


def list_in_template(path: Path) -> list[str]:
    """Return the sentences of a template that go through no catalogue, each with its place."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))
    text = "".join(_flatten(tree))
    if path.suffix in (".html", ".xml"):
        parser = _Said()
        parser.feed(text)
        said = parser.said
    else:
        said = [(number, line) for number, line in enumerate(text.splitlines(), start=1)]
    found = [words.strip() for _, words in said if WORD.search(words)]
    return [f"{path.relative_to(ROOT)}: {' '.join(words.split())}" for words in found]


# What these hold is compared, looked up or loaded, and not written.
_SILENT = (
    *(nodes.Compare, nodes.Test, nodes.Getitem),
    *(nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport),
)


def _flatten(node: nodes.Node) -> Iterator[str]:
    """Yield what a template writes by itself, with nothing in place of what it is given."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const):
        # A word alone is a name of ours, unless the page begins a sentence or a label with it.
        yield f" {node.value} " if isinstance(node.value, str) else ""
    elif isinstance(node, nodes.Assign):
        yield from (f" {text} " for text in _flatten(node.node) if " " in text.strip())
    elif isinstance(node, nodes.CondExpr):
        yield from _flatten(node.expr1)
        yield from _flatten(node.expr2) if node.expr2 else ()
    elif isinstance(node, nodes.Call):
        name = getattr(node.node, "name", getattr(node.node, "attr", ""))
        if name not in GETTEXT:
            given = [*node.args, *(kwarg.value for kwarg in node.kwargs)]
            yield from (
                f" {text} " for each in given for text in _flatten(each) if " " in text.strip()
            )
    elif isinstance(node, nodes.Filter):
        yield from _flatten(node.node) if node.node else ()
        if node.name in ("default", "format", "join"):
            yield from (text for each in node.args for text in _flatten(each))
    elif isinstance(node, _SILENT):
        return
    elif isinstance(node, nodes.If):
        for part in (*node.body, *node.elif_, *node.else_):
            yield from _flatten(part)
    elif isinstance(node, nodes.For):
        for part in (*node.body, *node.else_):
            yield from _flatten(part)
    elif isinstance(node, nodes.And | nodes.Or):
        # `x and "words"` writes the words.
        yield from _flatten(node.right)
    elif isinstance(node, nodes.With):
        for value in node.values:
            yield from (f" {text} " for text in _flatten(value) if " " in text.strip())
        for part in node.body:
            yield from _flatten(part)
    else:
        for child in node.iter_child_nodes():
            yield from _flatten(child)


# Strings in calls of these are no sentences for people on pages, or are said in English alone.
UNSAID_CALLS = re.compile(
    r"^(log|logger|_log|LOG)\.|\.(execute|extra)$|^(text|re\.compile|CheckConstraint|Index|"
    r"UniqueConstraint|ForeignKey|click\.option|click\.argument|click\.Choice|getLogger)$"
)
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? +(%|\{|[A-Za-z]{1,})|^[A-Z][a-z]+[.…?!]?$")
# Errors in a program, which no person meets.
BUGS = {"AssertionError", "TypeError", "RuntimeError", "KeyError", "NotImplementedError"}


def list_in_module(path: Path) -> list[str]:
    """Return the sentences of a module that go through no catalogue, each with its place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    skipped = {id(node) for node in _unsaid(tree)}

    def visit(node: ast.AST) -> None:
        if id(node) in skipped:
            return
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
            note(node, text)
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    visit(part.value)
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            note(node, node.value)
        for child in ast.iter_child_nodes(node):
            visit(child)

    def note(node: ast.expr, text: str) -> None:
        if SENTENCE.search(text):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {' '.join(text.split())}")

    visit(tree)
    return found


def _unsaid(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes below which nothing is said to people, or is said through the catalogue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                yield node.body[0]
            if isinstance(node, ast.FunctionDef):
                yield from (each for each in [node.returns] if each)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in GETTEXT or UNSAID_CALLS.search(name) or name in BUGS:
                yield node
        elif isinstance(node, ast.Assert) and node.msg:
            yield node.msg
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            yield node.annotation
        elif isinstance(node, ast.Subscript):
            yield node.slice


def list_unwrapped(paths: list[Path]) -> list[str]:
    """Return the sentences in these templates and modules that go through no catalogue."""
    return [
        found
        for path in sorted(paths)
        for found in (list_in_module(path) if path.suffix == ".py" else list_in_template(path))
    ]


def list_sources() -> list[Path]:
    """Return the templates and modules that may say something to people."""
    found = (path for path in (*BLOG.rglob("*.py"), *TEMPLATES.rglob("*.*")) if path.is_file())
    return [path for path in found if path.name not in FOR_MACHINES]


if __name__ == "__main__":
    given = [Path(name).resolve() for name in sys.argv[1:]]
    paths = [each for path in given for each in (path.rglob("*.*") if path.is_dir() else [path])]
    lines = list_unwrapped([path for path in paths if path.suffix != ".pyc"] or list_sources())
    print(*lines, sep="\n")  # noqa: T201  # It is a command.
    sys.exit(bool(lines))
