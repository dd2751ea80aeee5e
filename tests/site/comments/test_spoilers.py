"""Spoilers: their text is collapsed on every page and absent from everything else."""

from datetime import timedelta

import pytest

from blog.moderation.states import Status, Verdict
from blog.site.comments.queries import PAGE_SIZE
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_review,
)
from tests.desk.desk import make_crowd
from tests.page import soup_of, text_of
from tests.site.comments.sending import COMMENT, URL, comments, send
from tests.site.comments.writing import TOKEN

WORDS = "He was the *translator* all along.\n\n> quoted\n\nhttps://example.org/a"
SECRET = "all along"


@pytest.fixture
def review(app):
    return make_review(tags=["romance"])


def make_spoiler(review, **more):
    return make_published_comment(review=review, body=WORDS, is_spoiler=True, **more)


def spoilers_of(response):
    return soup_of(response).find_all("details", class_="spoiler")


def outside_of_spoilers(response):
    """Return the source of a response without its collapsed spoilers."""
    if response.mimetype != "text/html":
        return response.text
    soup = soup_of(response)
    for spoiler in soup.find_all("details", class_="spoiler"):
        assert not spoiler.has_attr("open")
        spoiler.decompose()
    # Not shown: the author's script compares it with the author's drafts.
    for own in soup.select(".own[data-source]"):
        del own["data-source"]
    return str(soup)


def test_a_spoiler_is_collapsed_under_a_label(client, review):
    make_spoiler(review)
    [spoiler] = spoilers_of(client.get(URL))
    assert " ".join(spoiler.summary.get_text().split()) == "Spoiler. Show"
    assert spoiler.find("summary", recursive=False)
    assert not spoiler.summary.find(attrs={"data-reader-text": True})


def test_the_text_of_a_spoiler_is_rendered_like_any_other(client, review):
    make_spoiler(review)
    make_published_comment(review=review, body=WORDS)
    spoiler, plain = soup_of(client.get(URL)).select("#comment-list > li")
    assert len(spoiler.select("[data-reader-text]")) == 1
    inner = [item.select_one("[data-reader-text]").decode_contents() for item in (spoiler, plain)]
    assert inner[0] == inner[1]
    assert spoiler.select_one("details.spoiler [data-reader-text]")
    assert not plain.select("details.spoiler")


def test_a_spoiler_is_excluded_from_search_snippets(client, review):
    make_spoiler(review)
    make_published_comment(review=review)
    spoiler, plain = soup_of(client.get(URL)).select("#comment-list [data-reader-text]")
    # Search engines accept data-nosnippet only on div, span and section.
    assert spoiler.name == "div"
    assert spoiler.has_attr("data-nosnippet")
    assert not plain.has_attr("data-nosnippet")


PUBLIC = [
    *("/", "/reviews/run-on", URL, f"{URL}/mine", "/tags/romance", "/feed.atom", "/sitemap.xml"),
    *("/robots.txt", "/about", "/nothing-here"),
]
WITH_COMMENTS = ("/reviews/run-on", URL, f"{URL}/mine")


def test_no_page_shows_the_text_outside_the_spoiler(client, review):
    make_spoiler(review, token=TOKEN, name="Sora")
    client.set_cookie("second_lead_owner", TOKEN, path="/reviews")
    for path in PUBLIC:
        response = client.get(path)
        assert SECRET not in outside_of_spoilers(response), path
        assert (SECRET in response.text) == (path in WITH_COMMENTS), path


def test_the_report_page_keeps_a_spoiler_collapsed(client, review):
    comment = make_spoiler(review)
    for path in (f"{URL}/{comment.id}/reports/new", f"{URL}/{comment.id}/reports/thanks"):
        assert SECRET not in outside_of_spoilers(client.get(path))
    refused = client.post(f"{URL}/{comment.id}/reports", data={})
    assert refused.status_code == 422
    assert spoilers_of(refused)
    assert SECRET not in outside_of_spoilers(refused)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_pending_spoiler_is_collapsed(client, review, htmx):
    response = send(client, COMMENT | {"body": WORDS, "is_spoiler": "y"}, htmx=htmx)
    page = response if htmx else client.get(response.location)
    assert "Awaiting approval" in text_of(page)
    assert len(spoilers_of(page)) == 1
    assert SECRET not in outside_of_spoilers(page)


def test_a_later_page_keeps_a_spoiler_collapsed(client, review):
    make_crowd(review, PAGE_SIZE, status=Status.PUBLISHED)
    make_spoiler(review, now=NOON + timedelta(hours=1))
    link = soup_of(client.get("/reviews/run-on")).find(id="more-comments").a
    page = client.get(link["href"])
    assert len(spoilers_of(page)) == 1
    assert SECRET not in outside_of_spoilers(page)


def test_a_moderator_marks_and_unmarks_a_spoiler(client, review):
    moderator = make_moderator()
    comment = make_comment(review=review, body=WORDS)
    spoiler = make_decision(comment=comment, moderator=moderator, verdict=Verdict.APPROVE_SPOILER)
    assert len(spoilers_of(client.get("/reviews/run-on"))) == 1
    make_decision(comment=spoiler, moderator=moderator, verdict=Verdict.NOT_SPOILER)
    page = client.get("/reviews/run-on")
    assert not spoilers_of(page)
    assert SECRET in page.text
    assert comments()[0].body == WORDS


def test_a_spoiler_marked_by_its_author_stays_one_after_approval(client, review):
    make_spoiler(review)
    assert comments()[0].is_spoiler
    assert comments()[0].is_public


def test_a_spoiler_counts_like_any_comment(client, review):
    make_spoiler(review)
    assert soup_of(client.get("/reviews/run-on")).select_one("#comments .count").text == "1"


def test_html_in_a_spoiler_does_not_open_the_spoiler(client, review):
    body = "</div></details><details open><summary>Look</summary>" + SECRET
    make_published_comment(review=review, body=body, is_spoiler=True)
    page = client.get("/reviews/run-on")
    assert len(soup_of(page).select("details.spoiler")) == 1
    assert SECRET not in outside_of_spoilers(page)
