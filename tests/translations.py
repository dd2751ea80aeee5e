"""Find the sentences of the site that stand outside the catalogue of translations.

`python -m tests.translations [PATH …]` lists them, of everything or of these files and folders. It
sees sentences, and single words where a page shows them or they begin with a capital.
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
# Decision 0025: the command line, the logs and the settings' refusals speak English only.
ENGLISH_ONLY = {
    "blog/cli": "the command line",
    "blog/bench": "what the command line says of a measurement",
    "blog/db": "logs, and errors of a program",
    "blog/demo": "comments of made-up readers",
    "blog/environment.py": "the settings' refusals",
    "blog/settings.py": "the same",
    "blog/web/logs.py": "logs",
    "templates/site/reviews/robots.txt": "read by programs",
    "templates/site/pages/security.txt": "the same",
}


def list_unwrapped(paths: list[Path]) -> list[str]:
    """Return the sentences in these files that go through no catalogue, each with its file."""
    readers = {".py": list_in_module, ".js": list_in_script}
    return [
        f"{path.relative_to(ROOT)}: {' '.join(text.split())}"
        for path in sorted(paths)
        for text in readers.get(path.suffix, list_in_template)(path.read_text(encoding="utf-8"))
    ]


def list_sources(*places: Path) -> list[Path]:
    """Return what may say something to people, of everything or of what is in these places."""
    files = [*BLOG.rglob("*.py"), *TEMPLATES.rglob("*.*"), *SCRIPTS.rglob("*.js")]
    english = [ROOT / name for name in ENGLISH_ONLY]
    return [
        path
        for path in files
        if not any(path.is_relative_to(place) for place in english)
        and (not places or any(path.is_relative_to(place) for place in places))
    ]


# Templates: every word is said that stands in a text or in an attribute that is shown.
WORD = re.compile(r"[A-Za-z]{2,}|\b[AI]\b")
SAID = {"alt", "aria-label", "aria-description", "label", "placeholder", "summary", "title"}
# What a button shows is its value; of other fields it is data.
SHOWN_TYPES = {"submit", "button", "reset"}
# Elements whose words are code, or a key of the keyboard.
LITERAL = {"code", "kbd", "script", "style"}


class ShownText(HTMLParser):
    """Collect what a document says to people: its texts and its attributes that are shown."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = set(SAID)
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
    """Return the words of a template, of HTML or of plain text, that go through no catalogue."""
    env = Environment(extensions=["jinja2.ext.i18n"])
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # The extension adds it.
    texts = ShownText("".join(_write(env.parse(source)))).texts
    return [text for text in texts if WORD.search(text)]


# What of a node is written; of other nodes it is all that stands in them.
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
    """Yield what a template writes by itself, with nothing in place of what it is given."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const):
        yield f" {node.value} " if isinstance(node.value, str) else ""
    elif isinstance(node, nodes.Call | nodes.Assign | nodes.Keyword):
        # What is handed on is said where it is a sentence; a word alone is mostly a name of ours.
        is_said = getattr(getattr(node, "node", None), "name", "") in GETTEXT
        given = node.kwargs if is_said else node.iter_child_nodes()
        yield from (text for each in given for text in _write(each) if " " in text.strip())
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


# Modules and scripts: a sentence has two words side by side, or a word beside what is put in.
_HOLE = re.compile(r"[(“‘]?(\{\}|%\(\w+\)s)[.,;:!?…)”’]*")
_WORD = re.compile(r"[(“‘\"]?[A-Za-z][A-Za-z'’-]*[.,;:!?…)”’'\"]*")
_TITLE = re.compile(r"[A-Z][a-z]+[.…?!]?")
_END = re.compile(r"[A-Z][a-z]+[.…?!]")


def is_sentence(text: str) -> bool:
    """Tell whether a text, with {} for what is put in, has two words that belong together."""
    for pair in pairwise(text.split()):
        has_words = [bool(_WORD.fullmatch(part)) for part in pair]
        if all(has or _HOLE.fullmatch(part) for has, part in zip(has_words, pair, strict=True)):
            said = "".join(part for has, part in zip(has_words, pair, strict=True) if has)
            if len(said) > 1 and not said.isupper():
                return True
    return False


# Strings that are handed to these are matched, stored, logged or sent to programs.
UNSAID_CALLS = re.compile(
    r"^(log|logger)\.|^self\.logger\.|\.(execute|exec_driver_sql|hash|headers\.get|set_cookie)$|"
    r"\.(r?partition|startswith|endswith|removeprefix|removesuffix|config\.update)$|"
    r"^(text|re\.compile|relationship|partial_index|CheckConstraint|Index|UniqueConstraint|"
    r"ForeignKey|TypeVar|LoggedErrors)$|"
    # Errors in a program, and why a letter did not leave: for the log and the command line.
    r"^super\(\)\.__init__$|^(Assertion|Type|Runtime|Key|NotImplemented)Error$|"
    r"^(NothingToSay|Refused|Delayed|Unreachable)Error$"
)
# What browsers and other servers read.
UNSAID_NAMES = re.compile(r"\.headers\[|(POLICY|HEADERS|_REL)$")
FOR_PROGRAMS = {
    "Erased",  # What stands where words were deleted; nobody is shown it.
    "From",
    "From: {}{} <{}>{}",
    "pool timeout",  # For the log.
}


def list_in_module(source: str) -> list[str]:
    """Return the sentences of a module that go through no catalogue."""
    tree = ast.parse(source)
    skipped = {id(node) for node in _unsaid(tree)}
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
    """Yield what goes through the catalogue inside an f-string: Babel finds it in none."""
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


def _unsaid(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes below which nothing is said to people, or is said through the catalogue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                yield node.body[0]
            yield from [node.returns] if isinstance(node, ast.FunctionDef) and node.returns else ()
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in GETTEXT:
                yield from node.args
            elif UNSAID_CALLS.search(name):
                yield node
        elif isinstance(node, ast.Compare):
            yield node
        elif isinstance(node, ast.Assert) and node.msg:
            yield node.msg
        elif isinstance(node, ast.Assign) and UNSAID_NAMES.search(ast.unparse(node.targets[0])):
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
    """Return the sentences of a script; what it says stands in templates/macros/_words.html."""
    strings = [match["string"][1:-1] for match in _TOKEN.finditer(source) if match["string"]]
    texts = [re.sub(r"\$\{[^}]*\}", "{}", text) for text in strings]
    return [text for text in texts if is_sentence(text) or _END.fullmatch(text)]


if __name__ == "__main__":
    lines = list_unwrapped(list_sources(*(Path(name).resolve() for name in sys.argv[1:])))
    print(*lines, sep="\n")  # noqa: T201  # It is a command.
    sys.exit(bool(lines))
