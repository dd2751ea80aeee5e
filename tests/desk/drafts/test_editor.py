"""GET /admin/reviews/new, /admin/reviews/<id>/edit and their POSTs: write and publish a review."""

from datetime import timedelta

import pytest

from blog.db.engine import db
from blog.drafts.models import Draft, ReviewEvent
from blog.reviews.models import Review
from tests.builders import make_published_comment, make_review
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.writing import (
    FILLED,
    REVIEWS,
    TEXT,
    TITLE,
    editor_of,
    form_of,
    public_page,
    revisions,
    send,
    write_new,
)
from tests.page import soup_of, text_of


@on_both
def test_everything_written_is_there_again(desk):
    response = write_new(desk)
    assert response.status_code == 303
    assert response.location == f"{REVIEWS}/1/edit?done=saved"
    assert "Saved." in text_of(desk.get(response.location))
    shown = form_of(desk)
    assert {name: shown[name] for name in FILLED} == FILLED
    assert public_page(desk).status_code == 404
    changed = {"title": "  Cafe\u0301 \n", "drama-year": "two", "drama-cast-1-role": ""}
    assert send(desk, shown, **changed).status_code == 303
    again = form_of(desk)
    assert (again["title"], again["drama-year"], again["drama-cast-1-role"]) == ("Café", "two", "")


@on_both
def test_readers_see_a_review_when_it_is_published_and_changes_when_these_are(desk):
    write_new(desk)
    response = send(desk, form_of(desk), "publish")
    assert response.location == f"{REVIEWS}/1/edit?done=published"
    before = public_page(desk)
    assert "He has never turned round" in text_of(before)
    assert send(desk, form_of(desk), body="Another thought.").status_code == 303
    assert public_page(desk).data == before.data
    assert "has changes that are not published" in text_of(desk.get(f"{REVIEWS}/1/edit"))
    send(desk, form_of(desk), "publish")
    after = public_page(desk)
    assert "Another thought." in text_of(after)
    assert soup_of(after).find("time")["datetime"] == soup_of(before).find("time")["datetime"]
    assert [event.happening for event in db.session.query(ReviewEvent)] == [
        "published",
        "corrected",
    ]
    assert "has changes" not in text_of(desk.get(f"{REVIEWS}/1/edit"))


@on_both
def test_a_scheduled_review_appears_by_itself_at_its_minute(desk, clock):
    soon = (clock.now + timedelta(hours=2)).isoformat(sep=" ", timespec="minutes")
    response = write_new(desk, "schedule", published=soon)
    assert response.location == f"{REVIEWS}/1/edit?done=scheduled"
    clock.advance(minutes=119)
    assert public_page(desk).status_code == 404
    clock.advance(minutes=1)
    assert public_page(desk).status_code == 200


@pytest.mark.parametrize("published", ["", "2020-01-01", "soon"])
def test_a_schedule_needs_a_time_in_the_future(desk, published):
    response = write_new(desk, "schedule", published=published)
    assert response.status_code == 422
    assert "is expected" in soup_of(response).find(id="published-fault").get_text()
    assert public_page(desk).status_code == 404


@on_both
def test_an_unpublished_review_keeps_its_comments_and_its_address(desk):
    write_new(desk, "publish", comments="")
    review = db.session.query(Review).one()
    make_published_comment(review=review, moderator=desk.moderator, body="The bench scene.")
    page = soup_of(desk.get(f"{REVIEWS}/1/edit"))
    form = fields_of(page.find("form", action=f"{REVIEWS}/1/withdrawal"))
    response = desk.post(f"{REVIEWS}/1/withdrawal", form, htmx=False)
    assert response.location == f"{REVIEWS}/1/edit?done=unpublished"
    assert public_page(desk).status_code == 404
    assert desk.post(f"{REVIEWS}/1/withdrawal", form, htmx=False).status_code == 409
    send(desk, form_of(desk), "publish")
    assert "The bench scene." in text_of(public_page(desk))


