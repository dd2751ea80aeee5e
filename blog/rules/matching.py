"""Whether a rule catches a comment: words and addresses, `*` for any run of characters.

Nothing that people typed becomes a program. A pattern is cut at its `*`, and its pieces are looked
for from left to right, each once; what was found is never given back.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from blog.rules.folding import (
    HOST_LENGTH,
    fold,
    fold_line,
    host_of,
    labels_of,
    list_bare_hosts,
    split_words,
)
from blog.rules.models import Action, Draft, Kind, Rule
from blog.text.language import gettext as _
from blog.text.language import ngettext

# So long may the words be that say what caught a comment.
DETAIL_LENGTH = 200
# A pattern longer than that is named by its rule's number.
SHOWN_LENGTH = 60


class Words:
    """Hold the words of a text in a row, with a space before and after each."""

    def __init__(self, text: str) -> None:
        """Take a text as it was typed."""
        self.joined = f" {split_words(text)} "

    @cached_property
    def every(self) -> list[str]:
        """Return each word."""
        return self.joined.split()

    @cached_property
    def starts(self) -> list[int]:
        """Return where the space before each word stands, and last the one behind them all."""
        return [0, *accumulate(len(word) + 1 for word in self.every)]

    def find_place(self, position: int) -> int:
        """Return which word stands there."""
        return bisect_right(self.starts, position - 1) - 1

    def find_end(self, place: int) -> int:
        """Return where the word ends, and the space begins that follows it."""
        return self.starts[place + 1]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Be what rules look at: a comment as it arrived, or as it is kept.

    `links` is where its links lead, `client_names` what its address is called today and was called
    yesterday.
    """

    author_name: str
    author_email: str | None
    body: str
    links: Sequence[str] = ()
    owner_hash: str | None = None
    client_names: Sequence[str] = ()

    @cached_property
    def words(self) -> Words:
        """Return its words in a row."""
        return Words(self.body)

    @cached_property
    def addresses(self) -> list[str]:
        """Return where its links lead, folded."""
        return [fold(link) for link in self.links]

    @cached_property
    def hosts(self) -> list[tuple[str, ...]]:
        """Return the labels of every host that it links to or names, the last of a long one."""
        linked = [host for host in map(host_of, self.links) if host]
        named = linked + list_bare_hosts(self.body)
        return list(dict.fromkeys(labels_of(host[-HOST_LENGTH:]) for host in named))

    @cached_property
    def domains(self) -> frozenset[str]:
        """Return the hosts and every domain above them."""
        return frozenset(
            ".".join(labels[place:]) for labels in self.hosts for place in range(len(labels))
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """Say what caught a comment, for a moderator to read, and whether it goes straight to spam."""

    detail: str | None
    is_spam: bool


def judge(*, rules: Iterable[Rule], candidate: Candidate) -> Judgement:
    """Return what the rules say of a comment; without a detail none caught it."""
    caught = [rule for rule in rules if catches(rule, candidate)]
    caught.sort(key=lambda rule: rule.action != Action.SPAM)
    is_spam = any(rule.action == Action.SPAM for rule in caught)
    return Judgement(detail=_join([label_of(rule) for rule in caught]), is_spam=is_spam)


def catches(rule: Rule | Draft, candidate: Candidate) -> bool:
    """Tell whether a rule catches a comment."""
    match rule.kind:
        case Kind.WORD:
            return _read_phrase(rule.pattern).stands_in(candidate.words)
        case Kind.LINK:
            return _matches_any(rule.pattern, candidate.addresses)
        case Kind.DOMAIN:
            if "*" not in rule.pattern:
                return rule.pattern in candidate.domains
            labels = _read_labels(rule.pattern)
            return any(_is_within(labels, host) for host in candidate.hosts)
        case Kind.EMAIL:
            email = candidate.author_email
            return email is not None and _matches_any(rule.pattern, [fold(email)])
        case Kind.NAME:
            return _matches_any(rule.pattern, [fold_line(candidate.author_name)])
        case Kind.BROWSER:
            return rule.pattern == candidate.owner_hash
        case Kind.CLIENT:
            return rule.pattern in candidate.client_names


def label_of(rule: Rule) -> str:
    """Name a rule as it stands beside a comment that it caught."""
    # The address somebody gave is not kept for longer than with their comment.
    is_private = rule.kind == Kind.EMAIL and not rule.pattern.startswith("*")
    is_long = len(rule.pattern) > SHOWN_LENGTH
    if is_private or is_long or not rule.kind.is_typed:
        return _name_by_number(rule)
    return _name_by_pattern(rule)


def _name_by_number(rule: Rule) -> str:
    names = {
        Kind.WORD: _("word of rule %(number)s", number=rule.id),
        Kind.LINK: _("link of rule %(number)s", number=rule.id),
        Kind.DOMAIN: _("domain of rule %(number)s", number=rule.id),
        Kind.EMAIL: _("e-mail of rule %(number)s", number=rule.id),
        Kind.NAME: _("name of rule %(number)s", number=rule.id),
        Kind.BROWSER: _("browser of no. %(number)s", number=rule.comment_id),
        Kind.CLIENT: _("address of no. %(number)s", number=rule.comment_id),
    }
    return names[rule.kind]


def _name_by_pattern(rule: Rule) -> str:
    names = {
        Kind.WORD: _("word “%(pattern)s”", pattern=rule.pattern),
        Kind.LINK: _("link %(pattern)s", pattern=rule.pattern),
        Kind.DOMAIN: _("domain %(pattern)s", pattern=rule.pattern),
        Kind.EMAIL: _("e-mail %(pattern)s", pattern=rule.pattern),
        Kind.NAME: _("name “%(pattern)s”", pattern=rule.pattern),
    }
    return names[rule.kind]


class Phrase:
    """Be the words of a pattern, each cut at its `*`."""

    def __init__(self, pattern: str) -> None:
        """Take a pattern; a `*` that stands alone at either end asks for nothing."""
        words = split_words(pattern, is_pattern=True).split()
        inner = [place for place, word in enumerate(words) if word != "*"]
        words = words[inner[0] : inner[-1] + 1] if inner else words[:1]
        self.joined = f" {' '.join(words)} "
        self.words = [word.split("*") for word in words]
        pieces = [(piece, place) for place, word in enumerate(self.words) for piece in word]
        # The longest piece is the rarest; where it does not stand, nothing need be looked at.
        self.piece, self.place = max(pieces, key=lambda pair: len(pair[0]), default=("", 0))

    def stands_in(self, words: Words) -> bool:
        """Tell whether the words stand in a text in a row."""
        if "*" not in self.joined:
            return self.joined in words.joined
        if not self.piece:
            return bool(words.every)
        position = words.joined.find(self.piece)
        while position >= 0:
            place = words.find_place(position)
            if self._begins_at(place - self.place, words.every):
                return True
            position = words.joined.find(self.piece, words.find_end(place))
        return False

    def _begins_at(self, place: int, words: Sequence[str]) -> bool:
        if place < 0 or place + len(self.words) > len(words):
            return False
        return all(
            matches(pieces, words[place + offset]) for offset, pieces in enumerate(self.words)
        )


def matches(pieces: Sequence[str], text: str) -> bool:
    """Tell whether a text is these pieces with anything, or nothing, between them."""
    if len(pieces) == 1:
        return pieces[0] == text
    first, *middle, last = pieces
    position, end = len(first), len(text) - len(last)
    if position > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for piece in middle:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _matches_any(pattern: str, texts: Iterable[str]) -> bool:
    pieces = pattern.split("*")
    return any(matches(pieces, text) for text in texts)


def _is_within(pattern: Sequence[Sequence[str]], host: Sequence[str]) -> bool:
    """Tell whether a host is the pattern's or stands under it."""
    tail = host[-len(pattern) :]
    return len(tail) == len(pattern) and all(map(matches, pattern, tail))


@lru_cache(maxsize=4096)
def _read_phrase(pattern: str) -> Phrase:
    return Phrase(pattern)


@lru_cache(maxsize=4096)
def _read_labels(pattern: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(label.split("*")) for label in pattern.split("."))


def _join(parts: Sequence[str]) -> str | None:
    """Return as many as fit, and how many more there are."""
    text = None
    for count in range(1, len(parts) + 1):
        longer = _cut(parts, count)
        if len(longer) > DETAIL_LENGTH:
            break
        text = longer
    return text


def _cut(parts: Sequence[str], count: int) -> str:
    shown, rest = ", ".join(parts[:count]), len(parts) - count
    if not rest:
        return shown
    return ngettext("%(shown)s and %(num)s more", "%(shown)s and %(num)s more", rest, shown=shown)
