"""GET /feed.atom: the feed of the newest reviews."""

from datetime import timedelta

from bs4 import BeautifulSoup
from lxml import etree

from blog.reviews.queries import FEED_SIZE
from tests.builders import NOON, make_review
from tests.page import soup_of

SITE = "https://drama.example"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed_of(client) -> etree._Element:
    response = client.get("/feed.atom")
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.data)


def soup_of_content(client) -> BeautifulSoup:
    """Return the parsed HTML of the first entry's content."""
    (content,) = texts(feed_of(client), "a:entry[1]/a:content/text()")
    return BeautifulSoup(content, "html.parser")


def texts(element: etree._Element, path: str) -> list[str]:
    return element.xpath(path, namespaces=ATOM)


def test_an_empty_site_has_a_valid_feed(client):
    feed = feed_of(client)
    assert texts(feed, "a:title/text()") == ["Second Lead"]
    assert texts(feed, "a:link[@rel='self']/@href") == [f"{SITE}/feed.atom"]
    assert texts(feed, "a:updated/text()")
    assert texts(feed, "a:entry") == []


def test_an_entry_contains_the_whole_review(client):
    make_review(
        title="Why <we> fall 😌", tags=["romance", "로맨스"], updated_at=NOON + timedelta(days=2)
    )
    entry = texts(feed_of(client), "a:entry")[0]
    address = f"{SITE}/reviews/run-on"
    assert texts(entry, "a:id/text()") == [address]
    assert texts(entry, "a:link/@href") == [address]
    assert texts(entry, "a:title/text()") == ["Run On · 런온: Why <we> fall 😌"]
    assert texts(entry, "a:author/a:name/text()") == ["Hana Yoo"]
    assert texts(entry, "a:summary/text()") == ["A runner and a translator."]
    assert texts(entry, "a:category/@term") == ["romance", "로맨스"]
    assert texts(entry, "a:published/text()") == ["2026-05-01T12:00:00+00:00"]
    assert texts(entry, "a:updated/text()") == ["2026-05-03T12:00:00+00:00"]
    assert texts(entry, "a:content[@type='html']/text()")[0].startswith("<p>They run")


def test_links_inside_a_review_are_absolute(client):
    make_review(body="[Before](/reviews/reply-1988) and [out](https://example.org/x).")
    content = texts(feed_of(client), "a:entry/a:content/text()")[0]
    assert f'href="{SITE}/reviews/reply-1988"' in content
    assert 'href="https://example.org/x"' in content


def test_links_of_a_review_lead_to_the_same_place_from_a_feed_reader(client):
    places = {
        "/about": f"{SITE}/about",
        "../run-on": f"{SITE}/run-on",
        "reply-1988": f"{SITE}/reviews/reply-1988",
        "?after=1": f"{SITE}/reviews/run-on?after=1",
        "#comments": f"{SITE}/reviews/run-on#comments",
        "//example.org/x": "https://example.org/x",
    }
    body = " ".join(f"[x]({place})" for place in places)
    make_review(body=f'{body} `href="/about"` src="/media/x"')
    content = soup_of_content(client)
    assert [link["href"] for link in content.find_all("a")] == list(places.values())
    assert content.code.get_text() == 'href="/about"'
    assert 'src="/media/x"' in content.get_text()
    page = soup_of(client.get("/reviews/run-on")).find(class_="prose")
    assert [link["href"] for link in page.find_all("a")] == list(places)


def test_an_entry_says_its_language_and_direction(client):
    make_review(slug="arabic", language="ar", title="الركض", body="قصة هادئة.")
    make_review(slug="english", published_at=NOON - timedelta(days=1))
    feed = feed_of(client)
    assert texts(feed, "@xml:lang") == ["en-GB"]
    assert [entry.get(LANG) for entry in texts(feed, "a:entry")] == ["ar", None]
    content = soup_of_content(client)
    assert (content.div["lang"], content.div["dir"]) == ("ar", "rtl")


def test_pictures_inside_a_review_have_absolute_urls_of_our_site_only(client):
    small, big = f"/media/{'a' * 32}.webp", f"/media/{'b' * 32}.webp"
    make_review(
        body=f'x <img src="{big}" srcset="{small} 480w, {big} 960w" alt=A width=9 height=9>'
        f' <img src="{big}" srcset="https://tracker.example/p.png 1x" alt=B width=9 height=9>'
    )
    content = texts(feed_of(client), "a:entry/a:content/text()")[0]
    assert f'src="{SITE}{big}"' in content
    assert f'srcset="{SITE}{small} 480w, {SITE}{big} 960w"' in content
    assert "tracker.example" not in content
    assert '"/media' not in content


def test_characters_that_xml_forbids_do_not_break_the_feed(client):
    make_review(title="A\ufffftitle", body="A \ufffe body with <b>&#1;</b> all.")
    assert client.get("/reviews/run-on").status_code == 200
    assert len(texts(feed_of(client), "a:entry")) == 1


def test_the_feed_contains_the_newest_public_reviews(client, clock):
    for number in range(FEED_SIZE + 1):
        make_review(slug=f"r-{number:02}", published_at=NOON - timedelta(days=number))
    make_review(slug="draft", published_at=None)
    make_review(slug="future", published_at=clock.now + timedelta(days=1))
    ids = texts(feed_of(client), "a:entry/a:id/text()")
    assert ids == [f"{SITE}/reviews/r-{number:02}" for number in range(FEED_SIZE)]


def test_the_feed_changes_only_when_a_review_changes(client, clock):
    make_review()
    first = client.get("/feed.atom")
    clock.advance(days=3)
    again = client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make_review(title="Another title")
    changed = client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_update_time_of_the_feed_is_that_of_its_last_change(client):
    make_review(slug="newest")
    make_review(
        slug="older",
        published_at=NOON - timedelta(days=9),
        updated_at=NOON + timedelta(minutes=5),
    )
    assert texts(feed_of(client), "a:updated/text()") == ["2026-05-01T12:05:00+00:00"]
