"""The metadata of pages: title, description, canonical URL, picture and robots rules."""

from bs4 import BeautifulSoup

from blog.db.transactions import write
from blog.manuscripts.importing import read_review
from blog.reviews.commands import publish
from blog.reviews.queries import PAGE_SIZE
from tests.builders import NOON, make_moderator, make_published_comment, make_review, sign_in
from tests.manuscripts.files import draw_picture, write_review
from tests.page import soup_of

SITE = "https://drama.example"


def meta(page: BeautifulSoup, name: str) -> str | None:
    tag = page.find("meta", attrs={"name": name}) or page.find("meta", attrs={"property": name})
    return tag and tag["content"]


def is_hidden_from_search(page: BeautifulSoup) -> bool:
    return "noindex" in (meta(page, "robots") or "")


def test_a_review_describes_itself(client):
    make_review(title='Why "we" <fall> 😌', summary="A runner & a translator.")
    page = soup_of(client.get("/reviews/run-on"))
    assert page.title.get_text() == 'Run On · 런온: Why "we" <fall> 😌 · Second Lead'
    assert meta(page, "description") == "A runner & a translator."
    assert page.find("link", rel="canonical")["href"] == f"{SITE}/reviews/run-on"
    assert meta(page, "og:type") == "article"
    assert meta(page, "og:site_name") == "Second Lead"
    assert meta(page, "og:title") == 'Run On · 런온: Why "we" <fall> 😌'
    assert meta(page, "og:description") == "A runner & a translator."
    assert meta(page, "og:url") == f"{SITE}/reviews/run-on"
    assert meta(page, "article:published_time") == "2026-05-01T12:00:00Z"
    assert meta(page, "og:image") is None
    assert not is_hidden_from_search(page)


def test_the_first_picture_of_a_review_from_before_the_upgrade_is_its_preview_image(
    app, client, tmp_path
):
    draw_picture(tmp_path, "a.png", size=(800, 400))
    path = write_review(tmp_path, body="![A](a.png)")
    write(publish, manuscript=read_review(path, tmp_path / "media"), now=NOON)
    page = soup_of(client.get("/reviews/run-on"))
    image = meta(page, "og:image")
    assert (meta(page, "og:image:width"), meta(page, "og:image:height")) == ("800", "400")
    assert image.startswith(f"{SITE}/media/")
    with client.get(image.removeprefix(SITE)) as response:
        assert response.status_code == 200
    assert meta(soup_of(client.get("/")), "og:image") == image


def test_a_public_page_has_a_canonical_url_a_description_and_the_feed(client):
    make_review(tags=["romance"])
    for path in ("/", "/reviews/run-on", "/tags/romance"):
        page = soup_of(client.get(f"{path}?utm_source=letter"))
        assert page.find("link", rel="canonical")["href"] == f"{SITE}{path}"
        assert meta(page, "description"), path
        assert page.find("link", type="application/atom+xml")["href"] == "/feed.atom", path
        assert not is_hidden_from_search(page), path
        with client.get(page.find("link", rel="icon")["href"]) as icon:
            assert icon.mimetype == "image/svg+xml", path


def test_pages_of_a_demo_review_are_not_indexed(client):
    make_review(is_demo=True, tags=["romance"])
    for path in ("/", "/reviews/run-on", "/tags/romance"):
        assert is_hidden_from_search(soup_of(client.get(path))), path


def test_the_front_page_is_indexed_unless_a_demo_review_leads(client, clock):
    make_review(is_demo=True, slug="demo")
    make_review(slug="run-on")
    assert not is_hidden_from_search(soup_of(client.get("/")))


def test_personal_and_moderation_pages_are_not_indexed(client):
    make_published_comment(review=make_review())
    make_moderator()
    paths = ["/reviews/run-on/comments/mine", "/admin/login", "/no-such-page"]
    hidden = [is_hidden_from_search(soup_of(client.get(path))) for path in paths]
    sign_in(client)
    assert [*hidden, is_hidden_from_search(soup_of(client.get("/admin/comments")))] == [True] * 4


def test_a_later_page_is_its_own_canonical_url(client):
    for number in range(PAGE_SIZE + 1):
        make_review(slug=f"r-{number}")
    link = soup_of(client.get("/")).find("a", rel="next")["href"]
    page = soup_of(client.get(link))
    assert page.find("link", rel="canonical")["href"] == f"{SITE}{link}"
