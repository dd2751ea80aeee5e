"""Rendering comments and reviews as HTML, tested without requests."""

import re
from functools import partial

import pytest
from bs4 import BeautifulSoup

from blog.comments.models import BODY_LENGTH
from blog.text.markup import render_comment, render_review
from tests.costs import cost_ratio, seconds

LINK = 'rel="nofollow ugc noopener"'


NESTED = "<blockquote><p>a</p><p>😍</p></blockquote>"


def html_of(text: str) -> str:
    return str(render_comment(text)).replace("\n", "")


AS_TYPED = [
    *(">_<", "> _ <", "^_^ so cute ^_^", "T_T", "ㅠ_ㅠ", "<3", "(*^_^*)", "*_*", "~_~", "-_-"),
    *("1988. What a year", "10*10*10", "5 * 3 * 2", "2 < 3 > 1", "snake_case_name", "+1"),
    *("---", "***", "===", "#1 fan", "# one", "_so_", "__so__", "<(^_^)>", "`unclosed", "**a*b"),
    *("- one line", "1. one line", "-one", ">one", "2. b", "[ ] a", "[a]: b", "|a|b|", "~~a~~"),
    *("&amp;", "&lt;b&gt;", "a&nbsp;b", "&#x6a;avascript:", r"\*a\*", "<!-- a -->", "    code"),
    *("<b>bold</b>", "<br>", "</div></main>", "www.a.example", "mina@example.org", "/admin"),
]


# Faces and ornaments, alone and twice, as a second one could close what the first opens.
FACES = [
    *("(´･ω･`)", "(*´▽`*)", "(´д`)", "(*´ω`*)", "(`皿´)", "ヽ(`Д´)ﾉ", "(´・ω・`)ノ"),
    *("(`・ω・´)", "*^^*", "(*^^*)", "(*^▽^*)", "(*ﾟ▽ﾟ*)", "(*°▽°*)", "(*ノωノ*)", "(*'▽'*)"),
    *("o(*////▽////*)q", "*-_-*", "*.*", "(*≧▽≦*)", "(*・ω・*)ﾉ", "(｡>﹏<｡*)"),
    *("☆*:.｡.o(≧▽≦)o.｡.:*☆", "*ㅠㅠ*", "(*￣▽￣*)", "¯\\_(ツ)_/¯", "(>_<)", ">_<", "orz"),
    *("ㅠ_ㅠ", "T_T", ">ㅅ<", "> ㅅ <", "> . <", "> ///// <", "> 3 <", "- _ -", "- ㅅ -"),
    *("* ω *", "m(_ _)m", "_(:3」∠)_", "\\(^o^)/", "(╯°□°)╯︵ ┻━┻", "=_=;;", "~(˘▾˘~)"),
]


@pytest.mark.parametrize("face", FACES)
def test_a_face_made_of_characters_stays_as_typed(face):
    for typed in (face, f"{face} 좋아요 {face}", f"{face}\n{face}", f"좋아요{face} 정말{face}"):
        soup = BeautifulSoup(html_of(typed), "html.parser")
        assert {tag.name for tag in soup.find_all(True)} <= {"p", "br"}
        assert soup.get_text() == typed.replace("\n", "")
    assert "<em>so</em> <code>x</code>" in html_of(f"{face} *so* `x` {face}")


