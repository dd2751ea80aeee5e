"""What README, the documents for operators and the files of deploy/ tell people to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "docs" / "deploy.md", ROOT / "docs" / "operations.md"]
DEPLOYED = sorted(
    path
    for path in (ROOT / "deploy").rglob("*")
    if path.is_file() and path.suffix not in (".html", ".json", ".pyc")
)
CODE = "/opt/second-lead/current"
_BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = r"(?:second-lead|(?:\.venv/bin/)?flask --app wsgi) [a-z-][^`\n]*"
_INLINE = re.compile(rf"`({_COMMAND})`")
_SEPARATORS = {"&&", "||", ";", "|", "&", ">", ">>", "<", "<<", "do", "then", "done", "("}


@dataclass(frozen=True, kw_only=True)
class Block:
    """A code block of a document; `reason` says why no test runs it, and is "" if one does."""

    document: Path
    heading: str
    kind: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.document.name}, {self.heading}"


def list_blocks(document: Path) -> list[Block]:
    text = document.read_text()
    return [
        Block(
            document=document,
            heading=re.findall(r"^#+ (.+)$", text[: match.start()], re.MULTILINE)[-1],
            kind=match["kind"],
            text=match["text"],
            reason=match["reason"] or "",
        )
        for match in _BLOCK.finditer(text)
    ]


BLOCKS = [block for document in DOCUMENTS for block in list_blocks(document)]
SHELL = [block for block in BLOCKS if block.kind == "sh"]


def list_calls(text: str) -> Iterator[list[str]]:
    """Yield the words of each simple command of a shell script."""
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars=";|&<>()\n")
    lexer.whitespace, lexer.whitespace_split = " \t\r", True
    call: list[str] = []
    for word in lexer:
        if word in _SEPARATORS or not word.strip("\n;"):
            if call:
                yield call
            call = []
        else:
            call.append(word)
    if call:
        yield call


def list_commands() -> list[tuple[str, list[str]]]:
    """Return each command of the site that something tells to type, as (where, words)."""
    found = [(str(block), call) for block in BLOCKS for call in list_calls(block.text)]
    for path in (*DOCUMENTS, *DEPLOYED):
        lines = path.read_text()
        texts = _INLINE.findall(lines)
        if path in DEPLOYED:
            plain = lines.replace(f"{CODE}/.venv/bin/", "")
            texts += re.findall(r"^(?:ExecStart=| *)(flask --app wsgi .+)$", plain, re.MULTILINE)
            texts += [_unlist(line) for line in re.findall(r'\["flask".+\]', lines)]
        found += [(path.name, call) for text in texts for call in list_calls(text)]
    return [(where, words) for where, call in found if (words := _words(call))]


def _unlist(line: str) -> str:
    return " ".join(re.findall(r'"([^"]+)"', line))


def _words(call: list[str]) -> list[str]:
    """Return the words after `second-lead` or `flask --app wsgi`; nothing for other programs."""
    if call[:2] == ["second-lead", "--settings"]:
        return call[3:]
    if call[0] == "second-lead":
        return call[1:]
    for place, word in enumerate(call):
        if word.endswith("flask") and call[place + 1 : place + 3] == ["--app", "wsgi"]:
            return call[place + 3 :]
    return []
