"""GET /admin/comments/changes: updates for an open page of the queue."""

from datetime import timedelta

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from blog.desk.queue.tabs import COUNTED
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


class OpenPage:
    """An open page of the queue that asks for updates as its script does."""

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
        """Request the updates of this page; return the response."""
        query = {
            "since": self.live["data-ordinal"],
            "newest": self.live["data-newest"],
            "rows": ",".join(self.shown),
        }
        path, _, rest = self.live["data-url"].partition("?")
        query |= dict(pair.split("=", 1) for pair in rest.split("&") if pair)
        return self.desk.client.get(path, query_string=query, headers=HTMX)


def targets_of(response) -> list[str]:
    """Return the targets of the partials in a response."""
    return [tag["hx-target"] for tag in soup_of(response).find_all("hx-partial")]


def test_without_changes_the_response_is_empty(desk, review):
    make_many(review, 3)
    page = OpenPage(desk)
    response = page.ask()
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_new_comments_update_the_counts_and_not_the_list(desk, review):
    make_many(review, 2)
    page = OpenPage(desk)
    make_many(review, 4, start=2, now=NOON + timedelta(hours=1))
    response = page.ask()
    assert response.status_code == 200
    assert "4 new" in text_of(response)
    assert "6 left" in text_of(response)
    places = [f"#{kind}-{tab}" for tab in COUNTED for kind in ("total", "count")]
    assert targets_of(response) == ["#live", "#arrivals", *places]
    pages = [desk.get(status=tab) for tab in COUNTED]
    ids = {tag["id"] for page in pages for tag in soup_of(page).find_all(id=True)}
    assert {target[1:] for target in targets_of(response)} <= ids


@on_both
def test_the_link_shows_only_the_new_comments(desk, review):
    old = make_many(review, 3)
    page = OpenPage(desk)
    new = make_many(review, 2, start=3, now=NOON + timedelta(hours=1))
    link = soup_of(page.ask()).find("a", string="2 new")
    assert link["data-hx-get"] == link["href"]
    assert numbers_of(desk.get(link["href"])) == [comment.id for comment in new]
    assert len(old) == 3
    # A page opened now includes the new comments, so it gets no updates.
    again = OpenPage(desk)
    assert again.ask().status_code == 204


def test_a_row_decided_elsewhere_names_moderator_and_verdict(desk, colleague, review):
    comments = make_many(review, 3)
    page = OpenPage(desk)
    colleague.decide(comments[0], "approve_spoiler")
    colleague.decide(comments[1], "spam")
    response = page.ask()
    lines = [row_of(response, comment) for comment in comments[:2]]
    assert words_of(lines[0]).startswith("Published as spoiler by Jun Ha, 13:00 UTC Mina Scene a.")
    assert words_of(lines[1]).startswith("Marked as spam by Jun Ha, 13:00 UTC")
    assert all("is-elsewhere" in line["class"] for line in lines)
    assert soup_of(response).find(id=f"comment-{comments[2].id}") is None
    assert desk.press(lines[0], "reopen", htmx=True).status_code == 200


def test_a_reported_edited_or_restored_row_is_shown_again(desk, colleague, stranger, review):
    corrected = send_form(stranger, "The first words.")
    reported = bring(make_comment(review=review, body="Out."), "reported", desk.moderator)
    back = make_comment(review=review, body="To and fro.")
    page = OpenPage(desk)
    send_form(stranger, "Other words.")
    make_report(comment=reported, words="Look again.")
    colleague.decide(back, "spam")
    colleague.decide(back, "reopen")
    response = page.ask()
    assert "Other words." in words_of(row_of(response, corrected))
    assert "Look again." in words_of(row_of(response, reported))
    for comment in (corrected, reported, back):
        assert row_of(response, comment)["data-state"] == "open"


def test_the_row_of_a_deleted_comment_shows_a_message(desk, review):
    comments = make_many(review, 3)
    page = OpenPage(desk)
    write(remove_comment, comment_id=comments[1].id)
    response = page.ask()
    assert words_of(row_of(response, comments[1])) == "Deleted This comment no longer exists."
    assert "2 left" in text_of(response)


