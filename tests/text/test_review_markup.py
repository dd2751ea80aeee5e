"""Rendering a review's text: CommonMark with tables and figures, as safe HTML."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from blog.text.markup import REVIEW_ATTRIBUTES, REVIEW_TAGS, render_review
from blog.text.review_markdown import lines_without_description, picture_sources

SPEC = Path(__file__).parents[2] / ".." / "shared" / "data" / "text" / "commonmark-spec.json"
OTHER_SCHEME = re.compile(r"[\x00-\x20]*(?!https?:)[a-z][a-z0-9+.\s-]*:", re.IGNORECASE)


PICTURE = f"/media/{'0123456789abcdef' * 2}.webp"


def html_of(text: str) -> str:
    return render_review(text, lambda source, is_first: {"src": PICTURE}).strip()


def assert_safe(html: str) -> None:
    """Assert that HTML has only allowed tags, attributes, links and pictures."""
    for tag in BeautifulSoup(html, "html5lib").body.find_all(True):
        assert tag.name in REVIEW_TAGS, html
        assert set(tag.attrs) <= REVIEW_ATTRIBUTES.get(tag.name, set()), html
        assert not OTHER_SCHEME.match(tag.get("href", "")), html
        assert tag.get("src", PICTURE) == PICTURE, html
        assert "srcset" not in tag.attrs, html


RENDERED = [
    ("*one* **two** `three`", "<p><em>one</em> <strong>two</strong> <code>three</code></p>"),
    ("[out](https://a.example 'T')", '<p><a href="https://a.example" title="T">out</a></p>'),
    ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
    ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'),
    ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    ("~~gone~~", "<p><s>gone</s></p>"),
    ("```\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
    # The title is the only h1 of a page.
    ("# One", "<h2>One</h2>"),
    ("##### Five\n\n###### Six", "<h2>Five</h2>\n<h3>Six</h3>"),
    ("Under\n=====", "<h2>Under</h2>"),
    # A picture that is alone in its paragraph is a figure with its credit.
    (
        '![A](a.jpg "JTBC | Run On")',
        f'<figure><img src="{PICTURE}" alt="A"><figcaption>JTBC | Run On</figcaption></figure>',
    ),
    ("![A bench](a.jpg)", f'<figure><img src="{PICTURE}" alt="A bench"></figure>'),
    ("See ![it](a.jpg) here", f'<p>See <img src="{PICTURE}" alt="it"> here</p>'),
    (
        '![](a "<b> & C")',
        f'<figure><img src="{PICTURE}" alt=""><figcaption>&lt;b&gt; &amp; C</figcaption></figure>',
    ),
    ("고래 **나올** 때 😌", "<p>고래 <strong>나올</strong> 때 😌</p>"),
]


@pytest.mark.parametrize(("text", "html"), RENDERED, ids=[row[0][:30] for row in RENDERED])
def test_markup_is_rendered(text, html):
    assert html_of(text) == html


def test_the_cells_of_a_table_keep_the_alignment_of_their_column():
    page = BeautifulSoup(html_of("|a|b|c|d|\n|:--|--:|:-:|---|\n|1|2|3|4|"), "html.parser")
    for row in page("tr"):
        cells = [cell.get("align") for cell in row(["th", "td"])]
        assert cells == ["left", "right", "center", None]


def test_details_in_a_review_are_kept_and_stay_shut():
    text = "<details open><summary>The end</summary>\n\nThey *run*.\n\n</details>"
    assert html_of(text) == (
        "<details><summary>The end</summary>\n<p>They <em>run</em>.</p>\n</details>"
    )


def test_a_table_is_rendered():
    page = BeautifulSoup(html_of("| a | b |\n|:--|--:|\n| 1 | *2* |"), "html.parser")
    assert [cell.get_text() for cell in page.find_all("th")] == ["a", "b"]
    assert page.tbody.find("em").get_text() == "2"


UNSAFE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://elsewhere.example/a.png">',
    '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<style>*{display:none}</style>",
    '<p class="x" id="main" style="color:red" data-hx-get="/x" hx-get="/x">x</p>',
    "<iframe src=https://a.example></iframe><form action=/x><input name=y></form>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    '![x" onerror="alert(1)](a.jpg)',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]


@pytest.mark.parametrize("text", UNSAFE, ids=[text[:40] for text in UNSAFE])
def test_raw_html_is_cleaned(text):
    assert_safe(html_of(text))


BIG, SMALL = f"/media/{'a' * 32}.webp", f"/media/{'b' * 32}.webp"
# Attributes of an <img> in a review's text, and the attributes that are kept.
ADDRESSES = [
    (f'src="{BIG}"', {"src": BIG}),
    (f'srcset="{SMALL} 480w, {BIG} 960w"', {"srcset": f"{SMALL} 480w, {BIG} 960w"}),
    ('src="/media/x.webp"', {}),
    ('src="/media/../admin/logout"', {}),
    ('src="/media/%2e%2e/admin/logout"', {}),
    (f'src="{BIG}/../../admin/logout"', {}),
    (f'src="{BIG}?x=1"', {}),
    (f'src="{BIG}&#10;"', {}),
    (f'src=" {BIG}"', {}),
    (f'src="/{BIG}"', {}),
    (f'src="https://tracker.example{BIG}"', {}),
    (f'src="{BIG.upper()}"', {}),
    (f'src="{BIG}" srcset="https://tracker.example/p.png 1x"', {"src": BIG}),
    (f'src="{BIG}" srcset="{SMALL} 480w, https://tracker.example/p.png 960w"', {"src": BIG}),
    (f'src="{BIG}" srcset="{SMALL} 480w,//tracker.example/p.png 960w"', {"src": BIG}),
    (f'src="{BIG}" srcset="{SMALL},https://tracker.example/p.png 9w"', {"src": BIG}),
    (f'src="{BIG}" SRCSET="//tracker.example/p.png"', {"src": BIG}),
]


@pytest.mark.parametrize(("written", "left"), ADDRESSES, ids=[row[0][:90] for row in ADDRESSES])
def test_a_picture_in_raw_html_is_kept_only_if_it_is_stored_here(written, left):
    image = BeautifulSoup(html_of(f"Here: <img {written} alt=x>"), "html.parser").find("img")
    assert image.attrs == left | {"alt": "x"}


def test_raw_html_offers_only_avif_that_is_stored_here():
    avif = f"/media/{'a' * 32}.avif"
    offers = [avif, BIG, "https://tracker.example/p.avif"]
    written = "".join(f'<source type="image/avif" srcset="{url} 9w">' for url in offers)
    html = html_of(f"<picture>{written}<source type=x></picture>")
    found = BeautifulSoup(html, "html.parser").find_all("source")
    assert [source.get("srcset") for source in found] == [f"{avif} 9w", None, None, None]
    assert "type" not in found[-1].attrs


TABLE = """\
<table>
<thead>
<tr>
<th>a</th>
</tr>
</thead>
<tbody>
<tr>
<td></td>
</tr>
</tbody>
</table>
<p>One.</p>
<p>Two.</p>"""
# Pages such as About are rendered without pictures.
WITHOUT = [
    ('One.\n\n![A](a.jpg "JTBC")\n\nTwo.', "<p>One.</p>\n<p>Two.</p>"),
    ("[![A](a.jpg)](https://a.example)", ""),
    ("![A](a.jpg)\n![B](b.jpg)", ""),
    ("# ![A](a.jpg)\n\nOne.", "<p>One.</p>"),
    ("One ![A](a.jpg) two.", "<p>One  two.</p>"),
    ("![A](a.jpg) `code`", "<p> <code>code</code></p>"),
    # The cell is empty, and the text after the table is kept.
    ("|a|\n|-|\n|![A](a.jpg)|\n\nOne.\n\nTwo.", TABLE),
]


@pytest.mark.parametrize(("text", "html"), WITHOUT, ids=[row[0][:30] for row in WITHOUT])
def test_a_removed_picture_leaves_no_empty_elements(text, html):
    assert render_review(text).strip() == html


def test_harmless_raw_html_is_kept():
    assert html_of("H<sub>2</sub>O is <em>wet</em>.") == "<p>H<sub>2</sub>O is <em>wet</em>.</p>"


def test_the_pictures_of_a_text_are_found_once_and_in_order():
    text = "![a](one.jpg)\n\n![b](two.jpg) ![c](one.jpg)\n\n`![d](three.jpg)`"
    assert picture_sources(text) == ["one.jpg", "two.jpg"]


# Each line that ends with "!" has a picture without an alt text.
UNDESCRIBED = """\
![](a) !

