"""GET /admin/comments/changes: what has happened since a page of the queue was made"""

from datetime import timedelta

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from tests.builders import NOON, make_comment, make_report
from tests.databases import on_both
from tests.desk.desk import (
    CHANGES,
    bring,
    everything,
    item,
    make_many,
    numbers_of,
    row_of,
    rows_of,
    send_form,
    words_of,
)
from tests.page import HTMX, soup_of, text_of


class Open:
    """A page of the queue that stays open and asks, as its script does."""

    def __init__(self, desk, **query: object) -> None:
        self.desk = desk
        page = desk.get(**query)
        self.live = soup_of(page).find(id="live")
        self.shown = [
            f"{row['data-row']}.{row['data-version']}"
            for row in rows_of(page)
            if row["data-state"] != "decided"
        ]

    def ask(self):
        query = {
            "since": self.live["data-ordinal"],
            "newest": self.live["data-newest"],
            "rows": ",".join(self.shown),
        }
        path, _, rest = self.live["data-url"].partition("?")
        query |= dict(pair.split("=", 1) for pair in rest.split("&") if pair)
        return self.desk.client.get(path, query_string=query, headers=HTMX)


def targets_of(response) -> list[str]:
    """Return which places an answer has something for."""
    return [tag["hx-target"] for tag in soup_of(response).find_all("hx-partial")]


def test_where_nothing_is_new_there_is_no_answer(desk, review):
    make_many(review, 3)
    page = Open(desk)
    response = page.ask()
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_counts_and_arrivals_are_told_and_the_list_is_left_alone(desk, review):
    make_many(review, 2)
    page = Open(desk)
    make_many(review, 4, start=2, now=NOON + timedelta(hours=1))
    response = page.ask()
    assert response.status_code == 200
    assert "4 new" in text_of(response)
    assert "6 left" in text_of(response)
    places = ["#live", "#arrivals", "#queue-counts", "#count-pending", "#count-published"]
    assert targets_of(response) == [*places, "#count-rejected", "#count-spam", "#count-removed"]
    ids = {tag["id"] for tag in soup_of(desk.get()).find_all(id=True)}
    assert {target[1:] for target in targets_of(response)} <= ids


@on_both
def test_a_click_brings_in_those_that_are_new_and_no_other(desk, review):
    old = make_many(review, 3)
    page = Open(desk)
    new = make_many(review, 2, start=3, now=NOON + timedelta(hours=1))
    link = soup_of(page.ask()).find("a", string="2 new")
    assert link["data-hx-get"] == link["href"]
    assert numbers_of(desk.get(link["href"])) == [comment.id for comment in new]
    assert len(old) == 3
    # What was asked for by then asks on from there.
    again = Open(desk)
    assert again.ask().status_code == 204


def test_a_row_decided_elsewhere_turns_grey_with_who_and_what(desk, colleague, review):
    comments = make_many(review, 3)
    page = Open(desk)
    colleague.decide(comments[0], "approve_spoiler")
    colleague.decide(comments[1], "spam")
    response = page.ask()
    lines = [row_of(response, comment) for comment in comments[:2]]
    assert words_of(lines[0]).startswith("Published as spoiler by Jun Ha, 13:00 UTC Mina Scene a.")
    assert words_of(lines[1]).startswith("Marked as spam by Jun Ha, 13:00 UTC")
    assert all("is-elsewhere" in line["class"] for line in lines)
    assert soup_of(response).find(id=f"comment-{comments[2].id}") is None
    assert desk.press(lines[0], "reopen", htmx=True).status_code == 200


def test_a_row_reported_corrected_or_brought_back_stands_there_anew(
    desk, colleague, stranger, review
):
    corrected = send_form(stranger, "The first words.")
    reported = bring(make_comment(review=review, body="Out."), "reported", desk.moderator)
    back = make_comment(review=review, body="To and fro.")
    page = Open(desk)
    send_form(stranger, "Other words.")
    make_report(comment=reported, words="Look again.")
    colleague.decide(back, "spam")
    colleague.decide(back, "reopen")
    response = page.ask()
    assert "Other words." in words_of(row_of(response, corrected))
    assert "Look again." in words_of(row_of(response, reported))
    for comment in (corrected, reported, back):
        assert row_of(response, comment)["data-state"] == "open"


