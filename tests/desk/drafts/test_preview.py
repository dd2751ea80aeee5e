"""GET /admin/reviews/<id>/preview: the page of a review as it is written now."""

import re
from datetime import timedelta

import pytest

from blog.db.engine import db
from blog.publishing.previewing import LONGEST_PREVIEW
from blog.reviews.models import Review
from tests.builders import make_published_comment, make_review, make_reviewer
from tests.databases import on_both
from tests.desk.drafts.writing import REVIEWS, TEXT, form_of, public_page, send, write_new
from tests.page import soup_of, text_of

PREVIEW = f"{REVIEWS}/1/preview"


def article_of(response):
    """Return the words of a review's page above its comments, without what only one page has."""
    article = soup_of(response).find("article")
    for part in article.select(".share, .at-a-glance"):
        part.decompose()
    return re.sub(r"\s+", " ", article.get_text(" "))


@on_both
def test_the_preview_is_the_page_that_publishing_makes(desk):
    make_reviewer(name="Hana Yoo", slug="hana-yoo")
    body = "## One\n\nA *word*.\n\n| a | b | c |\n| - | - | - |\n| 1 | 2 | 3 |\n\n> Quoted.\n"
    write_new(desk, body=body, published="2026-05-01")
    preview = desk.get(PREVIEW)
    shown = article_of(preview)
    assert "1 May 2026" in shown
    assert soup_of(preview).find("a", rel="author")["href"] == "/reviewers/hana-yoo"
    assert soup_of(preview).body["class"][0] == "reading"
    assert db.session.query(Review).count() == 0, "It is in no table."
    send(desk, form_of(desk), "publish")
    assert article_of(public_page(desk)) == shown


def test_the_preview_shows_what_is_saved_and_no_public_page_changes(desk):
    review = make_review()
    make_published_comment(review=review, moderator=desk.moderator, body="The bench scene.")
    before = public_page(desk).data
    send(desk, form_of(desk), body="Another thought.", title="Another headline")
    preview = desk.get(PREVIEW)
    assert "Another thought." in text_of(preview)
    assert "Another headline" in soup_of(preview).h1.get_text()
    assert public_page(desk).data == before


def test_a_preview_takes_no_comments_and_is_kept_from_search_engines(desk):
    write_new(desk, comments="")
    response = desk.get(PREVIEW)
    page = soup_of(response)
    assert "Comments appear here" in text_of(response)
    assert not page.find_all(["form", "script", "input"])
    assert not page.find(attrs={"data-share": True})
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "private, no-store"


UNFINISHED = {
    "nothing": {},
    "only a text": {"body": "![A bench](bench.jpg)\n\n<b>Words</b> ![](/media/x.webp)"},
    "wrong values": {
        "title": "가" * 2000, "rating": "eleven", "published": "soon", "updated": "then",
        "slug": "Not a slug/", "language": "??", "trailer": "javascript:alert(1)",
        "tags": "a/b, ..., <b>", "comments": "maybe", "drama-year": "2", "drama-episodes": "-1",
        "drama-cast-0-role": "Nobody", "drama-cast-1-actor": "../..",
        "drama-watch-0-service": "Viki", "drama-watch-1-url": "https://viki.example/",
        "drama-network": "/", "author": "\u202e",
    },
}  # fmt: skip


@pytest.mark.parametrize("fields", UNFINISHED.values(), ids=UNFINISHED)
def test_an_unfinished_review_has_a_preview(desk, fields):
    response = desk.post(REVIEWS, {"action": "preview", **fields}, htmx=False)
    assert (response.status_code, response.location) == (303, PREVIEW)
    response = desk.get(PREVIEW)
    assert response.status_code == 200
    assert "javascript:" not in response.text
    words = text_of(response)
    assert "not published yet" in words
    if "title" not in fields:
        assert "(no headline yet)" in words
        assert "(no summary yet)" in words
    if fields.get("body"):
        assert "(The picture bench.jpg is missing.)" in words


def test_the_date_of_a_preview_is_the_planned_one(desk, clock):
    soon = clock.now + timedelta(days=3)
    write_new(desk, "schedule", published=soon.isoformat(sep=" ", timespec="minutes"))
    assert soup_of(desk.get(PREVIEW)).find("time")["datetime"].startswith(f"{soon:%Y-%m-%d}")


def test_each_block_says_its_line_only_in_the_preview(desk):
    write_new(desk, "publish", body="## One\n\nA word.\n\n- a\n- b\n")
    lines = [tag["data-line"] for tag in soup_of(desk.get(PREVIEW)).select(".prose [data-line]")]
    assert lines == ["0", "2", "4", "4", "5"]
    assert soup_of(desk.get(PREVIEW)).select_one(".prose h2[id][data-line]")
    assert "data-line" not in public_page(desk).text


def test_the_editor_may_show_the_preview_in_a_frame_and_nothing_else(desk):
    write_new(desk)
    preview, editor = desk.get(PREVIEW), desk.get(f"{REVIEWS}/1/edit")
    refused = send(desk, form_of(desk), "publish", title="")
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in preview.headers
    assert "frame-src" not in preview.headers["Content-Security-Policy"]
    for response in (editor, refused, desk.get(f"{REVIEWS}/new")):
        policy = response.headers["Content-Security-Policy"]
        assert "frame-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Frame-Options"] == "DENY"
    for path in ("", "/1/revisions", "/1/links"):
        policy = desk.get(f"{REVIEWS}{path}").headers["Content-Security-Policy"]
        assert "frame-src" not in policy
        assert "frame-ancestors 'none'" in policy


def test_a_text_that_takes_long_to_render_gets_words_instead_of_a_preview(desk):
    write_new(desk, body="word " * (LONGEST_PREVIEW // 5))
    assert desk.get(PREVIEW).status_code == 200
    send(desk, form_of(desk), body="word " * (LONGEST_PREVIEW // 5) + "!")
    response = desk.get(PREVIEW)
    assert response.status_code == 413
    assert "no preview of a text with over 100,000 characters" in text_of(response)
    assert "X-Frame-Options" not in response.headers, "The frame shows these words."


def test_a_stranger_sees_no_preview(desk, app):
    write_new(desk)
    stranger = app.test_client()
    for path in (PREVIEW, f"{REVIEWS}/1/links", f"{REVIEWS}/1/revisions", f"{REVIEWS}/2/preview"):
        response = stranger.get(path)
        assert response.location.startswith("/admin/login")
        assert TEXT.split(".")[0] not in response.text
    assert desk.get(f"{REVIEWS}/2/preview").status_code == 404
