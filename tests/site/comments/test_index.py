"""GET /reviews/<slug>/comments: the pages of public comments and their count."""

from datetime import timedelta

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
from tests.databases import on_both
from tests.desk.desk import make_crowd, spell
from tests.page import soup_of, text_of
from tests.site.comments.sending import URL, comments


def publish_many(review, count):
    """Publish `count` comments in pairs with equal times; return their texts in order."""
    make_crowd(review, count, status=Status.PUBLISHED)
    return [f"Crowd {spell(number)}." for number in range(count)]


def bodies_of(response):
    texts = soup_of(response).select("#comment-list [data-reader-text]")
    return [text.get_text().strip() for text in texts]


def next_of(response):
    links = soup_of(response).find_all("a", rel="next", href=lambda href: "comments" in href)
    return links[0]["href"] if links else None


def test_fifty_comments_are_on_a_page_oldest_first(client, review):
    bodies = publish_many(review, 120)
    first = client.get(URL)
    assert bodies_of(client.get("/reviews/run-on")) == bodies_of(first)
    assert next_of(client.get("/reviews/run-on")) == next_of(first)
    second = client.get(next_of(first))
    third = client.get(next_of(second))
    pages = [bodies_of(page) for page in (first, second, third)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert pages[0] + pages[1] + pages[2] == bodies
    assert next_of(third) is None


@on_both
def test_a_full_page_has_no_next_one(client, review):
    publish_many(review, PAGE_SIZE)
    page = client.get(URL)
    assert len(bodies_of(page)) == PAGE_SIZE
    assert next_of(page) is None


def test_htmx_loads_more_comments_from_the_url_of_the_link(client, review):
    publish_many(review, PAGE_SIZE + 1)
    link = soup_of(client.get("/reviews/run-on")).find(id="more-comments").a
    assert link["data-hx-get"] == link["href"]
    items = soup_of(client.get(link["href"])).select(link["data-hx-select"])
    assert len(items) == 1


def test_each_comment_has_an_anchor_and_a_permanent_link(client, review):
    comment = make_published_comment(review=review)
    item = soup_of(client.get(URL)).find(id=f"comment-{comment.id}")
    assert item.find("a", class_="permalink")["href"] == f"{URL}/{comment.id}"
    assert item.find("time")["datetime"] == "2026-05-01T12:00:00Z"


INVALID_CURSORS = [
    *("1", "-", "a-b", "1-", "-1", "1-1-1", "1_1", "٣-٣", "9" * 18 + "-1", "1-" + "9" * 19),
    *("%00", "1-1%00", "1-1'", " 1-1", "0x1-1", "1e3-1"),
]


def test_an_invalid_cursor_is_404(client, review):
    make_published_comment(review=review)
    for after in INVALID_CURSORS:
        assert client.get(f"{URL}?after={after}").status_code == 404, after


@on_both
def test_a_cursor_of_any_time_is_valid(client, review):
    make_published_comment(review=review)
    for after in ("0-0", "0-999999999999999999", "99999999999999999-1"):
        assert client.get(f"{URL}?after={after}").status_code in (200, 404), after


@on_both
def test_there_is_no_page_after_the_last_comment(client, review):
    comment = make_published_comment(review=review)
    assert client.get(f"{URL}?after={comment.cursor}").status_code == 404


def test_a_later_page_is_its_own_canonical_address(client, review):
    publish_many(review, 3)
    _first, before, _last = comments()
    page = client.get(f"{URL}?after={before.cursor}")
    assert len(bodies_of(page)) == 1
    assert soup_of(page).find("link", rel="canonical")["href"].endswith(f"?after={before.cursor}")


@on_both
def test_only_approved_comments_are_shown_and_counted(client, review, moderator):
    make_comment(review=review, body="It waits.")
    for verdict in (Verdict.APPROVE, Verdict.APPROVE_SPOILER, Verdict.REJECT, Verdict.SPAM):
        comment = make_comment(review=review, body=f"To be {verdict}.")
        make_decision(comment=comment, moderator=moderator, verdict=verdict)
    for verdict in (Verdict.TAKE_DOWN, Verdict.REOPEN):
        comment = make_published_comment(review=review, moderator=moderator, body="Gone again.")
        make_decision(comment=comment, moderator=moderator, verdict=verdict)
    make_published_comment(review=make_review(slug="my-mister"), moderator=moderator)
    page = client.get(URL)
    assert bodies_of(page) == ["To be approve.", "To be approve_spoiler."]
    assert "2 comments" in text_of(page)
    assert soup_of(client.get("/reviews/run-on")).select_one("#comments .count").text == "2"
    front = text_of(client.get("/"))
    assert "2 comments" in front
    assert "1 comment" in front


@on_both
def test_the_count_covers_all_pages_and_follows_decisions(client, review, moderator):
    publish_many(review, 60)
    assert "60 comments" in text_of(client.get(next_of(client.get(URL))))
    make_decision(comment=comments()[-1], moderator=moderator, verdict=Verdict.SPAM)
    assert "59 comments" in text_of(client.get(URL))
    assert "59" in soup_of(client.get("/reviews/run-on")).select_one("#comments .count").text
    assert "59 comments" in text_of(client.get("/"))


def test_a_review_that_is_not_public_has_no_comments(client):
    make_comment(review=make_review(slug="draft", published_at=None))
    make_comment(review=make_review(slug="future", published_at=NOON + timedelta(days=9)))
    for slug in ("draft", "future", "unknown"):
        assert client.get(f"/reviews/{slug}/comments").status_code == 404, slug


@on_both
def test_every_page_of_comments_leads_back_to_the_earlier_ones(client, review):
    bodies = publish_many(review, 170)
    pages = [URL]
    while following := next_of(client.get(pages[-1])):
        pages.append(following)
    back = [pages[-1]]
    while link := soup_of(client.get(back[-1])).find("a", rel="prev"):
        back.append(link["href"])
    assert back == pages[::-1]
    # Without a removed comment the pages begin elsewhere, and they still leave none out.
    first = comments()[0]
    make_decision(comment=first, moderator=make_moderator(), verdict=Verdict.SPAM)
    seen, address = set(), pages[-1]
    while address:
        page = client.get(address)
        seen |= set(bodies_of(page))
        link = soup_of(page).find("a", rel="prev")
        address = link and link["href"]
    assert seen == set(bodies[1:])


def test_every_page_with_comments_has_the_form_and_takes_own_comments(client, review):
    publish_many(review, PAGE_SIZE + 1)
    thread = f"{URL}/{comments()[0].id}/replies"
    home = soup_of(client.get("/reviews/run-on"))
    for address in (URL, next_of(client.get(URL)), thread):
        page = soup_of(client.get(address))
        for place in ("comment-form", "waiting", "own-news", "respond"):
            assert str(page.find(id=place)) == str(home.find(id=place)), (address, place)


def test_a_closed_review_has_no_form_on_any_page(client):
    review = make_review(comments_open=False)
    publish_many(review, PAGE_SIZE + 1)
    for address in (URL, next_of(client.get(URL)), f"{URL}/{comments()[0].id}/replies"):
        page = client.get(address)
        assert "Comments on this review are closed." in text_of(page)
        assert soup_of(page).find(id="comment-form") is None
