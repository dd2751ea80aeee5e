"""GET /sitemap.xml and GET /robots.txt."""

from datetime import timedelta

from lxml import etree

from tests.builders import NOON, make_review

SITE = "https://drama.example"
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client) -> list[str]:
    response = client.get("/sitemap.xml")
    assert response.content_type == "application/xml; charset=utf-8"
    tree = etree.fromstring(response.data)
    return [url.removeprefix(SITE) for url in tree.xpath("m:url/m:loc/text()", namespaces=MAP)]


def test_the_sitemap_lists_every_public_page(client):
    make_review(slug="run-on", tags=["romance", "로맨스"], drama_network="JTBC")
    make_review(slug="reply-1988", tags=["romance"], cast=[("IU", "A & B"), ("..", "No page")])
    make_review(slug="older", published_at=NOON - timedelta(days=1), cast=[("Iu", "C")])
    assert sorted(addresses(client)) == sorted([
        *("/", "/reviews/run-on", "/reviews/reply-1988", "/tags/romance"),
        *("/tags/%EB%A1%9C%EB%A7%A8%EC%8A%A4", "/about", "/privacy", "/terms"),
        *("/dramas", "/people", "/people/IU", "/networks/JTBC", "/years/2020"),
        "/reviews/older",
    ])  # fmt: skip


def test_drafts_future_and_demo_reviews_are_absent(client, clock):
    make_review(slug="draft", tags=["a"], published_at=None)
    make_review(slug="future", tags=["b"], published_at=clock.now + timedelta(days=1))
    make_review(slug="demo", tags=["c"], is_demo=True, cast=[("IU", "A")], drama_network="JTBC")
    assert addresses(client) == ["/", "/dramas", "/people", "/about", "/privacy", "/terms"]


def test_the_sitemap_has_the_time_of_the_last_change_of_a_review(client):
    make_review(updated_at=NOON + timedelta(days=2))
    tree = etree.fromstring(client.get("/sitemap.xml").data)
    assert tree.xpath("m:url/m:lastmod/text()", namespaces=MAP) == ["2026-05-03T12:00:00Z"]


def test_robots_txt_forbids_nothing(client):
    response = client.get("/robots.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    lines = response.get_data(as_text=True).splitlines()
    assert "User-agent: *" in lines
    # A robot could not read the noindex of a page that robots.txt forbids.
    assert "Disallow:" in lines
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert "Disallow: /" not in lines