def test_an_unfinished_review_is_saved_and_what_is_missing_is_said_at_its_field(desk):
    wrong = {"title": "", "drama-cast-1-role": "", "rating": "11", "body": ""}
    response = write_new(desk, "publish", **wrong)
    assert response.status_code == 422
    page = soup_of(response)
    assert "Saved, but not published yet" in page.find(id="faults").get_text()
    for place in ("title", "rating", "body", "drama-cast-1-role"):
        assert page.find(id=f"{place}-fault"), place
        assert page.find(id="faults").find("a", href=f"#{place}"), place
    assert form_of(desk)["rating"] == "11"
    missing = soup_of(desk.get(f"{REVIEWS}/1/edit")).find(class_="missing")
    assert "4 things to do before publication" in missing.get_text()
    # The page has the version that was saved, so that the next save is no conflict.
    again = fields_of(editor_of(response)) | {"title": TITLE, "rating": "7", "body": TEXT}
    again |= {"drama-cast-1-role": "Oh Mi-joo"}
    assert send(desk, again, "publish").status_code == 303
    assert public_page(desk).status_code == 200


@on_both
def test_two_who_save_the_same_review_lose_nothing(desk, colleague):
    write_new(desk)
    mine, theirs = form_of(desk), form_of(colleague)
    assert send(colleague, theirs, body="Their words.").status_code == 303
    response = send(desk, mine, body="My words.")
    assert response.status_code == 409
    page = soup_of(response)
    assert "Jun Ha saved this review" in page.find(id="faults").get_text()
    assert page.find("textarea", id="body").get_text().strip() == "My words."
    assert page.find(class_="theirs").find("textarea").get_text().strip() == "Their words."
    assert "Their" in page.find(class_="theirs").find("del").get_text()
    assert form_of(desk)["body"] == "Their words."
    assert send(desk, fields_of(editor_of(response))).status_code == 303
    assert form_of(desk)["body"] == "My words."
    assert [each.body for each in revisions()] == [TEXT, "Their words.", "My words."]


def test_the_same_save_twice_is_no_conflict(desk):
    write_new(desk)
    form = form_of(desk)
    for _ in range(2):
        assert send(desk, form, body="Once more.").status_code == 303
    assert [each.body for each in revisions()] == [TEXT, "Once more."]


def test_two_who_publish_at_once_publish_once(desk, colleague):
    write_new(desk)
    mine, theirs = form_of(desk), form_of(colleague)
    assert send(colleague, theirs, "publish", title="Theirs").status_code == 303
    assert send(desk, mine, "publish", title="Mine").status_code == 409
    assert "Theirs" in text_of(public_page(desk))


def test_an_imported_review_is_edited_as_it_is(desk):
    make_review(
        cast=[("Im Si-wan", "Ki Seon-gyeom")], watch=[("Viki", "https://viki.com/")],
        tags=["sport"], rating=7, comments_open=False,
    )  # fmt: skip
    before = public_page(desk)
    form = form_of(desk)
    assert (form["drama-cast-0-role"], form["comments"]) == ("Ki Seon-gyeom", "closed")
    assert send(desk, form).status_code == 303
    assert db.session.query(Draft).one().keys is None, "Nothing was changed."
    send(desk, form_of(desk), "publish")
    assert soup_of(public_page(desk)).main == soup_of(before).main
    send(desk, form_of(desk), title="Another headline")
    assert revisions()[0].keys["title"] == "The finish line of run-on"


def test_rows_are_added_moved_and_dropped(desk):
    def actors(form):
        return [value for name, value in form.items() if name.endswith("-actor")]

    response = write_new(desk, "down-cast-0")
    assert response.location == f"{REVIEWS}/1/edit#drama-cast-1"
    assert actors(form_of(desk)) == ["Shin Se-kyung", "Im Si-wan", ""]
    send(desk, form_of(desk), "up-cast-1")
    assert actors(form_of(desk)) == ["Im Si-wan", "Shin Se-kyung", ""]
    more = {"drama-cast-2-actor": "Choi Soo-young"}
    assert send(desk, form_of(desk), "add-cast", **more).location.endswith("#drama-cast-3")
    send(desk, form_of(desk), "drop-cast-0")
    assert actors(form_of(desk)) == ["Shin Se-kyung", "Choi Soo-young", ""]
    for odd in ("drop-cast-99", "up-watch-77", "fly-cast-1", "drop-cast-99999999999", "up-cast-²"):
        assert send(desk, form_of(desk), odd).status_code == 303, odd
    assert actors(form_of(desk)) == ["Shin Se-kyung", "Choi Soo-young", ""]


