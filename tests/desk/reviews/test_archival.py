"""POST /admin/reviews/<id>/archival and /archival/removal, and the log of a review."""

from tests.databases import on_both
from tests.desk.drafts.writing import REVIEWS, form_of, public_page, send, write_new
from tests.desk.reviews.test_deletion import EDITOR, press
from tests.page import soup_of, text_of


@on_both
def test_a_review_is_archived_and_put_back_at_the_desk_and_the_log_says_by_whom(desk, colleague):
    write_new(desk, "publish")
    assert press(desk, EDITOR, "archival").location == f"{EDITOR}?done=archived"
    assert public_page(desk).status_code == 200
    assert "/reviews/run-on" not in desk.client.get("/").text
    back = press(colleague, f"{REVIEWS}?state=archived", "archival/removal")
    assert back.location == f"{REVIEWS}?done=unarchived#review-1"
    assert "/reviews/run-on" in desk.client.get("/").text
    log = soup_of(desk.get(EDITOR)).find(class_="review-log")
    happened = [" ".join(row.get_text().split()) for row in log("li")]
    assert happened == [
        "1 May 2026, 13:00 Put back into the lists Jun Ha",
        "1 May 2026, 13:00 Archived Mina Park",
        "1 May 2026, 13:00 Published Mina Park",
    ]


def test_changes_of_an_archived_review_are_published_and_it_stays_archived(desk):
    write_new(desk, "publish")
    press(desk, EDITOR, "archival")
    response = send(desk, form_of(desk), "publish", body="Another thought.")
    assert "It stays archived" in text_of(desk.get(response.location))
    assert "Another thought." in text_of(public_page(desk))
    assert "/reviews/run-on" not in desk.client.get("/").text


def test_an_archived_review_that_is_unpublished_is_an_ordinary_draft_again(desk):
    write_new(desk, "publish")
    press(desk, EDITOR, "archival")
    press(desk, EDITOR, "withdrawal")
    assert public_page(desk).status_code == 404
    send(desk, form_of(desk), "publish")
    assert "/reviews/run-on" in desk.client.get("/").text


def test_ones_own_save_after_the_page_was_opened_is_no_reason_to_refuse(desk):
    write_new(desk, "publish")
    seen = form_of(desk)["version"]
    send(desk, form_of(desk), body="Saved by the script.")
    first = desk.post(f"{REVIEWS}/1/archival", {"version": seen}, htmx=False)
    assert first.location == f"{EDITOR}?done=archived"
    again = desk.post(f"{REVIEWS}/1/withdrawal", {"version": seen}, htmx=False)
    assert again.status_code == 409, "The page showed a review that was not archived."


def test_what_is_not_public_or_was_changed_meanwhile_is_not_archived(desk, colleague):
    write_new(desk)
    refused = desk.post(f"{REVIEWS}/1/archival", {"version": "1"}, htmx=False)
    assert refused.status_code == 409
    assert "This review is not public; nothing was done." in text_of(refused)
    send(desk, form_of(desk), "publish")
    seen = form_of(desk)["version"]
    send(colleague, form_of(colleague), body="Their words.")
    refused = desk.post(f"{REVIEWS}/1/archival", {"version": seen}, htmx=False)
    assert refused.status_code == 409
    assert "was changed after you opened the page" in text_of(refused)
    expired = {"version": form_of(desk)["version"], "csrf_token": "stale"}
    assert desk.post(f"{REVIEWS}/1/archival", expired, htmx=False).status_code == 422
    assert "Published" in text_of(desk.get(f"{REVIEWS}?state=published"))