@pytest.mark.parametrize("typed", AS_TYPED)
def test_a_text_that_is_not_clearly_markup_stays_as_typed(typed):
    soup = BeautifulSoup(html_of(typed), "html.parser")
    assert [tag.name for tag in soup.find_all(True)] == ["p"]
    assert soup.get_text() == typed.strip()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("one\ntwo", "<p>one<br>two</p>"),
        ("one\n---\ntwo", "<p>one<br>---<br>two</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("*so* good, *really*.", "<p><em>so</em> good, <em>really</em>.</p>"),
        ("**so** `*x*`", "<p><strong>so</strong> <code>*x*</code></p>"),
        ("***both***", "<p><em><strong>both</strong></em></p>"),
        ("😀*wow*😀", "<p>😀<em>wow</em>😀</p>"),
        # Emphasis ends before a Korean particle, also after punctuation or quotation marks.
        ("*런온*은 좋다", "<p><em>런온</em>은 좋다</p>"),
        ("**좋아요!**라고", "<p><strong>좋아요!</strong>라고</p>"),
        ("그가 *“왜?”*라고", "<p>그가 <em>“왜?”</em>라고</p>"),
        # A quotation ends with its last line that begins with >.
        ("> 왜?\n그냥", "<blockquote><p>왜?</p></blockquote><p>그냥</p>"),
        ("> a\n> b\n\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"),
        ("before\n> a", "<p>before</p><blockquote><p>a</p></blockquote>"),
        ("> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("> a\n>\n>\n> 😍\n>\nb", "<blockquote><p>a</p><p>😍</p></blockquote><p>b</p>"),
        (">\n> ...", "<blockquote><p>...</p></blockquote>"),
        ("> 😍", "<blockquote><p>😍</p></blockquote>"),
        ("> ㅠㅠ\n> <3", "<blockquote><p>ㅠㅠ<br>&lt;3</p></blockquote>"),
        ("> >_<", "<blockquote><p>&gt;_&lt;</p></blockquote>"),
        ("> a\n>_<", "<blockquote><p>a</p></blockquote><p>&gt;_&lt;</p>"),
        ("> > a\n> >\n> > 😍\n> >\n> b", f"<blockquote>{NESTED}<p>b</p></blockquote>"),
        ("> a\n> >\n> > b", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"),
        ("> a\n>> b", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"),
        ("> - a\n> - b\n>\n> c", "<blockquote><ul><li>a</li><li>b</li></ul><p>c</p></blockquote>"),
        (">\n>", "<p>&gt;<br>&gt;</p>"),
        # Emphasis and code beside faces.
        ("*so*...*really*", "<p><em>so</em>...<em>really</em></p>"),
        ("*정말*^^*", "<p><em>정말</em>^^*</p>"),
        ("(*정말!*)", "<p>(<em>정말!</em>)</p>"),
        ("*😍*", "<p><em>😍</em></p>"),
        ("`f(x)`을 (´･ω･`)", "<p><code>f(x)</code>을 (´･ω･`)</p>"),
        # Two items make a list, and numbers count from one.
        ("- a\n- b\nafter", "<ul><li>a</li><li>b</li></ul><p>after</p>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("1. a\n3. b", "<p>1. a<br>3. b</p>"),
        ("1988. a\n1989. b", "<p>1988. a<br>1989. b</p>"),
        ("- a\n* b", "<p>- a<br>* b</p>"),
    ],
)
def test_markup_is_rendered(typed, expected):
    assert html_of(typed) == expected


@pytest.mark.parametrize(
    ("typed", "address", "after"),
    [
        ("https://a.example/x.", "https://a.example/x", "."),
        ("https://a.example/x?!", "https://a.example/x", "?!"),
        ("https://a.example/x, so", "https://a.example/x", ", so"),
        ("https://a.example)", "https://a.example", ")"),
        ("https://a.example/a_(b)", "https://a.example/a_(b)", ""),
        ("https://a.example/x?a=1&b=2", "https://a.example/x?a=1&amp;b=2", ""),
        ("https://a.example/x런온", "https://a.example/x", "런온"),
        ("https://a.example에서", "https://a.example", "에서"),
        ('https://a.example"onclick=x', "https://a.example", '"onclick=x'),
        ("HTTPS://a.example", "HTTPS://a.example", ""),
    ],
)
def test_an_address_becomes_a_link_without_the_punctuation_around_it(typed, address, after):
    assert html_of(f"({typed}") == f'<p>(<a href="{address}" {LINK}>{address}</a>{after}</p>'


def test_a_markdown_link_keeps_its_text_and_address_only():
    expected = f'<p><a href="https://a.example" {LINK}>the scene</a></p>'
    assert html_of('[the scene](https://a.example "a title")') == expected
    assert html_of("`https://a.example`") == "<p><code>https://a.example</code></p>"


@pytest.mark.parametrize(
    "target",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:a"),
        *("&#106;avascript:alert(1)", "data:text/html,a", "vbscript:a", "file:///etc/passwd"),
        *("//evil.example", "/admin", "?q", "#x", "mailto:a@b.example", "http:evil", "https://"),
    ],
)
def test_a_link_to_anything_but_a_web_page_is_not_made(target):
    assert "<a" not in html_of(f"[here]({target})")
    assert "<a" not in html_of(f"[here](<{target}>)")


@pytest.mark.parametrize(
    "typed",
    [
        '<a href="https://a.example" hx-get="/x" data-x="1" class="c" id="i" style="x">t</a>',
        "<div hx-on:click=alert(1) data-hx-get=/x></div>",
        "<img src=x onerror=alert(1)><svg onload=alert(1)>",
        "![picture](https://a.example/x.png)",
        '[t](https://a.example"onmouseover="alert(1))',
        "<xmp><math><mtext><style><noscript><plaintext>",
        "`<script>` </textarea></title><script>alert(1)</script>",
        "https://a.example/<b onmouseover=x>",
    ],
)
def test_no_element_or_attribute_that_could_act_is_kept(typed):
    for tag in BeautifulSoup(html_of(typed), "html5lib").body.find_all(True):
        assert tag.name in {"p", "a", "code"}
        assert set(tag.attrs) <= {"href", "rel"}
        assert tag.get("rel", ["nofollow", "ugc", "noopener"]) == ["nofollow", "ugc", "noopener"]


@pytest.mark.parametrize("typed", [*AS_TYPED, "> *a*\n- b\n- c", "[x](https://a.example/?a&lt=1)"])
def test_a_browser_parses_the_html_without_corrections(typed):
    html = html_of(typed)
    assert BeautifulSoup(html, "html5lib").body.decode_contents(formatter="minimal") in (
        html,
        html.replace("<br>", "<br/>"),
    )


@pytest.mark.parametrize("typed", ["*a* ", "`a` ", "[a](https://a.example) "])
def test_a_text_with_hundreds_of_elements_stays_as_typed(typed):
    assert typed.strip() not in html_of(typed * 399)  # The paragraph is an element, too.
    assert typed[:3] in html_of(typed * 401)


# Short texts that are slow to parse when they are repeated many times.
UNITS = [
    *("*a ", "**a", "*", "`a", "[", "![", "[a](", "](", "> a\n", "> ", "- a\n", "1. a\n"),
    *("https://a.example/(", "https://a.example ", "&", "&#", "<", "<a ", "\\", "\n", "- a\n\n"),
    *(
        "*a [b](c `d` ",
        "- a\nx\n",
        "a@a.",
        "`) ",
        "a*^^*",
        "*a a* ^*",
        ">\n",
        "> >\n",
        "> a\n> >\n",
    ),
    *("https://", "https://a[(", "https://a/런", "https://a.", "https://a/~", "[x](https://a&"),
]


def test_twice_the_text_takes_at_most_about_twice_the_time():
    most = BODY_LENGTH
    for unit in UNITS:
        assert is_in_proportion(*((unit * most)[:length] for length in (most // 2, most))), unit


def test_a_broken_list_is_not_parsed_again_from_every_line():
    assert is_in_proportion(*("- a\n" * count + "* a" for count in (600, 1200)))


def is_in_proportion(text: str, twice_the_text: str) -> bool:
    """Return whether rendering `twice_the_text` takes less than about 3.3 times as long as `text`.

    A quadratic algorithm would take four times as long.
    """

    def cost(text: str) -> float:
        # The addend keeps chance out of the ratio of very short times.
        return seconds(partial(render_comment, text)) + 0.002

    return cost_ratio(partial(cost, twice_the_text), partial(cost, text), most=3.3) <= 3.3


def test_a_review_may_have_headings_below_its_title_and_tables():
    html = render_review("# One\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<h2>One</h2>" in html
    assert "<td>1</td>" in html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("## One\n### Two\n## Three", "232"),
        ("### One\n## Two\n#### Three\n### Four", "2233"),
        ("# One\n###### Two\n# Three", "232"),
        ("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", "234566"),
        ("One\n===\nTwo\n---", "23"),
    ],
)
def test_the_headings_of_a_review_skip_no_level(text, levels):
    html = render_review(text)
    assert "".join(re.findall(r"<h(\d)>", html)) == levels
    assert "".join(re.findall(r"</h(\d)>", html)) == levels


def test_a_review_has_no_scripts_and_no_pictures_of_other_sites():
    html = render_review('<script>a</script><p onclick="a">b</p>\n\n![x](https://a.example/x.png)')
    assert "script" not in html
    assert "onclick" not in html
    assert "<img" not in html
