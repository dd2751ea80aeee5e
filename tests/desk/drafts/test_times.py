"""The editor of a review: times are typed and shown in the writer's zone."""

from datetime import UTC, datetime

import pytest

from blog.accounts.commands import update_settings
from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.models import Draft
from tests.builders import make_review
from tests.desk.desk import Desk
from tests.page import soup_of, text_of

NEW = {"title": "New", "body": "Text."}


@pytest.fixture
def parisian(desk) -> Desk:
    move(desk, "Europe/Paris")
    return desk


def move(desk: Desk, zone: str) -> None:
    write(update_settings, moderator_id=desk.moderator.id, time_zone=zone, byline="Hana Yoo")


def stored() -> Draft:
    db.session.rollback()
    return db.session.query(Draft).order_by(Draft.id.desc()).limit(1).one()


def shown_in(desk: Desk, draft_id: int) -> str:
    return soup_of(desk.get(f"/admin/reviews/{draft_id}/edit")).find(id="published")["value"]


def test_a_time_is_meant_in_the_zone_of_the_account_whoever_publishes_the_review(
    parisian, colleague
):
    form = soup_of(parisian.get("/admin/reviews/new"))
    assert form.find(id="author")["value"] == "Hana Yoo"
    assert "A time in Europe/Paris, such as" in text_of(parisian.get("/admin/reviews/new"))
    parisian.post("/admin/reviews", NEW | {"published": "2027-05-02T18:30"}, htmx=False)
    draft = stored()
    assert draft.keys["published"] == "2027-05-02 18:30:00+02:00"
    assert shown_in(parisian, draft.id) == "2027-05-02 18:30"
    move(colleague, "Asia/Seoul")
    assert shown_in(colleague, draft.id) == "2027-05-02 18:30 +02:00"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("2027-03-28 02:30", "2027-03-28 02:30 does not exist in Europe/Paris"),
        ("2027-10-31 02:30", "2027-10-31 02:30 comes twice in Europe/Paris"),
    ],
)
def test_an_hour_that_daylight_saving_skips_or_repeats_is_named_at_save(parisian, typed, fault):
    refused = parisian.post("/admin/reviews", NEW | {"published": typed}, htmx=False)
    assert refused.status_code == 422
    assert fault in soup_of(refused).find(id="published-fault").get_text()
    assert "Saved. Please correct:" in text_of(refused)
    draft = stored()
    assert (draft.body, draft.keys["published"]) == ("Text.", typed)
    # The page says so again, and an offset settles it.
    assert fault in text_of(parisian.get(f"/admin/reviews/{draft.id}/edit"))
    settled = NEW | {"published": f"{typed} +02:00", "version": draft.version}
    assert parisian.post(f"/admin/reviews/{draft.id}", settled, htmx=False).status_code == 303


def test_opening_and_saving_a_review_of_another_zone_changes_nothing(parisian):
    published = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
    review = make_review(published_at=published)
    page = soup_of(parisian.get(f"/admin/reviews/{review.id}/edit"))
    assert page.find(id="published")["value"] == "2026-04-01 09:30 +00:00"
    fields = {each["name"]: each.get("value", "") for each in page.select("#editor input")}
    fields["body"] = page.find(id="body").get_text().strip()
    assert parisian.post(f"/admin/reviews/{review.id}", fields, htmx=False).status_code == 303
    assert stored().keys is None
