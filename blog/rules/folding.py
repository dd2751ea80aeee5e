"""Convert text to the forms that rules compare: patterns, words, host names."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from blog.rules.models import Kind
from blog.text.folding import fold, fold_line

_STARS = re.compile(r"\*+")
_SLASH = re.compile(r"[/\\]")
_RUN = re.compile(r"[\w.\-]+")
# Korean particles, and text in other scripts without spaces, directly follow a Latin host name.
_BEFORE_PARTICLE = re.compile(
    r"([a-z0-9-]+)[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3]"
)
# The greatest lengths of a host name and of one of its labels, RFC 1035.
HOST_LENGTH = 253
_LABEL_LENGTH = 63


def normalise_pattern(kind: Kind, text: str) -> str:
    """Return a rule's pattern in the form in which patterns are stored and compared."""
    pattern = _STARS.sub("*", fold_line(text))
    return ".".join(labels_of(pattern)) if kind == Kind.DOMAIN else pattern


def split_words(text: str, *, is_pattern: bool = False) -> str:
    """Return the folded words of a text, separated by spaces; a sign such as 💊 or $ is a word.

    With `is_pattern`, wildcards (`*`) are kept.
    """
    folded = fold(text)
    table = {ord(c): _place_of(c) for c in set(folded)}
    if is_pattern:
        table[ord("*")] = "*"
    return " ".join(folded.translate(table).split())


def has_words(pattern: str) -> bool:
    """Return whether a pattern has more than wildcards and punctuation."""
    return bool(split_words(pattern))


def labels_of(host: str) -> tuple[str, ...]:
    """Return the labels of a host name, folded, with punycode (xn--…) decoded."""
    labels = fold(host).replace("。", ".").strip(".").split(".")
    return tuple(_decode(label) for label in labels)


def host_of(address: str) -> str | None:
    """Return the host name of a URL as a browser would parse the URL, or None without a host."""
    try:
        host = urlsplit(address.replace("\\", "/")).hostname
    except ValueError:
        return None
    return unquote(host) if host else None


def list_bare_hosts(text: str) -> list[str]:
    """Return everything in a text that looks like a host name, but not the path of a URL."""
    found: list[str] = []
    for piece in fold(text).replace("。", ".").split():
        if "." in piece:
            part = next(part for part in _SLASH.split(piece) if "." in part)
            for run in _RUN.findall(part):
                found += _hosts_in(run)
    return found


def _hosts_in(run: str) -> list[str]:
    labels = run.strip(".-").split(".")
    if len(labels) < 2:
        return []
    found, begin = [".".join(labels)], 0
    for place, label in enumerate(labels):
        cut = _BEFORE_PARTICLE.match(label) if place > begin else None
        if cut:
            found.append(".".join([*labels[begin:place], cut[1]]))
            begin = place + 1
    return found


@lru_cache(maxsize=4096)
def _place_of(character: str) -> str:
    """Return the replacement of a character for splitting words: itself, a space, or nothing."""
    category = unicodedata.category(character)
    if category[0] in "LNM":
        return character
    # Markdown's code sign may surround part of a word, and pages show the word without it.
    if character == "`":
        return ""
    return f" {character} " if category in ("So", "Sc") else " "


def _decode(label: str) -> str:
    if not label.startswith("xn--") or "*" in label or len(label) > _LABEL_LENGTH:
        return label
    try:
        return fold(label[4:].encode("ascii").decode("punycode"))
    except (UnicodeError, ValueError):
        return label
