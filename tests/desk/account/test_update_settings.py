"""POST /admin/account/settings: the time zone and the byline of an account."""

from datetime import UTC, datetime

import pytest

from blog.desk.account.signing_in import current_zone
from tests.builders import make_reviewer
from tests.desk.desk import Desk
from tests.outbox.sending import change_settings
from tests.page import soup_of, text_of

PAGE = "/admin/account"
URL = f"{PAGE}/settings"


def save(desk: Desk, **fields: str):
    return desk.post(URL, {"time_zone": "", "byline": ""} | fields, htmx=False)


def values_of(page) -> dict[str, str]:
    fields = soup_of(page).select("#settings-form input:not([type=hidden])")
    return {field["name"]: field.get("value", "") for field in fields}


def test_a_reviewer_in_seoul_sees_the_time_of_seoul_after_choosing_it(app, desk, clock):
    clock.now = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
    assert "In UTC (UTC+00:00) it is now 29 November 2026, 15:30" in text_of(desk.get(PAGE))
    change_settings(app, time_zone="Europe/Paris")
    assert "In Europe/Paris (UTC+01:00) it is now" in text_of(desk.get(PAGE))
    saved = save(desk, time_zone="seoul")
    assert (saved.status_code, saved.location) == (303, f"{PAGE}?done=settings")
    page = desk.get(saved.location)
    assert "Your settings are saved." in text_of(page)
    assert "In Asia/Seoul (UTC+09:00) it is now 30 November 2026, 00:30" in text_of(page)
    assert values_of(page) == {"time_zone": "Asia/Seoul", "byline": ""}
    save(desk)
    assert "In Europe/Paris" in text_of(desk.get(PAGE))


def test_a_colleague_keeps_their_own_settings(desk, colleague):
    save(desk, time_zone="Asia/Seoul", byline="Mina")
    assert values_of(colleague.get(PAGE)) == {"time_zone": "", "byline": ""}


def test_the_lists_offer_zones_and_reviewers_and_any_byline_is_taken(desk):
    make_reviewer()
    page = soup_of(desk.get(PAGE))
    offered = {
        field["name"]: {option["value"] for option in page.find(id=field["list"])("option")}
        for field in page.select("#settings-form [list]")
    }
    assert {"Asia/Seoul", "UTC"} <= offered["time_zone"]
    assert offered["byline"] == {"Hana Yoo"}
    for byline in ("Hana Yoo", "A guest \u201cof honour\u201d <b>", "유" * 120):
        assert save(desk, byline=byline).status_code == 303
        assert values_of(desk.get(PAGE))["byline"] == byline


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("time_zone", "Seoul time", "This is no time zone."),
        ("time_zone", "../../etc/passwd", "This is no time zone."),
        ("byline", "x" * 121, "The byline has 121 characters; it takes up to 120."),
        ("byline", "\u2800", "Enter a visible character, or leave the field empty."),
        ("byline", "a" + "\u0301" * 40, "One letter has more than 30 accents"),
    ],
)
def test_a_wrong_setting_is_refused_beside_its_field_and_kept(desk, field, typed, fault):
    save(desk, time_zone="Asia/Tokyo", byline="Mina")
    refused = save(desk, **{field: typed})
    assert refused.status_code == 422
    assert fault in soup_of(refused).find(id=f"{field}-fault").get_text()
    assert values_of(refused)[field] == typed
    assert values_of(desk.get(PAGE)) == {"time_zone": "Asia/Tokyo", "byline": "Mina"}


def test_a_zone_that_no_longer_exists_gives_way_to_the_sites(app, desk):
    with app.test_request_context(), pytest.MonkeyPatch.context() as patch:
        gone = type("Account", (), {"time_zone": "Asia/Atlantis"})
        patch.setattr("blog.desk.account.signing_in.current_moderator", gone)
        assert current_zone().key == "UTC"
