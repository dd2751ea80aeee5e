"""POST /admin/bulks with invalid and forged forms."""

import pytest

from tests.desk.desk import (
    BULKS,
    HTMX_OR_PLAIN,
    everything,
    item,
    log,
    make_many,
    open_desk,
    reload,
)
from tests.page import HTMX, soup_of, text_of

# Invalid form fields, each with its error message.
FORGED = [
    ({"items": None}, "Nothing is selected: select comments first. Nothing was changed."),
    ({"items": ""}, "Nothing is selected"),
    ({"items": " , ,, "}, "Nothing is selected"),
    ({"items": "1"}, 'items must be "number.version", separated by commas. Nothing was changed.'),
    ({"items": "1."}, "items must be"),
    ({"items": ".1"}, "items must be"),
    ({"items": "1.1.1"}, "items must be"),
    ({"items": "1;1"}, "items must be"),
    ({"items": "a.b"}, "items must be"),
    ({"items": "-1.1"}, "items must be"),
    ({"items": "1.-1"}, "items must be"),
    ({"items": "0.1"}, "items must be"),
    ({"items": "1.0"}, "items must be"),
    ({"items": "1e3.1"}, "items must be"),
    ({"items": "٣.٣"}, "items must be"),
    ({"items": "1.1\0"}, "items must be"),
    ({"items": "1.1,😭"}, "items must be"),
    ({"items": "' OR 1=1 --"}, "items must be"),
    ({"items": "%_\\'"}, "items must be"),
    ({"items": f"{2**63}.1"}, "items must be"),
    ({"items": f"1.{2**31}"}, "items must be"),
    ({"items": "9" * 100_000}, "items must be"),
    ({"items": ["1.1", "x"]}, "items must be"),
    ({"verdict": None}, "verdict must be one of approve, approve_spoiler,"),
    ({"verdict": "delete"}, "verdict must be one of"),
    ({"verdict": "APPROVE"}, "verdict must be one of"),
    ({"verdict": "\0"}, "verdict must be one of"),
    ({"verdict": "x" * 10_000}, "verdict must be one of"),
    ({"verdict": "take_down"}, "Choose or write a reason for taking the comment down."),
    ({"shares_reason": "y"}, "Choose or write a reason to share."),
    ({"reason": "x" * 501}, "The reason has 501 characters; it takes up to 500."),
    ({"csrf_token": None}, "This page had expired, so nothing was changed."),
    ({"csrf_token": "wrong"}, "This page had expired"),
    ({"csrf_token": "é\0"}, "This page had expired"),
]


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_forged_bulk_changes_nothing_and_gets_a_message(desk, review, htmx):
    items = item(*make_many(review, 2))
    before = everything()
    for change, words in FORGED:
        form = {"verdict": "approve", "items": items, **change}
        response = desk.post(BULKS, form, htmx=htmx)
        assert response.status_code == 422, change
        assert words in text_of(response), change
        assert "500" not in text_of(response) or "reason" in change
    assert everything() == before
    assert desk.bulk("approve", items, htmx=htmx).status_code == 200


def test_an_expired_bulk_is_here_again_with_its_reason_and_can_be_sent(desk, review):
    items = [item(comment) for comment in make_many(review, 2)]
    reason = {"reason": "Off topic", "reason_words": "Both <b>.", "shares_reason": "y"}
    form = {"verdict": "reject", "items": items, "is_opened": "y", **reason}
    refused = desk.post(BULKS, {**form, "csrf_token": "old"}, htmx=False)
    assert refused.status_code == 422
    again = soup_of(refused).select_one("form.again")
    assert [field["value"] for field in again.select("[name=items]")] == items
    assert again.select_one("[name=reason_words]")["value"] == "Both <b>."
    assert again.select_one("[name=shares_reason]").has_attr("checked")
    assert again.button.get_text() == "Reject"
    assert "The button decides on 2 comments." in again.get_text()
    faulty = desk.post(BULKS, {**form, "items": "x", "csrf_token": "old"}, htmx=False)
    assert not soup_of(faulty).select("form.again")
    token = again.find("input", {"name": "csrf_token"})["value"]
    assert desk.post(BULKS, {**form, "csrf_token": token}, htmx=False).status_code == 200
    assert len(log()) == 2


