"""/admin/reviewers: moderators list, create, change and delete reviewers."""

from io import BytesIO

import pytest

from blog.accounts.commands import update_settings
from blog.accounts.models import Moderator
from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.models import Draft
from blog.reviewers.models import Reviewer
from blog.reviews.models import Review
from tests.builders import make_draft, make_review, make_reviewer
from tests.databases import on_both
from tests.desk.desk import Desk, fields_of
from tests.desk.drafts.test_pictures import photo
from tests.page import soup_of, text_of

URL = "/admin/reviewers"
HANA = {
    "name": "Hana Yoo",
    "slug": "hana-yoo",
    "language": "",
    "biography": "Watches *everything* twice.",
}


def create(desk: Desk, **fields: str):
    return desk.post(URL, HANA | fields, htmx=False)


def hana() -> Reviewer:
    db.session.rollback()
    return db.session.query(Reviewer).where(Reviewer.slug.like("hana%")).one()


def open_form(desk: Desk) -> tuple[str, dict]:
    """Open the form of Hana; return its URL and its fields as a browser would send them."""
    form = soup_of(desk.get(f"{URL}/{hana().id}/edit")).select_one("form.rule-form")
    fields = fields_of(form) | {"biography": form.textarea.get_text().removeprefix("\n")}
    fields |= {box["name"]: "y" for box in form.select("input[type=checkbox][checked]")}
    return form["action"], fields


def save(desk: Desk, **changes: str | None):
    url, fields = open_form(desk)
    return desk.post(url, fields | changes, htmx=False)


def bylines() -> list[str]:
    db.session.rollback()
    return sorted(row.byline for row in db.session.query(Review))


@on_both
def test_a_reviewer_written_in_the_browser_has_a_page(desk, client):
    make_review()
    response = create(desk)
    assert (response.status_code, response.location) == (303, f"{URL}?done=created")
    page = desk.get(response.location)
    assert "The reviewer is saved." in text_of(page)
    assert "Hana Yoo hana-yoo 1 review" in text_of(page)
    assert (
        soup_of(client.get("/reviewers/hana-yoo")).select_one(".reviewer em").text == "everything"
    )
    assert soup_of(client.get("/reviews/run-on")).find("a", href="/reviewers/hana-yoo")
    assert soup_of(desk.get("/admin/reviews")).find("a", href=URL)


@on_both
def test_a_changed_name_takes_the_bylines_of_reviews_drafts_and_accounts_with_it(desk, client):
    for slug in ("run-on", "mine"):
        make_review(slug=slug)
    make_review(slug="other", byline="Daniel")
    draft = make_draft(moderator=desk.moderator, keys={"title": "New", "author": "Hana Yoo"})
    create(desk)
    account = {"moderator_id": desk.moderator.id, "time_zone": None}
    write(update_settings, **account, byline="Hana Yoo")
    assert "Change the bylines of 3 reviews too" in text_of(desk.get(f"{URL}/{hana().id}/edit"))
    former = client.get("/reviews/run-on")
    assert save(desk, name="Hana Kim").status_code == 303
    assert bylines() == ["Daniel", "Hana Kim", "Hana Kim"]
    stored = db.session.get(Draft, draft.id)
    assert (stored.author, stored.version, "hana kim" in stored.search_text) == (
        "Hana Kim",
        2,
        True,
    )
    assert db.session.get(Moderator, desk.moderator.id).byline == "Hana Kim"
    # A browser that has the page asks whether it is still the same.
    page = client.get("/reviews/run-on", headers={"If-None-Match": former.headers["ETag"]})
    assert page.status_code == 200
    assert soup_of(page).find("a", href="/reviewers/hana-yoo").text == "Hana Kim"
    found = text_of(desk.get("/admin/reviews", q="hana kim"))
    assert all(title in found for title in ("New", "line of run-on", "line of mine"))
    assert text_of(client.get("/reviewers/hana-yoo")).startswith("Hana Kim")


def test_bylines_stay_as_they_are_if_the_box_is_not_ticked(desk):
    make_review()
    create(desk)
    assert save(desk, name="Hana Kim", renames=None).status_code == 303
    assert bylines() == ["Hana Yoo"]


