"""GET /admin/comments: the rows and lists of the moderation queue."""

from datetime import timedelta

from blog.moderation.states import Verdict
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator_reply,
    make_published_comment,
    make_report,
)
from tests.desk.desk import (
    CHANGES,
    URL,
    bring,
    make_crowd,
    make_many,
    numbers_of,
    rows_of,
    verdicts_of,
    words_of,
)
from tests.engine import statements
from tests.page import soup_of, text_of

TOKEN = "ab" * 16


def test_the_longest_waiting_comment_comes_first(desk, review):
    comments = [
        make_comment(review=review, body=f"{word} ago.", now=NOON - timedelta(minutes=minutes))
        for minutes, word in ((5, "A while"), (30, "Long"), (10, "Not so long"))
    ]
    assert numbers_of(desk.get()) == [comments[n].id for n in (1, 2, 0)]


def test_a_row_shows_author_text_review_and_waiting_time(desk, review, clock):
    make_comment(
        review=review, name="Jo Kim", email="jo@example.org", body="The *bench*\nscene.", now=NOON
    )
    clock.now = NOON + timedelta(hours=3, minutes=20)
    (row,) = rows_of(desk.get())
    assert row.select_one("[data-reader-name]").get_text() == "Jo Kim"
    assert "jo@example.org" in words_of(row)
    assert "waiting 3 hours" in words_of(row)
    assert row.find("a", string="Run On")["href"] == "/reviews/run-on"
    assert "<em>bench</em><br" in str(row.select_one("[data-reader-text]"))
    assert verdicts_of(row) == ["approve", "approve_spoiler", "reject", "spam", "discuss", "reject"]


def test_a_row_without_an_e_mail_leaves_it_out(desk, comment):
    (row,) = rows_of(desk.get())
    assert row.select_one(".email") is None
    assert "None" not in row.get_text()


# Waiting times, and the text the queue shows for them, longest first.
SPANS = [
    ({"days": 400}, "400 days"),
    ({"hours": 47}, "1 day"),
    ({"hours": 24}, "1 day"),
    ({"minutes": 61}, "1 hour"),
    ({"minutes": 59}, "59 minutes"),
    ({"seconds": 60}, "1 minute"),
    ({"seconds": 59}, "less than a minute"),
    ({"seconds": -90}, "less than a minute"),
]


def test_the_waiting_time_is_shown_in_its_largest_unit(desk, review, clock):
    for number, (span, _words) in enumerate(SPANS):
        make_comment(review=review, body="ab" * (number + 1), now=clock.now - timedelta(**span))
    page = desk.get()
    shown = [row.select_one(".row-meta time").get_text() for row in rows_of(page)]
    assert shown == [words for _span, words in SPANS]
    assert "oldest: 400 days" in text_of(page)


def test_a_row_shows_its_reasons_as_links_to_the_filter(desk, review):
    body = "See https://example.org/a and https://example.org/b for more."
    make_comment(review=review, body=body, typed_seconds=1.2, is_trapped=True)
    make_comment(review=review, body="Nothing odd here.")
    odd, plain = rows_of(desk.get())
    said = {words_of(link): link["href"] for link in odd.select(".reasons a")}
    assert said == {
        "Contains links 2": f"{URL}?reason=links",
        "Typed too fast 1 s": f"{URL}?reason=hasty",
        "Spam trap filled": f"{URL}?reason=trap",
    }
    assert odd.has_attr("data-has-reasons")
    assert [code.get_text() for code in odd.select(".addresses code")] == [
        "https://example.org/a",
        "https://example.org/b",
    ]
    assert not plain.select(".reasons, .addresses")
    assert not plain.has_attr("data-has-reasons")


def test_a_row_counts_earlier_comments_of_its_browser(desk, review):
    for word, verdict in (("One", Verdict.APPROVE), ("Two", Verdict.REJECT), ("Three", "spam")):
        comment = make_comment(review=review, body=f"{word}.", token=TOKEN)
        make_decision(comment=comment, moderator=desk.moderator, verdict=Verdict(verdict))
    make_comment(review=review, body="Four.", token=TOKEN)
    make_comment(review=review, body="Somebody else's.")
    words = [words_of(row) for row in rows_of(desk.get())]
    assert "1 published, 2 refused before" in words[0]
    assert "new commenter" in words[1]