def test_a_bulk_that_another_moderator_selected_is_not_here_again(app, desk, review):
    items = [item(comment) for comment in make_many(review, 2)]
    other = open_desk(app, email="jun@example.org", name="Jun")
    form = {"verdict": "approve", "items": items, "csrf_token": other.token}
    refused = desk.post(BULKS, form, htmx=False)
    assert refused.status_code == 422
    assert not soup_of(refused).select("form.again")


def test_an_expired_undo_of_a_bulk_is_here_again(desk, review):
    desk.bulk("reject", item(*make_many(review, 2)))
    key = log()[0].bulk_key
    refused = desk.post(BULKS, {"bulk": key, "verdict": "reopen", "csrf_token": "old"}, htmx=False)
    again = soup_of(refused).select_one("form.again")
    assert again.select_one("[name=bulk]")["value"] == key
    assert again.button.get_text() == "Undo"
    assert not again.select("[name=reason_words]")


def test_more_than_a_thousand_comments_are_refused_with_both_numbers(desk, review):
    (comment,) = make_many(review, 1)
    for count in (1001, 10_000):
        numbers = [f"{number}.1" for number in range(comment.id, comment.id + count)]
        for items in (",".join(numbers), numbers):
            response = desk.bulk("spam", items)
            assert response.status_code == 422, count
            assert (
                f"{count:,} comments are too many for one bulk action; it takes up to 1,000."
                " Nothing was changed." in text_of(response)
            ), count
    assert reload(comment).is_pending
    assert log() == []


def test_a_thousand_comments_are_accepted_even_if_most_are_deleted(desk, review):
    (comment,) = make_many(review, 1)
    numbers = [f"{number}.1" for number in range(comment.id, comment.id + 1000)]
    response = desk.bulk("spam", ",".join(numbers))
    assert response.status_code == 200
    assert "1 marked as spam, 999 no longer exist." in text_of(response)


def test_a_request_that_is_too_large_is_refused_before_it_is_read(desk, comment):
    response = desk.bulk("spam", f"{comment.id}.1" + "," * 300_000)
    assert response.status_code == 413
    assert reload(comment).is_pending


def test_invalid_ids_of_shown_rows_are_ignored(desk, review):
    odd = ["x", "-1", "9" * 5000, "1.1", "\0", "😭", "0", str(2**63), ",,"]
    for shown, comment in zip(odd, make_many(review, len(odd)), strict=True):
        response = desk.bulk("spam", item(comment), shown=shown, lead=shown)
        assert response.status_code == 200, shown[:40]
        rows = soup_of(response).select("article.row")
        assert [int(row["data-row"]) for row in rows] == [comment.id], shown[:40]


def test_json_instead_of_a_form_changes_nothing(desk, comment):
    for body in ([1, 2], {"items": 5, "verdict": "approve"}, None):
        assert desk.client.post(BULKS, json=body).status_code == 422, body
    assert reload(comment).is_pending


def test_a_strangers_bulk_leads_to_the_sign_in_page_and_changes_nothing(desk, stranger, comment):
    form = {"verdict": "spam", "items": item(comment), "csrf_token": desk.token}
    plain = stranger.post(BULKS, data=form)
    assert (plain.status_code, plain.location) == (303, "/admin/login")
    assert stranger.post(BULKS, data=form, headers=HTMX).headers["HX-Redirect"] == "/admin/login"
    assert reload(comment).is_pending


def test_a_bulk_from_another_site_is_refused_though_the_moderator_is_signed_in(desk, comment):
    form = {"verdict": "spam", "items": item(comment), "csrf_token": desk.token}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert desk.client.post(BULKS, data=form, headers=headers).status_code == 403
    assert reload(comment).is_pending