def test_an_editor_that_was_open_during_a_rename_does_not_bring_the_old_name_back(desk):
    draft = make_draft(moderator=desk.moderator, keys={"title": "New", "author": "Hana Yoo"})
    create(desk)
    save(desk, name="Hana Kim")
    old = {"version": 1, "title": "New", "author": "Hana Yoo", "body": "More."}
    assert desk.post(f"/admin/reviews/{draft.id}", old, htmx=False).status_code == 409


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("name", "", "a line of text is expected; it is missing."),
        ("name", "x" * 121, "has 121 characters; it takes 120."),
        ("name", "Daniel", "Another reviewer has this name."),
        ("slug", "Hana Yoo", "small letters and digits joined by hyphens"),
        ("slug", "daniel", "Another reviewer has this address."),
        ("language", "Klingonish", "a language tag such as ko, ar or pt-BR is expected"),
        ("biography", " \u200b ", "one or more lines of text are expected"),
        ("biography", "x" * 2001, "has 2,001 characters; it takes 2,000."),
        ("biography", "![Hana](hana.jpg)", "shows no text; pictures are left out of it."),
        ("biography", "a" + "\u0301" * 40, "One letter has more than 30 accents"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_by_the_rules_of_the_file(desk, field, typed, fault):
    create(desk, name="Daniel", slug="daniel")
    create(desk)
    other = {"name": "Jun", "slug": "jun"}
    for refused in (create(desk, **other | {field: typed}), save(desk, **{field: typed})):
        assert refused.status_code == 422
        assert fault in soup_of(refused).find(id=f"{field}-fault").get_text()
        given = soup_of(refused).find(id=field)
        assert typed.strip(" ") in (given.get("value"), given.get_text().strip("\r\n "))
    assert hana().name == "Hana Yoo"


def test_two_editors_of_one_reviewer_see_both_versions_and_lose_nothing(desk, colleague):
    create(desk)
    url, fields = open_form(desk)
    save(colleague, biography="Theirs.")
    refused = desk.post(url, fields | {"biography": "Mine."}, htmx=False)
    assert refused.status_code == 409
    assert {area.get_text().strip() for area in soup_of(refused)("textarea")} == {
        "Theirs.",
        "Mine.",
    }
    assert hana().biography == "Theirs."
    version = soup_of(refused).select_one("form.rule-form input[name=version]")["value"]
    again = {"version": version, "biography": "Mine."}
    assert desk.post(url, fields | again, htmx=False).status_code == 303
    assert hana().biography == "Mine."
    # The answer was lost, and the same form is sent again.
    assert desk.post(url, fields | again, htmx=False).status_code == 303


def test_a_reviewer_deleted_while_somebody_writes_comes_back_with_one_more_click(desk, colleague):
    create(desk)
    url, fields = open_form(desk)
    removal = {"version": fields["version"]}
    assert colleague.post(f"{url}/removal", removal, htmx=False).status_code == 303
    refused = desk.post(url, fields | {"biography": "Mine."}, htmx=False)
    assert refused.status_code == 409
    form = soup_of(refused).select_one("form.rule-form")
    assert (form["action"], form.textarea.get_text().strip()) == (URL, "Mine.")


@on_both
def test_a_reviewer_whom_reviews_name_cannot_be_deleted(desk):
    make_review(published_at=None)
    make_draft(moderator=desk.moderator, keys={"title": "New", "author": "Hana Yoo"})
    create(desk)
    url, fields = open_form(desk)
    assert "removal" not in desk.get(f"{url}/edit").text
    refused = desk.post(f"{url}/removal", {"version": fields["version"]}, htmx=False)
    assert refused.status_code == 409
    assert "Not deleted: 2 reviews name this reviewer." in text_of(refused)
    assert desk.post(f"{url}/removal", {"version": "old"}, htmx=False).status_code == 409
    assert hana()


def test_an_import_replaces_an_edited_reviewer_and_deletes_none_of_the_desk(desk):
    create(desk)
    create(desk, name="Daniel", slug="daniel")
    url, fields = open_form(desk)
    make_reviewer(name="Hana Kim")  # As an import of a file with nobody else in it.
    assert (hana().name, hana().edited_at) == ("Hana Kim", None)
    assert {row.slug for row in db.session.query(Reviewer)} == {"hana-yoo", "daniel"}
    # A form that was open meanwhile still finds its reviewer.
    refused = desk.post(url, fields | {"biography": "Mine."}, htmx=False)
    assert refused.status_code == 409
    assert "Hana Kim" in text_of(refused)


def test_a_reviewer_gets_a_picture_in_the_browser_and_keeps_it(desk):
    def upload(content: bytes, **more):
        url, fields = open_form(desk)
        data = fields | more | {"picture": (BytesIO(content), "hana.jpg")}
        return desk.post(url, data, htmx=False)

    def shown():
        return soup_of(desk.get(f"{URL}/{hana().id}/edit")).select_one(".reviewer img")

    create(desk)
    assert shown() is None
    response = upload(b"words", biography="Watches once.")
    assert response.status_code == 422
    page = soup_of(response)
    assert "hana.jpg: is no picture this site can read" in page.find(id="picture-fault").get_text()
    assert "Watches once." in page.textarea.get_text()
    assert upload(photo()).status_code == 303
    first = shown()["src"]
    assert save(desk, biography="Watches thrice.").status_code == 303
    assert shown()["src"] == first
    assert upload(photo("red")).status_code == 303
    assert shown()["src"] != first