Words
and ![ ](b) !
more \\
hard ![A](c) ![](d) !

> ![](e) !

- item
  ![](f) !

| a | b |
|---|---|
| ![](g) | !
| ![](h) | !

# [![](i)](https://a.example) !

![A
bench](j) `![](k)` ![](l) !"""


def test_the_lines_of_pictures_without_a_description_are_those_of_the_text():
    wanted = [at for at, line in enumerate(UNDESCRIBED.splitlines(), 1) if line.endswith("!")]
    assert [line for line, _source in lines_without_description(UNDESCRIBED)] == wanted


def test_the_examples_of_commonmark_are_safe_and_keep_their_structure():
    if not SPEC.exists():
        pytest.skip("the examples of CommonMark are not here")
    examples = json.loads(SPEC.read_text())
    kept = 0
    for example in examples:
        html = html_of(example["markdown"])
        assert_safe(html)
        wanted = BeautifulSoup(example["html"], "html.parser")
        # Examples with raw HTML differ, because raw HTML is cleaned.
        if "<" not in example["markdown"] and example["section"] in (
            "Emphasis and strong emphasis",
            "Links",
            "Code spans",
            "Lists",
        ):
            found = BeautifulSoup(html, "html.parser")
            for tag in ("em", "strong", "code", "li"):
                assert len(found(tag)) == len(wanted(tag)), example
            assert [a.get_text() for a in found("a")] == [a.get_text() for a in wanted("a")], html
            kept += 1
    assert len(examples) > 600
    assert kept > 200
