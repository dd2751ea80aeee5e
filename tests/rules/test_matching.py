"""Matching a rule against a comment, without a request and without a database."""

import random
import sys
import unicodedata

import pytest

from blog.comments.models import BODY_LENGTH
from blog.rules import matching
from blog.rules.folding import list_bare_hosts, normalise_pattern
from blog.rules.matching import Candidate, Words, catches, judge, matches
from blog.rules.models import Action, Kind, Rule, RuleDraft
from tests.desk.rules.ruling import finds

CAUGHT_WORDS = [
    ("casino", "The best CASINO, now"),
    ("Casino", "casino"),
    ("casino", "ｃａｓｉｎｏ"),
    ("casino", "ca\u200bsi\u00adno\u2060"),
    ("casino", "cas\u3164ino"),
    ("casino", "`cas`ino"),
    ("casino", "(casino)"),
    ("카지노*", "어제 카지노에서 봤다"),
    ("카지노", "카지노 카지노"),
    ("카지노", unicodedata.normalize("NFD", "카지노")),
    ("b*t", "a boat"),
    ("*ino*", "the casinos"),
    ("buy now", "Buy\n now!"),
    ("buy now", "buy buy now"),
    ("buy * now", "buy it now"),
    ("free m*ey*", "free free moneys"),
    ("* casino *", "casino"),
    ("don't", "I don’t"),
    ("STRASSE", "Straße"),
    ("💊", "take💊this"),
    ("$$$", "only $$$"),
    ("하나 둘*", "하나, 둘이서"),
]
FREE_WORDS = [
    ("casino", "casinos"),
    ("casino", "mycasino"),
    ("카지노", "카지노에서"),
    ("b*t", "bo at"),
    ("buy now", "buy it now"),
    ("buy * now", "buy now"),
    ("buy * now", "buy it right now"),
    ("now buy", "buy now"),
    ("ab*ba", "aba"),
    ("a.c", "abc"),
    ("[a-z]+", "abc"),
    ("c?sino", "casino"),
    ("casino", "cas\nino"),
]


@pytest.mark.parametrize(("pattern", "body"), CAUGHT_WORDS)
def test_a_whole_word_is_found_in_every_disguise(pattern, body):
    assert finds("word", pattern, body=body)


@pytest.mark.parametrize(("pattern", "body"), FREE_WORDS)
def test_a_similar_word_is_not_caught(pattern, body):
    assert not finds("word", pattern, body=body)


def test_a_word_rule_looks_only_at_the_text():
    assert not finds("word", "casino", name="casino", email="casino@example.org")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/",
        "http://EXAMPLE.com:8080/x",
        "https://a.b.example.com",
        "https://example.com.",
        "https://user:good.example@example.com/",
        "https://example.com\\@good.example/",
        "https://%65xample.com/",
        "https://example。com/",
        "https://ｅxample.com/",
    ],
)
def test_a_link_is_caught_if_a_browser_would_open_the_domain(link):
    assert finds("domain", "example.com", links=[link])


@pytest.mark.parametrize(
    "link",
    [
        "https://evilexample.com/",
        "https://example.com.evil/",
        "https://example.com@good.example/",
        "https://good.example/example.com",
        "https://good.example/?u=https://example.com",
        "https://good.example#example.com",
        "https://example.co/",
        "https://[example.com/",
        "https://",
    ],
)
def test_a_link_to_another_domain_is_not_caught(link):
    assert not finds("domain", "example.com", links=[link])


@pytest.mark.parametrize(
    ("body", "is_caught"),
    [
        ("go to example.com", True),
        ("Go to WWW.Example.COM!", True),
        ("(example.com)", True),
        ("example.com/buy", True),
        ("example.com에서 봐요", True),
        ("x.a가.example.com에서", True),
        ("봐.example.com", True),
        ("jo@example.com", True),
        ("ftp://example.com/x", True),
        ("evilexample.com", False),
        ("example.com.evil", False),
        ("good.example/example.com", False),
        ("example com", False),
        ("example..com", False),
    ],
)
def test_a_domain_is_caught_in_the_text_without_a_link(body, is_caught):
    assert finds("domain", "example.com", body=body) is is_caught


@pytest.mark.parametrize("pattern", ["한국.kr", "xn--3e0b707e.kr", "XN--3E0B707E.KR", ".한국.kr."])
@pytest.mark.parametrize("host", ["한국.kr", "xn--3e0b707e.kr", "www.xn--3e0b707e.kr"])
def test_an_international_domain_is_caught_in_both_forms(pattern, host):
    assert finds("domain", pattern, links=[f"https://{host}/"])
    assert finds("domain", pattern, body=f"see {host}")