def test_rows_that_no_page_sent_are_left_out_or_refused(desk):
    odd = {f"drama-cast-{number}-actor": "x" for number in ("²", "9" * 5000, "-1", "")}
    assert write_new(desk, **odd).status_code == 303
    many = {f"drama-cast-{number}-actor": "x" for number in range(301)}
    assert write_new(desk, **many).status_code == 413


def test_a_taken_address_says_who_has_it(desk):
    make_review(title="The first one")
    response = write_new(desk, "publish")
    assert response.status_code == 422
    fault = soup_of(response).find(id="slug-fault").get_text()
    assert fault == "“Run On · 런온: The first one” has this address already."


def test_a_text_of_a_megabyte_is_saved_and_a_larger_one_is_refused_with_words(desk):
    long = "가" * 600_000
    assert write_new(desk, body=long).status_code == 303
    assert form_of(desk)["body"] == long
    response = write_new(desk, "publish", body="a" * (2 * 1024 * 1024 + 1))
    assert response.status_code == 422
    assert "larger than 2 MiB" in soup_of(response).find(id="body-fault").get_text()
    assert write_new(desk, body="가" * 3_000_000).status_code == 413


def test_a_text_of_thousands_of_tags_inside_each_other_is_refused_in_words(desk):
    response = write_new(desk, "publish", body="<details>\n" * 3001)
    assert response.status_code == 422
    fault = soup_of(response).find(id="body-fault").get_text()
    assert "has 3,001 HTML tags; it takes up to 3,000." in fault
    assert desk.get(f"{REVIEWS}/1/preview").status_code == 413


@pytest.mark.parametrize(
    "table",
    [
        "| a | b |\n| - | - |\n" + "| c | d |\n" * 5001,
        "a |\n--\n" + "b\n" * 10_001,
        # Each short row gets all cells of the head.
        f"> |{'a|' * 200}\n> |{'-|' * 200}\n" + "> a\n" * 100,
    ],
)
def test_a_text_of_thousands_of_table_cells_is_refused_in_words(desk, table):
    response = write_new(desk, "publish", body=table)
    assert response.status_code == 422
    fault = soup_of(response).find(id="body-fault").get_text()
    assert "it takes up to 10,000." in fault
    assert desk.get(f"{REVIEWS}/1/preview").status_code == 413


def test_a_stranger_sees_and_changes_no_draft(desk, app):
    write_new(desk)
    stranger = app.test_client()
    for path in ("/new", "/1/edit"):
        response = stranger.get(f"{REVIEWS}{path}")
        assert response.location.startswith("/admin/login")
        assert TITLE not in response.text
    for path in ("", "/1", "/1/withdrawal"):
        response = stranger.post(f"{REVIEWS}{path}", data={"body": "Mine.", "version": "1"})
        assert response.location.startswith("/admin/login")
    assert form_of(desk)["body"] == TEXT


def test_an_unknown_review_is_a_404_and_keeps_the_words(desk):
    assert desk.get(f"{REVIEWS}/7/edit").status_code == 404
    response = send(desk, FILLED, draft_id=7)
    assert response.status_code == 404
    assert TEXT.splitlines()[0] in text_of(response)
    assert desk.post(f"{REVIEWS}/7/withdrawal", {"version": "1"}, htmx=False).status_code == 404


def test_an_expired_page_saves_nothing_and_keeps_the_words(desk):
    write_new(desk)
    for path in ("", "/1"):
        form = {**FILLED, "body": "My words.", "version": "1", "csrf_token": "stale"}
        response = desk.post(f"{REVIEWS}{path}", form, htmx=False)
        assert response.status_code == 422
        assert soup_of(response).find("textarea", id="body").get_text().strip() == "My words."
    assert form_of(desk)["body"] == TEXT
