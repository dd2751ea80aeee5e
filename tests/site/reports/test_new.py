"""GET /reviews/<slug>/comments/<id>/reports/new, and the links to this page."""

from blog.comments.models import Comment
from blog.db.engine import db
from blog.reports.models import Kind
from tests.builders import (
    make_comment,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_review,
    sign_in,
)
from tests.page import soup_of, text_of
from tests.site.comments.writing import TOKEN
from tests.site.reports.reporting import REVIEW, url_of


def test_published_comments_of_readers_link_to_the_report_page(client, review, comment):
    client.set_cookie("second_lead_owner", TOKEN, path="/reviews")
    make_comment(review=review, body="It waits.", token=TOKEN)
    make_moderator_reply(comment=comment)
    reply = make_published_reply(to=comment)
    for path in ("", "/comments", f"/comments/{comment.id}/replies", "/comments/mine"):
        links = soup_of(client.get(REVIEW + path)).find_all("a", class_="report")
        # The page of own comments has no report links.
        expected = [] if path.endswith("/mine") else [comment, reply]
        assert [link["href"] for link in links] == [f"{url_of(one)}/new" for one in expected], path
        for link, one in zip(links, expected, strict=True):
            assert link.get_text() == "Report", path
            assert "nofollow" in link["rel"], path
            assert link.find_parent("li")["id"] == f"comment-{one.id}", path


def test_a_readers_reply_is_reported_like_any_comment(client, comment):
    reply = make_published_reply(to=comment, name="Sora", body="So did I.")
    page = soup_of(client.get(f"{url_of(reply)}/new"))
    assert page.select_one("[data-reader-name]").get_text() == "Sora"
    form = page.find("form", id="report-form")
    response = client.post(form["action"], data={"kind": "insult"})
    assert response.status_code == 303
    assert "Your report has arrived" in text_of(client.get(response.location))
    db.session.rollback()
    assert db.session.get(Comment, reply.id, populate_existing=True).waits_again


def test_the_page_quotes_the_comment(client, comment):
    page = soup_of(client.get(f"{url_of(comment)}/new"))
    [words] = page.select("[data-reader-text]")
    assert words.decode_contents().strip() == "<p>The <em>bench</em> scene.</p>"
    assert page.select_one("[data-reader-name]").get_text() == comment.author_name
    assert page.title.get_text().startswith("Report a comment")


def test_the_form_has_a_radio_button_for_each_kind(client, comment):
    page = soup_of(client.get(f"{url_of(comment)}/new"))
    form = page.find("form", id="report-form")
    assert (form["action"], form["method"]) == (url_of(comment), "post")
    assert form["data-hx-post"] == form["action"]
    buttons = form.find_all("input", type="radio", attrs={"name": "kind"})
    assert [button["value"] for button in buttons] == [kind.value for kind in Kind]
    labels = [button.find_parent("label").get_text(strip=True) for button in buttons]
    assert labels == [kind.label for kind in Kind]
    assert not [button for button in buttons if button.has_attr("checked")]
    assert (
        form.find("fieldset").find("legend").get_text(strip=True)
        == "What is wrong with this comment?"
    )
    assert form.find("textarea", attrs={"name": "body"})
    assert "stays public until a moderator has looked at it" in text_of(
        client.get(f"{url_of(comment)}/new")
    )


def test_the_page_is_the_same_for_everybody_and_not_indexed(client, stranger, comment):
    make_moderator()
    sign_in(client)
    client.set_cookie("second_lead_owner", TOKEN, path="/reviews")
    for page in ("new", "thanks"):
        path = f"{url_of(comment)}/{page}"
        own, others = client.get(path), stranger.get(path)
        assert own.status_code == 200, page
        assert own.data == others.data, page
        for response in (own, others):
            cached = response.headers["Cache-Control"]
            assert cached in ("public, no-cache", "no-cache, public"), page
            assert "Set-Cookie" not in response.headers, page
            assert "Vary" not in response.headers, page
        again = stranger.get(path, headers={"If-None-Match": own.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), page
        assert soup_of(own).find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_the_thank_you_page_links_to_the_comment_or_the_review(client, review, comment):
    links = {a["href"] for a in soup_of(client.get(f"{url_of(comment)}/thanks")).select("main a")}
    assert links == {f"{REVIEW}/comments/{comment.id}"}
    waiting = make_comment(review=review)
    links = {a["href"] for a in soup_of(client.get(f"{url_of(waiting)}/thanks")).select("main a")}
    assert links == {REVIEW}


def test_comments_on_a_closed_review_can_be_reported(client):
    comment = make_published_comment(review=make_review(slug="run-on", comments_open=False))
    assert client.get(f"{url_of(comment)}/new").status_code == 200
