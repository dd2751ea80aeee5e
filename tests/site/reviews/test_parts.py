"""The text of a review on its page: links to its parts, its tables and its contents."""

import pytest
from lxml import etree
from markupsafe import Markup

from tests.builders import make_review
from tests.page import soup_of, text_of

URL = "/reviews/run-on"
WORDS = "They run, and then they talk. " * 50
LONG = "\n\n".join(f"## {name}\n\n{WORDS}" for name in ("Début", "The *end*", "Q & A", "The end"))
TABLE = "|a|b|c|\n|:--|--:|:-:|\n|1|2|3|"


def headings(client) -> dict[str, str]:
    """Return the texts of the headings in the review, by id."""
    prose = soup_of(client.get(URL)).find(class_="prose")
    return {each.get("id"): each.get_text() for each in prose(["h2", "h3", "h4", "h5", "h6"])}


def test_links_to_the_parts_of_a_review_work(client):
    make_review(
        body="See [the end](#part-the-end).\n\n# The end\n\n## 마지막 장면\n\n### Q & A: why?"
    )
    assert headings(client) == {
        "part-the-end": "The end",
        "part-마지막-장면": "마지막 장면",
        "part-q-a-why": "Q & A: why?",
    }


def test_the_ids_of_headings_are_unique(client):
    make_review(body="# One\n\n# One\n\n# One 2\n\n# 👍\n\n# !\n\n# One")
    assert list(headings(client)) == [
        *("part-one", "part-one-2", "part-one-2-2", "part", "part-2", "part-one-3"),
    ]


@pytest.mark.parametrize("name", ["comments", "respond", "sent", "main", "share", "comment-1"])
def test_no_heading_takes_an_id_of_the_page(client, name):
    make_review(body=f'# {name}\n\n<h2 id="{name}">{name}</h2>')
    ids = list(headings(client))
    assert ids == [f"part-{name}", f"part-{name}-2"]


def test_a_feed_entry_has_no_ids_and_no_regions(client):
    make_review(body=f"{LONG}\n\n{TABLE}")
    content = etree.fromstring(client.get("/feed.atom").data).findtext(".//{*}content")
    assert "<h2>The <em>end</em></h2>" in content
    assert '<td align="right">2</td>' in content
    assert "region" not in content


def test_a_table_scrolls_inside_itself_and_can_be_reached_with_the_keyboard(client):
    make_review(body=f"{TABLE}\n\n{TABLE}\n\n|one|two|\n|-|-|\n|1|2|")
    regions = soup_of(client.get(URL))(class_="scroll", role="region", tabindex="0")
    assert [region["aria-label"] for region in regions] == ["a, b, c", "a, b, c (2)"]
    for region in regions:
        cells = [cell["class"] for cell in region.table("td")]
        assert cells == [["is-left"], ["is-right"], ["is-center"]]


def test_a_long_review_lists_its_headings(client):
    make_review(body=LONG)
    contents = soup_of(client.get(URL)).find("nav", class_="contents")
    links = [(link["href"], link.get_text()) for link in contents("a")]
    assert links == [
        ("#part-début", "Début"),
        ("#part-the-end", "The end"),
        ("#part-q-a", "Q & A"),
        ("#part-the-end-2", "The end"),
    ]
    assert contents.details.summary.get_text() == "Contents"
    assert not contents.details.has_attr("open")


def test_the_contents_do_not_give_away_the_headings_of_a_folded_part(client):
    ending = "<details><summary>The ending</summary>\n\n## He leaves\n\nSo it ends.\n\n</details>"
    make_review(body=f"{LONG}\n\n{ending}\n\n## After it")
    contents = soup_of(client.get(URL)).find("nav", class_="contents").get_text()
    assert "After it" in contents
    assert "He leaves" not in contents
    assert headings(client)["part-he-leaves"] == "He leaves"


def test_no_other_class_than_that_of_an_alignment_comes_from_the_text(client):
    make_review(body_html=Markup('<table><tr><td align="left talk">1</td></tr></table>'))
    assert soup_of(client.get(URL)).find("td").get("class") is None


@pytest.mark.parametrize(
    "body", [LONG[:900], f"## One\n\n{WORDS * 5}\n\n## Two", WORDS * 6, "## A\n\n" * 9]
)
def test_a_review_that_is_short_or_has_few_headings_has_no_contents(client, body):
    make_review(body=body)
    response = client.get(URL)
    assert soup_of(response).find(class_="contents") is None
    assert "Contents" not in text_of(response)


def test_the_contents_say_the_language_of_the_review(client):
    part = "## النهاية السعيدة\n\n" + "قصة هادئة عن الانتظار. " * 100
    make_review(body=f"{part}\n\n{part}\n\n{part}", language="ar")
    contents = soup_of(client.get(URL)).find(class_="contents")
    assert (contents.ol["lang"], contents.ol["dir"]) == ("ar", "rtl")
    assert contents.a["href"] == "#part-النهاية-السعيدة"
