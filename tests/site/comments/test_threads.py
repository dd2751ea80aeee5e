"""Threads on the review's page and on their own page: order, paging, and removed comments."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert

from blog.comments.models import Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Status, Verdict
from blog.text.markup import render_comment
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_reply,
    make_review,
)
from tests.databases import on_both
from tests.desk.desk import make_crowd
from tests.engine import statements
from tests.page import soup_of, text_of
from tests.site.comments.sending import URL, comments
from tests.site.comments.writing import NOW, TOKEN, carry, reload, withdraw, words_of

PAGE = "/reviews/run-on"
MANY = 10_000


@pytest.fixture
def comment(review, moderator):
    return make_published_comment(review=review, moderator=moderator)


def make_replies(to: Comment, count: int, *, name: str = "Guest") -> None:
    """Publish `count` replies in pairs with equal times, so that a page can end inside a pair."""
    html = render_comment("An answer.")
    rows = [
        {
            "review_id": to.review_id,
            "parent_id": to.id,
            "in_reply_to_id": to.id,
            "author_name": name,
            "body": "An answer.",
            "body_html": html,
            "status": Status.PUBLISHED,
            "submitted_at": NOON + timedelta(seconds=(number + 1) // 2),
            "published_at": NOW,
        }
        for number in range(count)
    ]
    write(insert_replies, thread_id=to.id, rows=rows)


def insert_replies(*, thread_id: int, rows: list[dict[str, object]]) -> None:
    db.session.execute(insert(Comment), rows)
    db.session.get_one(Comment, thread_id).has_replies = True


def thread_of(response, comment):
    return soup_of(response).find("li", id=f"comment-{comment.id}")


def count_on(response) -> str:
    return soup_of(response).select_one("#comments .count").get_text()


def numbers_in(items) -> list[int]:
    return [
        int(item["id"].removeprefix("comment-")) for item in items if "more" not in item["class"]
    ]


def test_ten_thousand_replies_need_no_more_statements_than_thirty(client, review, moderator):
    few, many = (make_published_comment(review=review, moderator=moderator) for _ in range(2))
    make_replies(few, 30)
    paths = [PAGE, URL, "{}/replies", "{}/replies/new", "{}"]
    counted = []
    for number in (30, MANY):
        if number == MANY:
            make_replies(many, MANY)
        for path in paths:
            # The first request may need more statements, for example for a new connection.
            client.get(path.format(f"{URL}/{few.id}"))
            with statements() as executed:
                client.get(path.format(f"{URL}/{(few if number == 30 else many).id}"))
            counted.append(len(executed))
    assert counted[: len(paths)] == counted[len(paths) :]
    page = client.get(PAGE)
    assert len(page.data) < 200_000
    assert count_on(page) == f"{MANY + 32:,}"
    assert len(thread_of(page, many).select("ol.replies > li.reply-item")) == 20


@on_both
def test_more_replies_lists_every_reply_once(client, comment):
    make_replies(comment, 173)
    seen = []
    page, pages = client.get(PAGE), 0
    while True:
        items = thread_of(page, comment).select("ol.replies > li")
        seen += numbers_in(items)
        more = items[-1].select_one("a") if "more" in items[-1]["class"] else None
        if more is None:
            break
        assert words_of(more) == "More replies"
        assert more["data-hx-get"] == more["href"]
        assert more["data-hx-target"] == f"#more-replies-{comment.id}"
        page, pages = client.get(more["href"]), pages + 1
        # htmx inserts only the replies of the next page.
        assert soup_of(page).select(more["data-hx-select"]) == thread_of(page, comment).select(
            "ol.replies > li"
        )
        assert more["data-hx-select"] == f"#replies-{comment.id} > li"
    assert seen == [c.id for c in comments()[1:]]
    assert pages == 4, "20 replies on the review's page, 50 on each later page"


@on_both
def test_the_permanent_link_of_a_reply_leads_to_the_page_with_the_reply(client, comment):
    make_replies(comment, 123)
    replies = [c.id for c in comments()[1:]]
    # The first and the last of each page: twenty, fifty, fifty and three.
    for place in (0, 19, 20, 69, 70, 119, 120, 122):
        response = client.get(f"{URL}/{replies[place]}")
        assert response.status_code == 303
        parts = urlsplit(response.location)
        assert parts.fragment == f"comment-{replies[place]}"
        assert parts.path == (PAGE if place < 20 else f"{URL}/{comment.id}/replies"), place
        page = client.get(response.location)
        assert soup_of(page).find("li", id=parts.fragment), place
        assert page.headers["Cache-Control"] == "public, no-cache"


def test_the_link_of_a_reply_finds_its_thread_on_a_later_page(client, review, moderator):
    make_crowd(review, 52, status=Status.PUBLISHED)
    made = comments()
    gone = make_published_reply(to=made[0], moderator=moderator)
    reply = make_published_reply(to=made[51], moderator=moderator)
    make_decision(comment=reload(made[0]), moderator=moderator, verdict=Verdict.SPAM)
    for comment in (gone, reply):
        page = client.get(client.get(f"{URL}/{comment.id}").location)
        assert soup_of(page).find("li", id=f"comment-{comment.id}")


def take_down(comment, moderator):
    verdict = Verdict.TAKE_DOWN
    make_decision(comment=comment, moderator=moderator, verdict=verdict, reason="No.")


def reject(comment, moderator):
    make_decision(comment=comment, moderator=moderator, verdict=Verdict.REJECT)


def mark_as_spam(comment, moderator):
    make_decision(comment=comment, moderator=moderator, verdict=Verdict.SPAM)


def blank(comment, _moderator):
    write(remove_comment, comment_id=comment.id)


ENDS = {
    take_down: "This comment was taken down.",
    reject: "This comment was taken down.",
    mark_as_spam: "This comment was taken down.",
    blank: "This comment was deleted.",
}


def test_a_removed_comment_leaves_a_line_above_its_replies(client, review, moderator):
    made = {}
    for end in ENDS:
        begun = make_published_comment(review=review, moderator=moderator, name="Sora", body="Rain")
        alone = make_published_comment(review=review, moderator=moderator, body="Alone.")
        reply = make_published_reply(to=begun, moderator=moderator)
        make_reply(to=alone, body="It waits.")
        made[end] = (begun.id, reply.id)
        for comment in (begun, alone):
            end(reload(comment), moderator)
    for end, (number, reply_id) in made.items():
        for path in (PAGE, URL, f"{URL}/{number}/replies"):
            page = client.get(path)
            item = soup_of(page).find("li", id=f"comment-{number}")
            assert words_of(item.select_one("p.state")) == ENDS[end]
            assert numbers_in(item.select("ol.replies > li")) == [reply_id]
            assert len(item.select("[data-reader-text]")) == 1, (
                "only the text of the reply is shown"
            )
            for words in ("Sora", "Rain", "Alone.", "Erased", "It waits."):
                assert words not in page.text, (end, path)
        # A removed comment cannot be linked to, replied to or reported; its replies can.
        for path in ("", "/replies/new", "/reports/new"):
            assert client.get(f"{URL}/{number}{path}").status_code == 404
            assert client.get(f"{URL}/{reply_id}{path}").status_code < 400
    assert len(soup_of(client.get(URL)).select("#comment-list > li")) == len(ENDS)
    assert count_on(client.get(PAGE)) == str(len(ENDS))


def test_the_line_of_a_removed_comment_disappears_with_its_last_reply(client, comment, moderator):
    reply = make_published_reply(to=comment, moderator=moderator)
    take_down(reload(comment), moderator)
    assert "This comment was taken down." in text_of(client.get(PAGE))
    take_down(reply, moderator)
    for path in (PAGE, URL):
        assert "No comments yet." in text_of(client.get(path))
    assert client.get(f"{URL}/{comment.id}/replies").status_code == 404


def test_a_withdrawn_comment_leaves_its_own_line(client, review, moderator, clock):
    begun = make_published_comment(review=review, moderator=moderator, token=TOKEN, now=clock.now)
    reply = make_published_reply(to=begun, moderator=moderator, now=clock.now)
    assert withdraw(carry(client), begun).status_code == 303
    item = thread_of(client.get(PAGE), begun)
    assert words_of(item.select_one("p.state")) == "Withdrawn by its author."
    assert numbers_in(item.select("ol.replies > li")) == [reply.id]
    assert "The bench scene." not in client.get(PAGE).text


@on_both
def test_undoing_an_approval_hides_the_thread_until_the_next_approval(client, comment, moderator):
    reply = make_published_reply(to=comment, moderator=moderator)
    make_decision(comment=reload(comment), moderator=moderator, verdict=Verdict.REOPEN)
    for path in (PAGE, URL):
        assert "No comments yet." in text_of(client.get(path))
    assert count_on(client.get(PAGE)) == "0"
    assert "comment" not in soup_of(client.get("/")).select_one(".card").get_text().lower()
    for path in (str(reply.id), f"{comment.id}/replies", f"{reply.id}/replies/new"):
        assert client.get(f"{URL}/{path}").status_code == 404
    make_decision(comment=reload(comment), moderator=moderator)
    assert numbers_in(thread_of(client.get(PAGE), comment).select("ol.replies > li")) == [reply.id]
    assert count_on(client.get(PAGE)) == "2"


@on_both
def test_lines_of_removed_comments_fill_the_page_like_comments(client, review, moderator):
    make_crowd(review, 55, status=Status.PUBLISHED)
    made = comments()
    for place in (0, 3, 49, 50, 54):
        make_published_reply(to=made[place], moderator=moderator)
        mark_as_spam(reload(made[place]), moderator)
    first = client.get(PAGE)
    second = client.get(soup_of(first).find(id="more-comments").a["href"])
    shown = [numbers_in(soup_of(p).select("#comment-list > li")) for p in (first, second)]
    assert shown == [[c.id for c in made[:50]], [c.id for c in made[50:]]]
    assert count_on(first) == "55"
    for place in (48, 51):
        response = client.get(f"{URL}/{made[place].id}")
        assert bool(urlsplit(response.location).query) == (place >= 50)
        assert thread_of(client.get(response.location), made[place])


@on_both
def test_counts_agree_on_every_page(client, review, moderator, comment):
    make_published_reply(to=comment, moderator=moderator)
    make_moderator_reply(comment=reload(comment), moderator=moderator)
    make_reply(to=comment)
    make_comment(review=review)
    hidden = make_published_comment(review=review, moderator=moderator)
    make_published_reply(to=hidden, moderator=moderator)
    make_decision(comment=reload(hidden), moderator=moderator, verdict=Verdict.REOPEN)
    gone = make_published_comment(review=review, moderator=moderator)
    make_published_reply(to=gone, moderator=moderator)
    mark_as_spam(reload(gone), moderator)
    assert count_on(client.get(PAGE)) == "4"
    assert "4 comments" in text_of(client.get(URL))
    assert "4 comments" in text_of(client.get("/"))
    shown = soup_of(client.get(URL)).select("#comment-list [data-reader-text]")
    assert len(shown) == 4


def test_a_thread_has_no_page_under_another_review_or_a_reply(client, comment, moderator):
    reply = make_published_reply(to=comment, moderator=moderator)
    make_review(slug="my-mister")
    assert client.get(f"{URL}/{comment.id}/replies").status_code == 200
    for path in (
        f"/reviews/my-mister/comments/{comment.id}/replies",
        f"{URL}/{reply.id}/replies",
        f"{URL}/999/replies",
        f"{URL}/{comment.id}/replies?after=2020-01-01T00:00:00Z-1-extra",
        f"{URL}/{comment.id}/replies?after=2099-01-01T00:00:00Z.1",
    ):
        assert client.get(path).status_code in (400, 404), path


def test_the_url_of_release_0_1_0_redirects_to_the_thread(client, review, moderator):
    comment = make_published_comment(review=review, moderator=moderator)
    url = f"/reviews/{review.slug}/comments/{comment.id}"
    response = client.get(f"{url}/answers?after=1-1")
    assert (response.status_code, response.location) == (301, f"{url}/replies?after=1-1")


@on_both
def test_every_page_of_a_thread_leads_back_to_the_earlier_replies(client, comment):
    make_replies(comment, 130)
    pages = [thread_of(client.get(PAGE), comment).select_one("li.more a")["href"]]
    while more := thread_of(client.get(pages[-1]), comment).select_one("li.more a"):
        pages.append(more["href"])
    back = [pages[-1]]
    while link := soup_of(client.get(back[-1])).find("a", rel="prev"):
        back.append(link["href"])
    assert back == [*pages[::-1], f"{URL}/{comment.id}/replies"]
