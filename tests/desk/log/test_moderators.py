"""GET /admin/log/moderators: statistics of each moderator."""

from datetime import timedelta

from blog.accounts.commands import remove_moderator
from blog.db.transactions import write
from blog.moderation.states import Verdict
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
)
from tests.databases import on_both
from tests.desk.log.log import URL, decide_again
from tests.page import soup_of, text_of

HEADS = ["Moderator", "Decisions", "Published", "Rejected", "Spam", "Taken down"]
HEADS += ["Undone by self", "Undone by others", "Waited"]


def tallies_of(client) -> dict[str, dict[str, list[str]]]:
    """Return the cells of each table by period and moderator."""
    page = soup_of(client.get(f"{URL}/moderators"))
    periods = {}
    for table in page.select("table.log"):
        rows = [[c.get_text().strip() for c in r.select("th, td")] for r in table.select("tr")]
        periods[table.caption.get_text()] = {row[0]: row[1:] for row in rows}
    return periods


def test_empty_periods_show_a_message(client, moderator):
    assert text_of(client.get(f"{URL}/moderators")).count("No decisions.") == 3


@on_both
def test_decisions_and_undos_are_counted_by_moderator(client, moderator, jun, review):
    comments = [make_comment(review=review) for _ in range(7)]
    verdicts = ["approve", "approve_spoiler", "approve", "reject", "reject", "spam", "spam"]
    for comment, verdict in zip(comments, verdicts, strict=True):
        make_decision(comment=comment, moderator=moderator, verdict=Verdict(verdict))
    decide_again(comments[0], moderator, Verdict.TAKE_DOWN)
    decide_again(comments[1], jun, Verdict.REOPEN)
    decide_again(comments[2], jun, Verdict.REOPEN)
    decide_again(comments[3], moderator, Verdict.REOPEN)
    decide_again(comments[4], jun, Verdict.APPROVE)
    decide_again(comments[1], jun, Verdict.REJECT)
    everything = tallies_of(client)["All time"]
    assert list(everything) == ["Moderator", "Mina Park", "Jun"]
    assert ["Moderator", *everything["Moderator"]] == HEADS
    assert everything["Mina Park"][:-1] == ["8", "3", "2", "2", "1", "1", "2"]
    assert everything["Jun"][:-1] == ["2", "1", "1", "0", "0", "0", "0"]


@on_both
def test_decisions_are_counted_for_seven_days_thirty_days_and_in_all(
    client, clock, moderator, review
):
    now = NOON + timedelta(days=100)
    clock.now = now
    ages = [timedelta(days=days) for days in (0, 6, 7, 8, 29, 30, 31, 90)]
    # A decision one microsecond older than seven or thirty days is not counted.
    ages += [timedelta(days=7, microseconds=1), timedelta(days=30, microseconds=1)]
    for age in sorted(ages, reverse=True):
        comment = make_comment(review=review, now=now - age)
        make_decision(comment=comment, moderator=moderator, now=now - age)
    counts = {name: table["Mina Park"][0] for name, table in tallies_of(client).items()}
    assert counts == {"Last 7 days": "3", "Last 30 days": "7", "All time": "10"}


# The minutes that each comment had waited, and the text of their median.
WAITED = [
    ([0], "less than a minute"),
    ([5], "5 minutes"),
    ([2, 4], "3 minutes"),
    ([1, 90, 5], "5 minutes"),
    ([1, 2, 4, 10_000], "3 minutes"),
    ([60, 60, 61, 1, 1], "1 hour"),
    ([2880] * 4, "2 days"),
]


@on_both
def test_the_waiting_time_is_the_median(client, moderator, jun, review):
    for number, (minutes, words) in enumerate(WAITED):
        author = make_moderator(email=f"{number}@example.org", name=f"Number {number}")
        for waited in minutes:
            comment = make_comment(review=review)
            when = NOON + timedelta(minutes=waited)
            make_decision(comment=comment, moderator=author, now=when)
        assert tallies_of(client)["All time"][f"Number {number}"][-1] == words, minutes


@on_both
def test_decisions_on_comments_that_did_not_wait_have_no_waiting_time(
    client, moderator, jun, review
):
    comment = make_comment(review=review)
    make_decision(comment=comment, moderator=moderator, now=NOON + timedelta(hours=3))
    decide_again(comment, jun, Verdict.SPAM, now=NOON + timedelta(hours=4))
    decide_again(comment, moderator, Verdict.APPROVE, now=NOON + timedelta(hours=5))
    everything = tallies_of(client)["All time"]
    assert everything["Mina Park"][-1] == "3 hours"
    assert everything["Jun"][-1] == "–"


def test_a_moderators_reply_is_not_counted_as_a_decision(client, moderator, review):
    make_moderator_reply(comment=make_comment(review=review), moderator=moderator)
    assert tallies_of(client)["All time"]["Mina Park"][0] == "1"


def test_a_removed_moderator_is_still_counted(client, moderator, jun, review):
    make_decision(comment=make_comment(review=review), moderator=jun)
    write(remove_moderator, email="jun@example.org")
    assert list(tallies_of(client)["All time"]) == ["Moderator", "Jun left"]