def test_a_star_in_a_domain_matches_within_one_label():
    assert finds("domain", "casino*.example", links=["https://casino77.example/"])
    assert finds("domain", "casino*.example", links=["https://www.casino.example/"])
    assert finds("domain", "*.example.com", links=["https://a.b.example.com/"])
    assert not finds("domain", "*.example.com", links=["https://example.com/"])
    assert not finds("domain", "casino*.example", links=["https://casino.good.example/"])
    assert not finds("domain", "*.example", links=["https://localhost/"])


def test_a_link_rule_matches_the_whole_link():
    link = "https://Spam.example/a?b=1"
    assert finds("link", "https://spam.example/a?b=1", links=["https://ok.example", link])
    assert finds("link", "*spam.example/*b=*", links=[link])
    assert not finds("link", "https://spam.example/a", links=[link])
    assert not finds("link", "https://spam.example/*", body=link)


def test_an_email_or_name_rule_matches_the_whole_field():
    assert finds("email", "*@SPAM.example", email="Jo@spam.example")
    assert finds("email", "jo@spam.example", email="JO@spam.example")
    assert not finds("email", "*@spam.example", email="jo@spam.example.org")
    assert not finds("email", "*@spam.example", email=None, body="jo@spam.example")
    assert finds("name", "best  deals", name="BEST\u00a0Deals")
    assert finds("name", "*deals*", name="Best deals ever")
    assert not finds("name", "deals", name="Best deals")


def make(kind, pattern, *, number=7, action=Action.HOLD, comment_id=None) -> Rule:
    return Rule(id=number, kind=kind, pattern=pattern, action=action, comment_id=comment_id)


def test_a_browser_or_client_rule_matches_the_stored_hash():
    browser = make(Kind.BROWSER, "a" * 64, comment_id=12)
    client = make(Kind.CLIENT, "b" * 32, comment_id=13)
    caught = Candidate(
        author_name="Jo",
        author_email=None,
        body="*",
        owner_hash="a" * 64,
        client_names=["c" * 32, "b" * 32],
    )
    judgement = judge(rules=[browser, client], candidate=caught)
    assert judgement.detail == "browser of no. 12, address of no. 13"
    others = Candidate(author_name="Jo", author_email=None, body="a" * 64)
    assert judge(rules=[browser, client], candidate=others).detail is None


def test_a_judgement_lists_the_rules_that_matched_with_spam_rules_first():
    rules = [
        make(Kind.WORD, "casino"),
        make(Kind.WORD, "poker"),
        make(Kind.DOMAIN, "spam.example", action=Action.SPAM),
    ]
    candidate = Candidate(author_name="Jo", author_email=None, body="A casino at spam.example")
    judgement = judge(rules=rules, candidate=candidate)
    assert judgement.detail == "domain spam.example, word “casino”"
    assert judgement.is_spam
    assert not judge(rules=rules[:2], candidate=candidate).is_spam
    nothing = Candidate(author_name="Jo", author_email=None, body="The bench scene.")
    assert judge(rules=rules, candidate=nothing) == matching.Judgement(None, is_spam=False)


def test_a_long_judgement_omits_whole_rules_and_counts_them():
    body = " ".join(f"word{chr(97 + n)}" for n in range(26))
    rules = [make(Kind.WORD, word) for word in body.split()]
    candidate = Candidate(author_name="Jo", author_email=None, body=body)
    detail = judge(rules=rules, candidate=candidate).detail
    assert len(detail) <= 200
    shown = detail.partition(" and ")[0].split(", ")
    assert detail.endswith(f" and {26 - len(shown)} more")
    assert all(part.startswith("word “word") and part.endswith("”") for part in shown)
    assert len(shown) > 10


def test_a_long_or_private_pattern_is_shown_as_the_number_of_its_rule():
    long = make(Kind.WORD, "a" * 200, number=3)
    address = make(Kind.EMAIL, "jo@example.org", number=4)
    domain = make(Kind.EMAIL, "*@example.org", number=5)
    candidate = Candidate(author_name="Jo", author_email="jo@example.org", body="a" * 200)
    detail = judge(rules=[long, address, domain], candidate=candidate).detail
    assert detail == "word of rule 3, e-mail of rule 4, e-mail *@example.org"


def test_a_pattern_is_normalised():
    assert normalise_pattern(Kind.WORD, " Best\u3000 CASINO**s ") == "best casino*s"
    assert normalise_pattern(Kind.DOMAIN, ".XN--3e0b707e.KR.") == "한국.kr"


# Texts and patterns that try to make matching slow, as was possible in Waline, whose forbidden
# words were unescaped regular expressions.

