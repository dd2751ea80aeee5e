"""POST /reviews/<slug>/comments/<id>/reports: a reader reports a comment."""

import logging

from blog.moderation.states import Verdict
from blog.reports.models import WORDS_LENGTH, Kind
from blog.submissions.resending import ADDRESS_LIMITS, BROWSER_LIMITS
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
)
from tests.databases import on_both
from tests.page import soup_of, text_of
from tests.site.comments.sending import COMMENT, everything_stored, reasons, send
from tests.site.comments.writing import TOKEN
from tests.site.reports.reporting import REPORT, REVIEW, now_of, reports, send_report, url_of

# The version of a comment that was sent, approved and reported once.
REPORTED = 3


@on_both
def test_a_plain_report_leads_to_a_thank_you_page(client, comment):
    response = send_report(client, comment)
    assert response.status_code == 303
    assert response.location == f"{url_of(comment)}/thanks"
    words = text_of(client.get(response.location))
    assert "Your report has arrived" in words
    assert "Until then it stays public." in words


def test_a_report_by_htmx_is_replaced_by_thanks(client, comment):
    response = send_report(client, comment, htmx=True)
    assert response.status_code == 201
    part = soup_of(response)
    assert "Thank you. A moderator will look at this comment." in " ".join(
        part.get_text(" ").split()
    )
    assert part.find(id="thanks").has_attr("autofocus")
    assert not part.find("form")
    assert not part.html


@on_both
def test_a_report_is_stored_with_its_kind_and_text(client, comment, clock):
    for kind in Kind:
        send_report(client, comment, {"kind": kind.value, "body": " Line one,\r\nline *two*.\t"})
    kept = reports()
    assert [report.kind for report in kept] == list(Kind)
    for report in kept:
        assert report.comment_id == comment.id
        assert report.words == "Line one,\nline *two*."
        assert report.reported_at == clock.now
        assert report.client_name


def test_a_text_is_optional_except_for_the_kind_other(app, comment):
    for number, body in enumerate(("", "  \n", "\u3164", "\u200b\u2800", None)):
        data = {"kind": "advert"} | ({} if body is None else {"body": body})
        sent = send_report(app.test_client(), comment, data, address=f"203.0.113.{number}")
        assert sent.status_code == 303, repr(body)
    assert [report.words for report in reports()] == [None] * 5


@on_both
def test_a_text_can_have_a_thousand_characters(client, comment):
    words = "값" * WORDS_LENGTH
    assert send_report(client, comment, {"kind": "other", "body": words}).status_code == 303
    assert reports()[0].words == words


@on_both
def test_a_reported_comment_stays_public_and_returns_to_the_queue(client, stranger, comment, clock):
    before = stranger.get(REVIEW).data
    send_report(client, comment)
    assert stranger.get(REVIEW).data == before
    reported = now_of(comment)
    assert reported.is_public
    assert reported.waits_again
    assert (reported.waiting_since, reported.version) == (clock.now, REPORTED)
    assert reasons() == {comment.id: {"reported": None}}


@on_both
def test_a_reported_comment_waits_since_its_first_report(client, comment, clock):
    first = clock.now
    send_report(client, comment)
    clock.advance(hours=3)
    send_report(client, comment, {"kind": "advert"})
    reported = now_of(comment)
    # Reports of one client raise the version only once; otherwise they could block every decision.
    assert (reported.waiting_since, reported.version) == (first, REPORTED)
    send_report(client, comment, {"kind": "advert"}, address="203.0.113.9")
    reported = now_of(comment)
    assert (reported.waiting_since, reported.version) == (first, REPORTED + 1)
    assert len(reports()) == 3


@on_both
def test_the_same_report_again_is_not_stored(client, stranger, comment):
    for htmx in (False, True):
        assert send_report(client, comment, htmx=htmx).status_code == (201 if htmx else 303)
        assert send_report(stranger, comment, htmx=htmx).status_code == (201 if htmx else 303)
    assert len(reports()) == 1
    assert now_of(comment).version == REPORTED
    send_report(stranger, comment, address="203.0.113.5")
    assert len(reports()) == 2


def test_a_report_sets_no_cookie(client, comment):
    for response in (send_report(client, comment), send_report(client, comment, htmx=True)):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "private, no-store"


def test_an_own_comment_can_be_reported(client, comment):
    client.set_cookie("second_lead_owner", TOKEN, path="/reviews")
    assert send_report(client, comment).status_code == 303
    assert len(reports()) == 1


def test_comments_and_reports_of_a_browser_share_a_rate_limit(client, comment):
    limit = BROWSER_LIMITS[0].count
    send(client, COMMENT, address="203.0.113.1")
    for number in range(limit):
        data = {"kind": "other", "body": f"Number {number}."}
        response = send_report(client, comment, data, address=f"203.0.114.{number}")
        assert response.status_code == (303 if number < limit - 1 else 429)


def test_a_forged_cookie_is_ignored(app, comment):
    forged = ["0" * 31, "G" * 32, "", "좋아요", "' OR 1=1 --"]
    for number, token in enumerate(forged):
        client = app.test_client()
        client.set_cookie("second_lead_owner", token, path="/reviews")
        sent = send_report(client, comment, address=f"203.0.113.{number}")
        assert sent.status_code == 303, token
    assert len(reports()) == len(forged)


@on_both
def test_comments_and_reports_of_an_address_share_a_rate_limit(app, comment):
    for number in range(ADDRESS_LIMITS[0].count):
        data = {"kind": "other", "body": f"Number {number}."}
        assert send_report(app.test_client(), comment, data).status_code == 303
    assert send(app.test_client(), COMMENT).status_code == 429


def test_the_thank_you_page_works_after_the_comment_was_taken_down(client, comment):
    response = send_report(client, comment)
    make_decision(
        comment=now_of(comment), moderator=make_moderator(), verdict=Verdict.TAKE_DOWN, reason="No."
    )
    assert "Your report has arrived" in text_of(client.get(response.location))


@on_both
def test_a_comment_approved_after_a_report_can_be_reported_again(client, comment, clock):
    send_report(client, comment)
    make_decision(comment=now_of(comment), moderator=make_moderator(), now=clock.now)
    assert now_of(comment).waiting_since is None
    clock.advance(days=1)
    send_report(client, comment, {"kind": "private"})
    assert now_of(comment).waiting_since == clock.now


def test_a_report_of_a_pending_comment_shows_nothing_of_the_comment(client, review):
    waiting = make_comment(review=review, body="Words that wait.")
    response = send_report(client, waiting, {"kind": "other", "body": "Is it there?"})
    assert response.status_code == 404
    assert "Words that wait." not in response.text


def test_no_log_has_the_text_and_nothing_stores_the_address(client, comment, caplog):
    caplog.set_level(logging.DEBUG)
    data = REPORT | {"body": "Quagga and zebra."}
    send_report(client, comment, data, address="203.0.113.77")
    assert "Quagga" not in caplog.text
    assert "203.0.113.77" not in caplog.text
    assert "203.0.113.77" not in everything_stored()