def test_a_row_that_was_deleted_says_so(desk, review):
    comments = make_many(review, 3)
    page = Open(desk)
    write(remove_comment, comment_id=comments[1].id)
    response = page.ask()
    assert words_of(row_of(response, comments[1])) == "Deleted This comment no longer exists."
    assert "2 left" in text_of(response)


def test_words_that_were_corrected_are_told_though_nothing_else_happened(desk, stranger, review):
    comment = send_form(stranger, "The first words.")
    page = Open(desk)
    send_form(stranger, "Other words.")
    assert "Other words." in words_of(row_of(page.ask(), comment))


@on_both
def test_whatever_happens_is_told_and_an_older_answer_can_be_known_for_one(
    desk, colleague, review, clock
):
    comments = make_many(review, 4)
    moments = []
    for happens in (
        lambda: colleague.decide(comments[0], "approve"),
        lambda: make_report(comment=comments[0]),
        lambda: write(remove_comment, comment_id=comments[3].id),
        lambda: write(remove_comment, comment_id=comments[1].id),
        lambda: colleague.decide(comments[2], "spam"),
        lambda: make_comment(review=review, body="New."),
    ):
        page = Open(desk)
        # A page that shows none of them is told of the counts.
        page.shown = []
        assert page.ask().status_code == 204
        happens()
        clock.advance(seconds=1)
        response = page.ask()
        assert response.status_code == 200
        (moment,) = {int(tag["data-as-of"]) for tag in soup_of(response).select("[data-as-of]")}
        moments.append(moment)
    assert moments == sorted(set(moments))
    assert moments[-1] == int(clock.now.timestamp()) * 1_000_000


@on_both
def test_only_what_matches_the_pages_filter_is_new(desk, review):
    page = Open(desk, q="bench", sort="known", reason="links")
    plain = Open(desk)
    make_comment(review=review, body="The café.", now=NOON + timedelta(hours=2))
    assert "new" not in words_of(soup_of(page.ask()).select_one("[hx-target='#arrivals']"))
    assert "1 new" in text_of(plain.ask())
    body = "The bench: https://example.org/"
    comment = make_comment(review=review, body=body, now=NOON + timedelta(hours=2))
    link = soup_of(page.ask()).find("a", string="1 new")
    # Where known readers come first, the new ones have no place of their own.
    assert not link.has_attr("data-hx-get")
    assert numbers_of(desk.get(link["href"])) == [comment.id]


def test_reported_comments_count_as_new(desk, review):
    comment = bring(make_comment(review=review), "published", desk.moderator)
    page = Open(desk)
    make_report(comment=comment, now=NOON + timedelta(hours=2))
    assert "1 new" in text_of(page.ask())


def test_one_who_acts_alone_is_told_of_nothing(desk, review):
    comments = make_many(review, 2)
    desk.decide(comments[0], "approve")
    page = Open(desk)
    assert page.shown == [item(comments[1])]
    assert page.ask().status_code == 204


# Nobody's page asks so.
HOSTILE_ROWS = [
    "x", "1", "1.", ".1", "-1.-1", "1.1;2.2", "0.0", "01.1", "1.01,1.1", "٣.٣", "\0", "😭", "%_\\'",
    "99.1", f"{2**63}.1", "9999999999.9999999999", "9" * 20_000, "1.1," * 5000, "' OR 1=1 --",
]  # fmt: skip


@on_both
def test_rows_that_no_page_shows_break_nothing(desk, comment):
    before = everything()
    for rows in HOSTILE_ROWS:
        response = desk.get(CHANGES, since="0", rows=rows)
        assert response.status_code == 200, rows[:40]
    assert everything() == before


def test_a_number_that_no_page_carries_is_answered_like_an_old_one(desk, comment):
    for since in ("", "x", "-1", "9" * 5000, "\0", "😭", "x" * 10_000, "٣"):
        assert desk.get(CHANGES, since=since).status_code == 200, since[:40]


def test_a_moment_that_no_page_carries_is_refused_in_words(desk, comment):
    for newest in ("x", "-1-1", "1", "1-" + "9" * 30, "٣-٣", "\0", "x" * 10_000):
        response = desk.get(CHANGES, since="0", newest=newest)
        assert response.status_code == 400, newest[:40]
        assert "newest is not a page of this list. Start at the first page." in text_of(response)


def test_a_stranger_is_told_nothing(desk, stranger, comment):
    response = stranger.get(CHANGES, query_string={"since": 0}, headers=HTMX)
    assert response.headers["HX-Redirect"].startswith("/admin/login")
    assert response.data == b""