def test_an_edited_text_is_an_update(desk, stranger, review):
    comment = send_form(stranger, "The first words.")
    page = OpenPage(desk)
    send_form(stranger, "Other words.")
    assert "Other words." in words_of(row_of(page.ask(), comment))


@on_both
def test_each_change_is_an_update_with_a_later_time(desk, colleague, review, clock):
    comments = make_many(review, 4)
    times = []
    for change in (
        lambda: colleague.decide(comments[0], "approve"),
        lambda: make_report(comment=comments[0]),
        lambda: write(remove_comment, comment_id=comments[3].id),
        lambda: write(remove_comment, comment_id=comments[1].id),
        lambda: colleague.decide(comments[2], "spam"),
        lambda: make_comment(review=review, body="New."),
    ):
        page = OpenPage(desk)
        # A page without rows still gets the counts.
        page.shown = []
        assert page.ask().status_code == 204
        change()
        clock.advance(seconds=1)
        response = page.ask()
        assert response.status_code == 200
        (time,) = {int(tag["data-as-of"]) for tag in soup_of(response).select("[data-as-of]")}
        times.append(time)
    assert times == sorted(set(times))
    assert times[-1] == int(clock.now.timestamp()) * 1_000_000


@on_both
def test_only_comments_that_match_the_filter_are_new(desk, review):
    page = OpenPage(desk, status="pending", q="bench", sort="known", reason="links")
    plain = OpenPage(desk)
    make_comment(review=review, body="The café.", now=NOON + timedelta(hours=2))
    assert "new" not in words_of(soup_of(page.ask()).select_one("[hx-target='#arrivals']"))
    assert "1 new" in text_of(plain.ask())
    body = "The bench: https://example.org/"
    comment = make_comment(review=review, body=body, now=NOON + timedelta(hours=2))
    link = soup_of(page.ask()).find("a", string="1 new")
    # If known readers come first, new comments cannot simply be added at the end.
    assert not link.has_attr("data-hx-get")
    assert numbers_of(desk.get(link["href"])) == [comment.id]


def test_reported_comments_count_as_new(desk, review):
    comment = bring(make_comment(review=review), "published", desk.moderator)
    page = OpenPage(desk)
    make_report(comment=comment, now=NOON + timedelta(hours=2))
    assert "1 new" in text_of(page.ask())


def test_the_moderators_own_decisions_are_no_update(desk, review):
    comments = make_many(review, 2)
    desk.decide(comments[0], "approve")
    page = OpenPage(desk)
    assert page.shown == [item(comments[1])]
    assert page.ask().status_code == 204


# Invalid values of `rows`.
HOSTILE_ROWS = [
    "x", "1", "1.", ".1", "-1.-1", "1.1;2.2", "0.0", "01.1", "1.01,1.1", "٣.٣", "\0", "😭", "%_\\'",
    "99.1", f"{2**63}.1", "9999999999.9999999999", "9" * 20_000, "1.1," * 5000, "' OR 1=1 --",
]  # fmt: skip


@on_both
def test_invalid_rows_are_ignored(desk, comment):
    before = everything()
    for rows in HOSTILE_ROWS:
        response = desk.get(CHANGES, since="0", rows=rows)
        assert response.status_code == 200, rows[:40]
    assert everything() == before


def test_an_invalid_since_is_treated_as_an_old_one(desk, comment):
    for since in ("", "x", "-1", "9" * 5000, "\0", "😭", "x" * 10_000, "٣"):
        assert desk.get(CHANGES, since=since).status_code == 200, since[:40]


def test_an_invalid_newest_is_refused_with_a_message(desk, comment):
    for newest in ("x", "-1-1", "1", "1-" + "9" * 30, "٣-٣", "\0", "x" * 10_000):
        response = desk.get(CHANGES, since="0", newest=newest)
        assert response.status_code == 400, newest[:40]
        assert "newest is not a page of this list. Start at the first page." in text_of(response)


def test_a_stranger_gets_no_updates(desk, stranger, comment):
    response = stranger.get(CHANGES, query_string={"since": 0}, headers=HTMX)
    assert response.headers["HX-Redirect"].startswith("/admin/login")
    assert response.data == b""
