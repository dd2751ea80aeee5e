"""GET /admin/comments with filters, valid and invalid."""

from datetime import timedelta

import pytest

from blog.desk.queue.filters import AGES
from blog.marks.models import REASONS
from tests.builders import NOON, make_comment, make_report, make_review
from tests.databases import on_both
from tests.desk.desk import (
    CHANGES,
    URL,
    bring,
    everything,
    make_many,
    numbers_of,
    rows_of,
    words_of,
)
from tests.page import soup_of, text_of

NEW_BULK = "/admin/bulks/new"


@on_both
def test_each_reason_is_a_filter(desk, review):
    found = {
        "links": make_comment(review=review, body="See https://example.org/."),
        "hasty": make_comment(review=review, body="In no time.", typed_seconds=0.4),
        "trap": make_comment(review=review, body="Into every field.", is_trapped=True),
        "reported": bring(make_comment(review=review), "reported", desk.moderator),
        "copies": make_comment(review=review, body="The same long words, word for word."),
    }
    make_comment(review=review, body="The same long words, word for word!")
    make_comment(review=review, body="Nothing odd.")
    for reason, comment in found.items():
        page = desk.get(reason=reason)
        assert numbers_of(page) == [comment.id], reason
        chosen = soup_of(page).select("#reason option[selected]")
        assert [option["value"] for option in chosen] == [reason]
    assert "2 match." in text_of(desk.get(reason="copies"))


@on_both
def test_a_review_is_a_filter_and_reviews_with_waiting_comments_are_offered(desk, review):
    signal = make_review(slug="signal", drama_title="Signal")
    make_review(slug="mother", drama_title="Mother")
    here = make_comment(review=review)
    there = make_comment(review=signal, body="Elsewhere.")
    page = desk.get(review="signal")
    assert numbers_of(page) == [there.id]
    options = [option.get_text() for option in soup_of(page).select("#review option")]
    assert options == ["all", "Run On", "Signal"]
    assert numbers_of(desk.get(review="run-on")) == [here.id]
    # A review without waiting comments is still a valid filter and stays selected.
    empty = desk.get(review="mother")
    assert "No comments match. Show all" in text_of(empty)
    assert soup_of(empty).select_one("#review option[selected]").get_text() == "Mother"


@on_both
@pytest.mark.parametrize("status", ["pending", "spam"])
def test_age_is_a_filter_on_the_time_since_waiting_or_since_submission(desk, review, clock, status):
    clock.now = NOON
    spans = [*AGES.values(), timedelta(0)]
    comments = [
        bring(
            make_comment(review=review, body="ab" * (n + 1), now=NOON - span),
            status,
            desk.moderator,
        )
        for n, span in enumerate(spans)
    ]
    for number, age in enumerate(AGES):
        assert set(numbers_of(desk.get(age=age, status=status))) == {
            comment.id for comment, span in zip(comments, spans, strict=True) if span >= AGES[age]
        }, age
        assert soup_of(desk.get(age=age)).select_one("#age option[selected]")["value"] == age
        assert number < 4


@on_both
def test_filters_are_combined_and_kept_in_every_link(desk, review):
    make_many(review, 2)
    wanted = make_comment(review=review, name="Jo", body="See https://example.org/.", now=NOON)
    query = {"status": "pending", "q": "jo", "reason": "links", "review": "run-on"}
    query |= {"age": "hour", "sort": "known"}
    page = desk.get(**query)
    assert numbers_of(page) == [wanted.id]
    assert "1 match." in text_of(page)
    back = soup_of(page).select_one("#queue input[name=back]")["value"]
    assert numbers_of(desk.get(back)) == [wanted.id]
    for link in soup_of(page).select(".all-matching a"):
        for name, value in query.items():
            assert f"{name}={value}" in link["href"], link
    assert soup_of(page).find("a", string="Show all")["href"] == f"{URL}?status=pending"
    live = soup_of(page).find(id="live")["data-url"]
    assert live.startswith(CHANGES)
    assert all(f"{name}={value}" in live for name, value in query.items())


def test_empty_filters_are_ignored(desk, comment):
    page = desk.get(status="", q="", reason="", review="", sender="", age="", sort="", after="")
    assert numbers_of(page) == [comment.id]
    assert not soup_of(page).select(".matching")


def test_reported_comments_are_in_the_queue_with_their_report(desk, review):
    first, second = make_many(review, 2)
    bring(first, "published", desk.moderator)
    make_report(comment=first, words="He tells the ending.", now=NOON + timedelta(hours=2))
    rows = rows_of(desk.get())
    assert [int(row["data-row"]) for row in rows] == [first.id, second.id]
    assert "It insults or threatens somebody" in words_of(rows[0])
    assert "He tells the ending." in words_of(rows[0])


# Invalid values of each parameter, with their error message.
LONG = "x" * 10_000
ODD = ["unknown", "PENDING", "a\0b", "\0", "%_\\'", "' OR 1=1 --", "😭", "-1", "9" * 400, LONG]
INVALID = {
    # Moderators cannot list comments that their authors have withdrawn.
    "status": (
        [*ODD, "withdrawn"],
        "status must be one of pending, reported, published, rejected, spam, removed, any.",
    ),
    "reason": (ODD, f"reason must be one of {', '.join(REASONS)}."),
    "age": (ODD, "age must be one of hour, day, week, month."),
    "sort": (ODD, "sort must be one of known."),
    "review": (ODD, "review: no review has this address."),
    "sender": (
        [*ODD, "0", "999", "٣", "1.5", "1e3", " 1", "+1", str(2**63), "9" * 10],
        "sender: no comment has this number.",
    ),
    "after": (
        [*ODD, "x", "-1-1", "1-" + "9" * 30, "٣-٣", "1", "1-", "10.1-1", "1-1\n"],
        "after is not a page of this list. Start at the first page.",
    ),
    "q": ([LONG, "é" * 201], "q takes up to 200 characters; this has "),
}


def test_an_invalid_filter_is_refused_with_a_message(desk, comment):
    before = everything()
    for name, (values, words) in INVALID.items():
        for value in values:
            response = desk.get(**{name: value})
            assert response.status_code == 400, (name, value[:40])
            assert words in text_of(response), (name, value[:40])
        if name == "after":
            continue
        for path in (NEW_BULK, CHANGES):
            response = desk.get(path, **{"verdict": "spam", name: values[0]})
            assert response.status_code == 400, (name, path)
            assert words in text_of(response), (name, path)
    assert everything() == before


@on_both
def test_special_characters_are_searched_literally_on_every_page(desk, comment):
    for value in ("%_\\'", "\0", "a\0b", "' OR 1=1 --", "😭", "%" * 200, "\\" * 199):
        for path in (CHANGES, NEW_BULK, URL):
            response = desk.get(path, q=value, verdict="spam", since="x")
            assert response.status_code == 200, (path, value)
        # NUL is removed, so "\0" is an empty search, which finds everything.
        assert numbers_of(response) == ([comment.id] if value == "\0" else []), value


def test_unknown_parameters_of_the_queue_are_ignored(desk, comment):
    for value in ("x", "-5", "-" + "9" * 4000, "9" * 5000, LONG, "\0", "😭"):
        assert numbers_of(desk.get(purged=value, unknown=value)) == [comment.id]