LONGEST = BODY_LENGTH
HEAVY = [
    *((piece * LONGEST)[:LONGEST] for piece in ("*", "a", "a ", "ab", "a.", "가.", "a가.", "xn--")),
    *((piece * LONGEST)[:LONGEST] for piece in (".", "a@", "https://", "\ufdfa", "[", "-", "/")),
    *((piece * LONGEST)[:LONGEST] for piece in ("\u200b", "aaaa ")),
    ("xn--" + "a" * LONGEST)[:LONGEST],
]
PATTERNS = [
    *("*", "a*" * 99 + "b", "*a" * 99, "a" * 200, "*" * 200, "a* " * 10, "*a* " * 10 + "b"),
    *("a." * 99 + "b", "*." * 99 + "a", "xn--" * 50, "(a+)+$", "[", "\\", "a{9999}", "xn--*.*"),
]


def test_matching_never_backtracks(monkeypatch):
    lengths = []

    def counted(pieces, text):
        # A piece that is found consumes its letters; a piece that is not found ends the matching.
        lengths.append(1 + len(text))
        return matches(pieces, text)

    monkeypatch.setattr(matching, "matches", counted)
    for body in HEAVY:
        for kind in (Kind.WORD, Kind.DOMAIN):
            for pattern in PATTERNS:
                lengths.clear()
                pattern = normalise_pattern(kind, pattern[:200])
                draft = RuleDraft(kind=kind, pattern=pattern, action=Action.HOLD)
                catches(draft, Candidate(author_name="Jo", author_email=None, body=body))
                # Each word of the text is compared with each of up to ten words of the phrase.
                assert sum(lengths) <= 10 * 2 * len(body), (kind, pattern, body[:20])


def test_matching_a_text_looks_for_each_piece_once():
    class Counted(str):
        finds = 0

        def find(self, *args):
            Counted.finds += 1
            return super().find(*args)

    assert not matches(["", *["a"] * 100, "b"], Counted("a" * 50_000))
    assert not matches(["", *["ab"] * 100, ""], Counted("a" * 50_000))
    assert Counted.finds <= 101


def test_prepared_data_grows_in_proportion_to_the_text():
    for body in HEAVY:
        candidate = Candidate(author_name="Jo", author_email=None, body=body)
        assert len(candidate.words.joined) <= 20 * len(body) + 2
        assert sum(map(len, list_bare_hosts(body))) <= 2 * len(body)
        assert sum(map(len, candidate.domains)) <= 253 * len(body)


def match_simply(pattern: str, text: str) -> bool:
    """Return whether a pattern matches the whole text, by the plain definition of a star."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return match_simply(pattern[1:], text) or (bool(text) and match_simply(pattern, text[1:]))
    return bool(text) and pattern[0] == text[0] and match_simply(pattern[1:], text[1:])


def test_matching_agrees_with_its_definition():
    dice = random.Random(4)
    for _ in range(4000):
        pattern = "".join(dice.choices("ab*", k=dice.randrange(7)))
        text = "".join(dice.choices("ab", k=dice.randrange(8)))
        assert matches(pattern.split("*"), text) is match_simply(pattern, text), (pattern, text)


def test_a_phrase_agrees_with_its_definition():
    dice = random.Random(5)
    for _ in range(4000):
        pattern = "".join(dice.choices("ab* ", k=dice.randrange(1, 8))).strip(" *") or "a"
        body = "".join(dice.choices("ab  ", k=dice.randrange(10)))
        words, wanted = body.split(), normalise_pattern(Kind.WORD, pattern).split()
        runs = [words[n : n + len(wanted)] for n in range(len(words) - len(wanted) + 1)]
        expected = any(all(map(match_simply, wanted, run)) for run in runs)
        assert finds("word", pattern, body=body) is expected, (pattern, body)


def test_a_pattern_and_a_comment_may_have_any_characters():
    dice = random.Random(6)
    letters = "*.@:/\\-%[](){}+?^$|\0\u200b\ufe0f\u0301가ßİﬁ💊۝xn--"
    points = [*letters, *(chr(dice.randrange(sys.maxunicode)) for _ in range(60))]
    points = [point for point in points if not "\ud800" <= point <= "\udfff"]
    for _ in range(1500):
        pattern, body, link = ("".join(dice.choices(points, k=dice.randrange(40))) for _ in "abc")
        for kind in ("word", "link", "domain", "email", "name"):
            links = [link, f"https://{link}"]
            finds(kind, pattern, body=body, name=body, email=link, links=links)


def test_the_place_of_a_word_is_found_from_each_of_its_letters():
    words = Words("one three four")
    for place, word in enumerate(words.every):
        begin = words.joined.index(word)
        for position in range(begin, begin + len(word)):
            assert words.find_place(position) == place
        assert words.find_end(place) == begin + len(word)
