"""GET /admin/log and /admin/log.csv with filters."""

from datetime import UTC, datetime, timedelta

import pytest

from blog.accounts.commands import remove_moderator
from blog.db.transactions import write
from blog.moderation.states import Verdict
from tests.builders import (
    NOON,
    enter,
    make_comment,
    make_decision,
    make_moderator,
    make_review,
)
from tests.databases import on_both
from tests.desk.log.log import URL, lines_of, numbers_of
from tests.page import soup_of, text_of

DAY = timedelta(days=1)
VERDICTS = ["approve", "reject", "spam", "approve_spoiler"]


@pytest.fixture
def comments(client) -> list[int]:
    """Eight comments, decided by two moderators in turn, one a day from 1 May 2026, 12:00 UTC."""
    mina, jun = make_moderator(), make_moderator(email="jun@example.org", name="Jun")
    enter(client, mina)
    review = make_review()
    comments = [make_comment(review=review) for _ in range(8)]
    for number, comment in enumerate(comments):
        make_decision(
            comment=comment,
            moderator=(mina, jun)[number % 2],
            verdict=Verdict(VERDICTS[number % 4]),
            now=NOON + number * DAY,
        )
    return [comment.id for comment in comments]


def find(client, **query) -> list[int]:
    """Return the ids of the decisions found, oldest first, and check that page and file agree."""
    query = {name.rstrip("_"): value for name, value in query.items()}
    page = client.get(URL, query_string=query)
    assert page.status_code == 200
    file = client.get(f"{URL}.csv", query_string=query)
    assert [int(line["decision"]) for line in lines_of(file)] == numbers_of(page)
    return list(reversed(numbers_of(page)))


@on_both
def test_each_filter_finds_the_matching_decisions(client, comments):
    everything = [1, 2, 3, 4, 5, 6, 7, 8]
    assert find(client) == everything
    assert find(client, moderator="", verdict="", from_="", to="", comment="") == everything
    assert find(client, moderator=1) == [1, 3, 5, 7]
    assert find(client, moderator=2) == [2, 4, 6, 8]
    assert find(client, verdict="spam") == [3, 7]
    assert find(client, verdict="reopen") == []
    assert find(client, from_="2026-05-07") == [7, 8]
    assert find(client, to="2026-05-02") == [1, 2]
    assert find(client, from_="2026-05-03", to="2026-05-03") == [3]
    assert find(client, comment=comments[4]) == [5]
    assert find(client, comment=2**63 - 1) == []
    assert find(client, moderator=2, verdict="reject", from_="2026-05-05") == [6]
    assert find(client, moderator=" 2 ", comment=f" {comments[5]} ") == [6]


@on_both
def test_days_are_whole_days_in_utc(client, comments):
    review = make_review(slug="another")
    ends = [
        datetime(2026, 6, 1, tzinfo=UTC),
        datetime(2026, 6, 1, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 6, 2, tzinfo=UTC),
    ]
    moderator = make_moderator(email="late@example.org")
    for time in ends:
        make_decision(comment=make_comment(review=review), moderator=moderator, now=time)
    assert find(client, from_="2026-06-01", to="2026-06-01") == [9, 10]
    assert find(client, from_="2026-06-02") == [11]
    assert find(client, to="9999-12-31", from_="0001-01-01") == list(range(1, 12))


def test_the_form_keeps_the_filters(client, comments):
    query = {"moderator": 2, "verdict": "reject", "from": "2026-05-02", "to": "2026-05-09"}
    page = soup_of(client.get(URL, query_string={**query, "comment": comments[1]}))
    form = page.select_one("form#filters")
    chosen = {s["name"]: s.find("option", selected=True)["value"] for s in form.select("select")}
    written = {field["name"]: field["value"] for field in form.select("input")}
    assert chosen == {"moderator": "2", "verdict": "reject"}
    assert written == {"from": "2026-05-02", "to": "2026-05-09", "comment": str(comments[1])}
    assert form.find("a", string="Show all")["href"] == URL
    download = form.find("a", string="Download as CSV")["href"]
    kept = "moderator=2&verdict=reject&from=2026-05-02&to=2026-05-09"
    assert download == f"{URL}.csv?{kept}&comment={comments[1]}"


