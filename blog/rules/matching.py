"""Match rules against comments; in patterns, `*` stands for any characters, or none.

Patterns are not compiled to regular expressions. A pattern is split at each `*`, and its pieces are
searched from left to right without backtracking.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from blog.rules.folding import (
    HOST_LENGTH,
    host_of,
    labels_of,
    list_bare_hosts,
    split_words,
)
from blog.rules.models import Action, CurrentRule, Kind, Rule, RuleDraft
from blog.text.folding import fold, fold_line
from blog.text.language import gettext as _
from blog.text.language import ngettext

# The greatest length of the text that lists which rules caught a comment.
DETAIL_LENGTH = 200
# A rule with a longer pattern is shown by its number.
SHOWN_LENGTH = 60


class Words:
    """The folded words of a text; `joined` has a space before and after each word."""

    def __init__(self, text: str) -> None:
        """Split a text into words."""
        self.joined = f" {split_words(text)} "

    @cached_property
    def every(self) -> list[str]:
        """Return the words as a list."""
        return self.joined.split()

    @cached_property
    def starts(self) -> list[int]:
        """Return the positions in `joined` of the space before each word and of the last space."""
        return [0, *accumulate(len(word) + 1 for word in self.every)]

    def find_place(self, position: int) -> int:
        """Return the index of the word at a position in `joined`."""
        return bisect_right(self.starts, position - 1) - 1

    def find_end(self, place: int) -> int:
        """Return the position in `joined` of the space after a word, given the word's index."""
        return self.starts[place + 1]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The parts of a new or stored comment that rules are matched against.

    `links` are the URLs that the comment links to, `client_names` the names of the sender's IP
    address of today and yesterday, and `owner_hash` identifies the sender's browser.
    """

    author_name: str
    author_email: str | None
    body: str
    links: Sequence[str] = ()
    owner_hash: str | None = None
    client_names: Sequence[str] = ()

    @cached_property
    def words(self) -> Words:
        """Return the words of the comment's text."""
        return Words(self.body)

    @cached_property
    def addresses(self) -> list[str]:
        """Return the URLs of the comment's links, folded."""
        return [fold(link) for link in self.links]

    @cached_property
    def hosts(self) -> list[tuple[str, ...]]:
        """Return each host name in the comment's links and text as a tuple of its labels."""
        linked = [host for host in map(host_of, self.links) if host]
        named = linked + list_bare_hosts(self.body)
        return list(dict.fromkeys(labels_of(host[-HOST_LENGTH:]) for host in named))

    @cached_property
    def domains(self) -> frozenset[str]:
        """Return each host name in the comment and each of its parent domains."""
        return frozenset(
            ".".join(labels[place:]) for labels in self.hosts for place in range(len(labels))
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of all rules for one comment.

    `detail` lists the rules that caught the comment, for moderators; None if no rule did.
    """

    detail: str | None
    is_spam: bool


def judge(*, rules: Iterable[Rule | CurrentRule], candidate: Candidate) -> Judgement:
    """Match all rules against a comment and return the joint result."""
    caught = [rule for rule in rules if catches(rule, candidate)]
    caught.sort(key=lambda rule: rule.action != Action.SPAM)
    is_spam = any(rule.action == Action.SPAM for rule in caught)
    return Judgement(detail=_join([label_of(rule) for rule in caught]), is_spam=is_spam)


def catches(rule: Rule | CurrentRule | RuleDraft, candidate: Candidate) -> bool:
    """Return whether a rule matches a comment."""
    match rule.kind:
        case Kind.WORD:
            return _read_phrase(rule.pattern).is_in(candidate.words)
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


def label_of(rule: Rule | CurrentRule) -> str:
    """Return the label of a rule, as moderators see it beside a comment that the rule caught."""
    # A reader's e-mail address must not be kept longer than with the reader's comment.
    is_private = rule.kind == Kind.EMAIL and not rule.pattern.startswith("*")
    is_long = len(rule.pattern) > SHOWN_LENGTH
    if is_private or is_long or not rule.kind.is_typed:
        return _name_by_number(rule)
    return _name_by_pattern(rule)


def _name_by_number(rule: Rule | CurrentRule) -> str:
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


def _name_by_pattern(rule: Rule | CurrentRule) -> str:
    names = {
        Kind.WORD: _("word “%(pattern)s”", pattern=rule.pattern),
        Kind.LINK: _("link %(pattern)s", pattern=rule.pattern),
        Kind.DOMAIN: _("domain %(pattern)s", pattern=rule.pattern),
        Kind.EMAIL: _("e-mail %(pattern)s", pattern=rule.pattern),
        Kind.NAME: _("name “%(pattern)s”", pattern=rule.pattern),
    }
    return names[rule.kind]


class Phrase:
    """The words of a pattern, each split at its `*`."""

    def __init__(self, pattern: str) -> None:
        """Split a pattern into words; words that are only `*` are dropped at both ends."""
        words = split_words(pattern, is_pattern=True).split()
        inner = [place for place, word in enumerate(words) if word != "*"]
        words = words[inner[0] : inner[-1] + 1] if inner else words[:1]
        self.joined = f" {' '.join(words)} "
        self.words = [word.split("*") for word in words]
        pieces = [(piece, place) for place, word in enumerate(self.words) for piece in word]
        # The longest piece is searched first, as it is the rarest.
        self.piece, self.place = max(pieces, key=lambda pair: len(pair[0]), default=("", 0))

    def is_in(self, words: Words) -> bool:
        """Return whether a text contains the words of this pattern one after another."""
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
    """Return whether a text consists of these pieces in order, with any text between them."""
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
    """Return whether a host name matches a domain pattern or is a subdomain of a match."""
    tail = host[-len(pattern) :]
    return len(tail) == len(pattern) and all(map(matches, pattern, tail))


@lru_cache(maxsize=4096)
def _read_phrase(pattern: str) -> Phrase:
    return Phrase(pattern)


@lru_cache(maxsize=4096)
def _read_labels(pattern: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(label.split("*")) for label in pattern.split("."))


def _join(parts: Sequence[str]) -> str | None:
    """Return the labels that fit into DETAIL_LENGTH as text, with the number of further ones."""
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