def test_every_state_has_a_list_with_its_count_newest_first(desk, review):
    states = ["published", "published", "rejected", "rejected", "spam", "removed", "pending"]
    comments = [
        bring(comment, state, desk.moderator)
        for comment, state in zip(make_many(review, len(states)), states, strict=True)
    ]
    make_report(comment=comments[0])
    links = soup_of(desk.get()).select("#filters nav a")
    assert [words_of(link) for link in links] == [
        "Waiting 2", "Reported 1", "Published 2", "Rejected 2", "Spam 1", "Taken down 1",
    ]  # fmt: skip
    assert [link.get("aria-current") for link in links] == ["page", *[None] * 5]
    shown = [numbers_of(desk.get(link["href"])) for link in links]
    expected = [[0, 6], [0], [1, 0], [3, 2], [4], [5]]
    assert shown == [[comments[n].id for n in numbers] for numbers in expected]


def test_a_decided_row_names_the_moderator_and_offers_the_other_verdicts(desk, review):
    make_published_comment(review=review, moderator=desk.moderator, now=NOON)
    (row,) = rows_of(desk.get(status="published"))
    assert "Published by Mina Park, 12:00 UTC on 1 May 2026" in words_of(row)
    assert verdicts_of(row) == ["approve_spoiler", "spam", "take_down"]


def test_more_than_a_thousand_comments_are_shown_as_1000_plus(desk, review):
    make_crowd(review, 1000)
    assert "1,000 left" in text_of(desk.get())
    make_crowd(review, 2, start=1000)
    page = desk.get()
    assert "1,000+ left" in text_of(page)
    assert "Waiting 1,000+" in text_of(page)
    assert "1,000+ new" in text_of(desk.get(CHANGES, since="0", newest="0-0"))


def test_an_empty_queue_shows_a_message(desk):
    words = text_of(desk.get())
    assert "수고하셨어요" in words
    assert "Nothing waiting" in words


def test_an_empty_list_shows_a_message(desk):
    for status in ("published", "rejected", "spam", "removed"):
        assert "No comments here." in text_of(desk.get(status=status)), status


def test_an_empty_later_page_does_not_say_that_nothing_waits(desk, comment):
    page = desk.get(after="1.99999999999999999-1")
    assert "No more comments. Go to the first page" in text_of(page)
    assert "No comments are waiting" not in text_of(page)


def test_the_queue_is_neither_cached_nor_indexed(desk):
    for status in ("pending", "published"):
        page = desk.get(status=status)
        assert page.headers["Cache-Control"] == "private, no-store", status
        assert soup_of(page).find("meta", {"name": "robots"})["content"] == "noindex", status


def test_a_long_comment_is_collapsed_and_complete_in_the_page(desk, review):
    make_comment(review=review, body="Word after word. " * 40)
    make_comment(review=review, body="One\n" * 8 + "Nine")
    make_comment(review=review, body="Short.")
    rows = rows_of(desk.get())
    assert [bool(row.select_one(".clamp.is-long .more-or-less")) for row in rows] == [
        True, True, False,
    ]  # fmt: skip
    assert rows[0].select_one("[data-reader-text]").get_text().count("Word after") == 40


def test_a_moderators_reply_has_a_badge(desk, review):
    comment = make_published_comment(review=review)
    make_moderator_reply(comment=comment, moderator=desk.moderator)
    rows = rows_of(desk.get(status="published"))
    assert [bool(row.find(class_="badge", string="Reply")) for row in rows] == [True, False]


def test_a_row_says_what_became_of_each_earlier_comment_of_its_sender(desk, review):
    for number, state in enumerate(("published", "published", "rejected", "spam"), start=1):
        sent = NOON - timedelta(days=number)
        comment = make_comment(
            review=review, body=f"Scene {state} {number}.", token=TOKEN, now=sent
        )
        bring(comment, state, desk.moderator)
    make_comment(review=review, body="Another.", token=TOKEN)
    make_comment(review=review, body="Known.", token=TOKEN)
    make_comment(review=review, body="New.", token="cd" * 16)
    _, known, new = (row.select_one(".sender") for row in rows_of(desk.get()))
    assert words_of(known) == (
        "Comments from this sender Waiting 1 Published 2 Rejected 1 Spam 1 since 27 April 2026"
    )
    assert words_of(new) == "New commenter"


def test_the_histories_of_all_senders_take_one_query(desk, review):
    executed = []
    for letters in ("a", "bcdefgh"):
        for letter in letters:
            make_comment(review=review, body=f"Scene {letter}.", token=(letter * 32))
        with statements() as found:
            assert len(rows_of(desk.get())) == len(executed) * 7 + 1
        executed.append(found)
    assert len(executed[0]) == len(executed[1])


def test_a_row_with_a_long_text_and_copies_has_one_more(desk, review):
    for number in range(3):
        make_comment(review=review, body=f"Code {number}. {'Cheap subtitles. ' * 40}")
    (row,) = rows_of(desk.get())
    offers = [words_of(tag) for tag in row.select("summary, label.more-or-less, a, button")]
    assert len([words for words in offers if words.startswith("More")]) == 1