def test_a_removed_moderator_is_still_a_filter(client, comments):
    write(remove_moderator, email="jun@example.org")
    options = soup_of(client.get(URL)).select("#moderator option")
    assert [option.get_text() for option in options] == ["Anyone", "Mina Park", "Jun (left)"]
    assert find(client, moderator=2) == [2, 4, 6, 8]


def test_a_filter_without_matches_shows_a_message_and_a_link_back(client, comments):
    page = client.get(URL, query_string={"verdict": "take_down"})
    assert "No matching decisions." in text_of(page)
    assert soup_of(page).select_one("p.empty a")["href"] == URL


# Invalid filters, each with its error message.
NUMBER = "moderator must be the number of a moderator, such as 12."
COMMENT = "comment must be the number of a comment, such as 12."
INVALID = [
    ({"moderator": "x"}, NUMBER),
    ({"moderator": "-1"}, NUMBER),
    ({"moderator": "0"}, NUMBER),
    ({"moderator": "1.5"}, NUMBER),
    ({"moderator": "٣"}, NUMBER),
    ({"moderator": "9" * 5000}, NUMBER),
    ({"moderator": "1\0"}, NUMBER),
    ({"moderator": "77"}, "moderator: no moderator has this number."),
    ({"verdict": "unknown"}, "verdict must be one of approve, approve_spoiler,"),
    ({"verdict": "APPROVE"}, "verdict must be one of"),
    ({"verdict": "spam' OR 1=1 --"}, "verdict must be one of"),
    ({"from": "yesterday"}, "from must be a date, such as 2026-05-01."),
    ({"from": "2026-02-30"}, "from must be a date"),
    ({"from": "2026-5-1"}, "from must be a date"),
    ({"from": "20260501"}, "from must be a date"),
    ({"from": "2026-W18-5"}, "from must be a date"),
    ({"from": "٢٠٢٦-٠٥-٠١"}, "from must be a date"),
    ({"from": "0000-01-01"}, "from must be a date"),
    ({"to": "2026-13-01"}, "to must be a date, such as 2026-05-01."),
    ({"to": "99999-01-01"}, "to must be a date"),
    ({"to": "\0"}, "to must be a date"),
    ({"from": "2026-05-02", "to": "2026-05-01"}, "from (2026-05-02) is later than to (2026-05-01)"),
    ({"comment": "x"}, COMMENT),
    ({"comment": "0"}, COMMENT),
    ({"comment": str(2**63)}, COMMENT),
    ({"comment": "1 OR 1=1"}, COMMENT),
    ({"comment": "%_\\'"}, COMMENT),
]
INVALID_CURSORS = [
    ({"after": "x"}, "after is not a page of this list. Start at the first page."),
    ({"after": "-1-1"}, "after is not a page of this list."),
    ({"after": "1-" + "9" * 30}, "after is not a page of this list."),
    ({"after": "٣-٣"}, "after is not a page of this list."),
]


def test_an_invalid_filter_is_refused_with_a_message(client, comments):
    for query, words in INVALID:
        for url in (URL, f"{URL}.csv"):
            response = client.get(url, query_string=query)
            assert response.status_code == 400, (url, query)
            assert words in text_of(response), (url, query)
    for query, words in INVALID_CURSORS:
        response = client.get(URL, query_string=query)
        assert response.status_code == 400, query
        assert words in text_of(response), query


@on_both
def test_every_valid_cursor_leads_to_a_page(client, comments):
    for after in ("0-0", "99999999999999999-1", "1-999999999999999999", "9.1-3"):
        assert client.get(f"{URL}?after={after}").status_code == 200


def test_unknown_parameters_are_ignored(client, comments):
    assert find(client, page="2", q="x" * 3000, moderator_id="9") == [1, 2, 3, 4, 5, 6, 7, 8]
