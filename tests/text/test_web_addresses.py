"""Finding URLs in a comment: the page, the list of links and the rules find the same URLs."""

import pytest
from bs4 import BeautifulSoup

from blog.rules.folding import host_of, normalise_pattern
from blog.rules.matching import Candidate, catches
from blog.rules.models import Action, Kind, RuleDraft
from blog.text.markup import list_links, render_comment

# A typed text, and the URLs that are found in the text.
SHAPES = [
    # Punctuation and words around a URL.
    ("https://a.example/x.", ["https://a.example/x"]),
    ("https://a.example/x...", ["https://a.example/x"]),
    ("https://a.example/x…", ["https://a.example/x"]),
    ("https://a.example/x?!", ["https://a.example/x"]),
    ("https://a.example/x, so", ["https://a.example/x"]),
    ("https://a.example/x; so", ["https://a.example/x"]),
    ("https://a.example/x:", ["https://a.example/x"]),
    ("https://a.example/x。", ["https://a.example/x"]),
    ("https://a.example/x、", ["https://a.example/x"]),
    ("'https://a.example/x'", ["https://a.example/x"]),
    ('"https://a.example/x"', ["https://a.example/x"]),
    ("“https://a.example/x”", ["https://a.example/x"]),
    ("‘https://a.example/x’", ["https://a.example/x"]),
    ("「https://a.example/x」", ["https://a.example/x"]),
    ("<https://a.example/x>", ["https://a.example/x"]),
    ("https://a.example/x😍", ["https://a.example/x"]),
    ("see:https://a.example/x", ["https://a.example/x"]),
    ("여기https://a.example/x", ["https://a.example/x"]),
    # Markup characters around or inside a URL.
    ("https://example.com/a~~", ["https://example.com/a"]),
    ("~~https://example.com/a~~", ["https://example.com/a"]),
    ("_https://example.com/a_", ["https://example.com/a"]),
    ("__https://example.com/a__", ["https://example.com/a"]),
    ("*https://example.com/a*", ["https://example.com/a"]),
    ("**https://example.com/a**", ["https://example.com/a"]),
    ("https://example.com/~mina", ["https://example.com/~mina"]),
    ("https://example.com/a_b~c*d", ["https://example.com/a_b~c*d"]),
    ("https://a.example/x`y`", ["https://a.example/x"]),
    ("`https://a.example/x`", []),
    # Brackets.
    ("[https://example.com/a]", ["https://example.com/a"]),
    ("(https://example.com/a)", ["https://example.com/a"]),
    ("(see https://example.com/a(b))", ["https://example.com/a(b)"]),
    ("https://example.com/a_(b)", ["https://example.com/a_(b)"]),
    ("https://example.com/(b)c)", ["https://example.com/(b)c"]),
    ("https://example.com/a(b", ["https://example.com/a"]),
    ("https://example.com/a([b)]", ["https://example.com/a"]),
    ("https://example.com/?a[]=1&b[0]=2", ["https://example.com/?a[]=1&b[0]=2"]),
    ("https://[::1]/x", ["https://[::1]/x"]),
    ("[the scene](https://example.com/a(b)c)", ["https://example.com/a(b)c"]),
    (r"[the scene](https://example.com/a\)b)", ["https://example.com/a)b"]),
    # Two URLs.
    ("https://a.example/1,https://b.example/2", ["https://a.example/1", "https://b.example/2"]),
    ("https://a.example/1https://b.example/2", ["https://a.example/1", "https://b.example/2"]),
    ("https://a.example/?u=HTTP://b.example", ["https://a.example/?u=", "HTTP://b.example"]),
    ("http://https://b.example", ["https://b.example"]),
    ("https://a.example/x\nhttps://b.example/y", ["https://a.example/x", "https://b.example/y"]),
    # Hangul and other letters.
    ("https://namu.wiki/w/런온", ["https://namu.wiki/w/런온"]),
    ("https://namu.wiki/w/런온.", ["https://namu.wiki/w/런온"]),
    ("https://namu.wiki/w/도깨비(드라마)", ["https://namu.wiki/w/도깨비(드라마)"]),
    ("https://namu.wiki/w/도깨비(드라마)에서", ["https://namu.wiki/w/도깨비(드라마)"]),
    ("https://ko.wikipedia.org/wiki/사랑의_불시착", ["https://ko.wikipedia.org/wiki/사랑의_불시착"]),
    ("https://a.example/?q=런온&x=1", ["https://a.example/?q=런온&x=1"]),
    ("https://a.example/?런온", ["https://a.example/?런온"]),
    ("https://a.example/#런온", ["https://a.example/#런온"]),
    ("https://a.example/런온12에서", ["https://a.example/런온12"]),
    ("https://a.example/x런온", ["https://a.example/x"]),
    ("https://a.example에서", ["https://a.example"]),
    ("https://a.example:8080에서", ["https://a.example:8080"]),
    ("https://드라마.kr/x", ["https://드라마.kr/x"]),
    ("https://ja.wikipedia.org/wiki/愛の不時着", ["https://ja.wikipedia.org/wiki/愛の不時着"]),
    ("https://fr.wikipedia.org/wiki/Café_noir", ["https://fr.wikipedia.org/wiki/Café_noir"]),
    ("https://hi.wikipedia.org/wiki/हिन्दी", ["https://hi.wikipedia.org/wiki/हिन्दी"]),
    # More levels of quotation than the renderer allows.
    ("> " * 25 + "https://a.example/x", ["https://a.example/x"]),
    # Query strings that HTML could parse as character references.
    ("https://a.example/?a=1&b=2", ["https://a.example/?a=1&b=2"]),
    ("https://a.example/?a=1&para;x", ["https://a.example/?a=1&para;x"]),
    ("https://a.example/?a=1&copy=2", ["https://a.example/?a=1&copy=2"]),
    ("https://a.example/?a=1&#38;b", ["https://a.example/?a=1&#38;b"]),
    ("[the scene](https://a.example/?a=1&para;x)", ["https://a.example/?a=1&para;x"]),
    # Texts without a URL.
    ("https://", []),
    ("https://.", []),
    ("https:///x", []),
    ("https:// a.example", []),
    ("ftp://a.example/x", []),
    ("www.a.example", []),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "addresses"), SHAPES, ids=[typed for typed, _ in SHAPES])
def test_the_page_and_the_rules_find_the_same_urls(typed, addresses):
    html = render_comment(typed)
    links = BeautifulSoup(html, "html5lib").find_all("a")
    assert [link["href"] for link in links] == list_links(html) == addresses
    if not typed.startswith("[the scene]"):
        assert [link.get_text() for link in links] == addresses
    candidate = Candidate(author_name="Jo", author_email=None, body=typed, links=list_links(html))
    for address in addresses:
        host = normalise_pattern(Kind.DOMAIN, host_of(address) or "")
        for kind, pattern in ((Kind.DOMAIN, host), (Kind.LINK, f"*{host_of(address)}*")):
            assert catches(RuleDraft(kind=kind, pattern=pattern, action=Action.HOLD), candidate), (
                kind
            )


def test_rendering_a_url_loses_no_text_around_it():
    for typed, _addresses in SHAPES:
        if not any(sign in typed for sign in ("`", "[the", "\n", "*", "> ")):
            assert BeautifulSoup(render_comment(typed), "html5lib").get_text().strip() == typed
