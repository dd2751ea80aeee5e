"""A demo review says that it is one: to readers, to search engines and to feed readers."""

from lxml import etree

from tests.builders import make_review
from tests.page import soup_of, text_of
from tests.site.reviews.test_head import meta

NOTE = "This is a demo review. It came with the software, to try the site with."
URL = "/reviews/run-on"


def test_a_demo_review_tells_its_readers_that_it_is_one(client):
    make_review(is_demo=True, tags=["romance"])
    assert NOTE in text_of(client.get(URL))
    for path in (URL, "/", "/tags/romance"):
        kicker = soup_of(client.get(path)).find(class_="kicker", id=True)
        assert kicker.span.get_text() == "Demo", path


def test_a_demo_review_tells_programs_that_it_is_one(client):
    make_review(is_demo=True, summary="A runner & a translator.", language="ko", body="좋았다.")
    page = soup_of(client.get(URL))
    described = "Demo review. A runner & a translator."
    assert meta(page, "description") == meta(page, "og:description") == described
    feed = etree.fromstring(client.get("/feed.atom").data)
    (entry,) = feed.findall("{*}entry")
    assert entry.findtext("{*}summary") == described
    # The note is outside the element that is marked as Korean.
    assert entry.findtext("{*}content").startswith(f"<p>{NOTE}</p>")


def test_a_review_of_the_sites_own_is_not_called_a_demo(client):
    make_review()
    for path in (URL, "/", "/feed.atom"):
        assert "demo" not in client.get(path).text.lower(), path
