"""Refused reports: each refusal has a clear message and gives the form back."""

from datetime import timedelta

import pytest

from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.reports.models import WORDS_LENGTH
from blog.submissions.resending import ADDRESS_LIMITS
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_review,
)
from tests.databases import on_both
from tests.engine import locked_database
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import count_sent, with_and_without_htmx
from tests.site.reports.reporting import REPORT, now_of, reports, send_report, url_of

WORDS = 'Line one,\r\n  <b>two</b> & "three" </textarea> 넷'
# The version of a comment that was sent and approved.
APPROVED = 2
KEPT = WORDS.replace("\r\n", "\n")


def form_of(response, comment):
    """Return the form that a refusal gives back, after checking that it can be sent again."""
    soup = soup_of(response)
    form = soup.find("form", id="report-form")
    assert form["action"] == url_of(comment)
    assert bool(soup.html) == (response.request.headers.get("HX-Request") is None)
    assert form.find("button", attrs={"type": "submit"})
    return form


def check_fields(form, *, kind="insult", body=KEPT):
    assert form.find("textarea", attrs={"name": "body"}).get_text().lstrip("\r\n") == body
    ticked = form.find_all("input", type="radio", checked=True)
    assert [button["value"] for button in ticked] == ([kind] if kind else [])


FAULTS = [
    ({"body": WORDS}, "kind", "Choose a reason"),
    ({"kind": "", "body": WORDS}, "kind", "Choose a reason"),
    ({"kind": "boring", "body": WORDS}, "kind", "Choose a reason"),
    ({"kind": "INSULT", "body": WORDS}, "kind", "Choose a reason"),
    ({"kind": "'\"><svg onload=a>", "body": WORDS}, "kind", "Choose a reason"),
    ({"kind": "other"}, "body", "Say in a few words what is wrong."),
    ({"kind": "other", "body": "\u3164 \u200b"}, "body", "Say in a few words"),
    (
        {"kind": "insult", "body": "가" * (WORDS_LENGTH + 1)},
        "body",
        "1,001 characters; it takes up to 1,000",
    ),
]


@with_and_without_htmx
def test_a_fault_is_shown_beside_its_field(client, comment, htmx):
    for data, field, fault in FAULTS:
        case = str(data)[:60]
        response = send_report(client, comment, data, htmx=htmx)
        assert response.status_code == 422, case
        form = form_of(response, comment)
        kind = data.get("kind") if data.get("kind") in ("other", "insult") else None
        check_fields(form, kind=kind, body=data.get("body", "").replace("\r\n", "\n"))
        [faulty] = form.find_all(attrs={"aria-invalid": "true"})
        assert faulty["id"] == field, case
        notes = [form.find(id=name).get_text() for name in faulty["aria-describedby"].split()]
        assert any(fault in note for note in notes), case
        assert form.find(id="faults").find("a", href=f"#{field}"), case
        assert fault in form.find(id="faults").get_text(), case
    assert not reports()
    assert now_of(comment).version == APPROVED


def test_all_faults_are_shown_together(client, comment):
    form = form_of(send_report(client, comment, {"body": "가" * 1001}), comment)
    assert len(form.find(id="faults").find_all("li")) == 2


@with_and_without_htmx
def test_a_hidden_comment_is_404_like_an_unknown_comment(client, stranger, review, comment, htmx):
    moderator = make_moderator()
    hidden = [
        make_comment(review=review),
        make_moderator_reply(comment=comment, moderator=moderator),
    ]
    for verdict in (Verdict.REJECT, Verdict.SPAM):
        made = make_comment(review=review)
        hidden.append(make_decision(comment=made, moderator=moderator, verdict=verdict))
    gone = make_published_comment(review=review, moderator=moderator)
    hidden.append(make_decision(comment=gone, moderator=moderator, verdict=Verdict.TAKE_DOWN))
    data = REPORT | {"body": WORDS}
    unknown = client.post(
        "/reviews/run-on/comments/999/reports", data=data, headers=HTMX if htmx else {}
    )
    assert unknown.status_code == 404
    for made in hidden:
        response = send_report(stranger, made, data, htmx=htmx)
        assert (response.status_code, response.data) == (404, unknown.data)
        assert stranger.get(f"{url_of(made)}/new").status_code == 404
    assert soup_of(unknown).find("textarea").get_text().lstrip("\r\n") == WORDS
    assert not reports()


def test_comments_on_a_draft_or_future_review_cannot_be_reported(client):
    draft = make_review(slug="draft", published_at=None)
    future = make_review(slug="future", published_at=NOON + timedelta(days=9))
    for review in (draft, future):
        comment = make_published_comment(review=review)
        assert send_report(client, comment, slug=review.slug).status_code == 404
        for page in ("new", "thanks"):
            path = f"{url_of(comment, slug=review.slug)}/{page}"
            assert client.get(path).status_code == 404
    assert not reports()


def test_an_impossible_comment_id_is_404(client, comment):
    for number in ("0", "-1", "2147483648", "9" * 25, "1.0", "a", "%00"):
        path = f"/reviews/run-on/comments/{number}/reports"
        assert client.post(path, data=REPORT).status_code == 404, number
        assert client.get(f"{path}/new").status_code == 404, number


@with_and_without_htmx
def test_a_rate_limited_report_is_given_back(client, comment, htmx):
    limit = ADDRESS_LIMITS[0]
    seconds = int(limit.window.total_seconds())
    now = NOON + timedelta(hours=1)
    write(count_sent, address="127.0.0.1", count=limit.count, now=now)
    response = send_report(client, comment, REPORT | {"body": WORDS}, htmx=htmx)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == str(seconds)
    assert f"send it again in {seconds} seconds" in text_of(response)
    check_fields(form_of(response, comment))
    assert not reports()
    assert now_of(comment).version == APPROVED


@on_both
@with_and_without_htmx
@pytest.mark.usefixtures("short_timeouts")
def test_a_report_to_a_busy_database_is_given_back(client, database_url, comment, htmx):
    data = REPORT | {"body": WORDS}
    with locked_database(database_url):
        response = send_report(client, comment, data, htmx=htmx)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "Please send it again" in text_of(response)
    check_fields(form_of(response, comment))
    assert not reports()
    assert send_report(client, comment, data, htmx=htmx).status_code == (201 if htmx else 303)


@with_and_without_htmx
def test_a_request_over_256_kib_is_refused(client, comment, htmx):
    data = REPORT | {"body": "a" * 256 * 1024}
    assert send_report(client, comment, data, htmx=htmx).status_code == 413
    assert not reports()


def test_a_report_from_another_site_changes_nothing(client, comment):
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert client.post(url_of(comment), data=REPORT, headers=headers).status_code == 403
    assert not reports()


MALFORMED = [
    (b"%", "application/x-www-form-urlencoded"),
    (b"kind[]=insult", "application/x-www-form-urlencoded"),
    (b'{"kind": "insult"}', "application/json"),
    (b'{"kind": {"a": null}}', "application/json"),
    (b"kind=insult", "text/plain"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
]


def test_a_malformed_form_is_refused_with_a_page(client, comment):
    for data, content_type in MALFORMED:
        response = client.post(url_of(comment), data=data, content_type=content_type)
        assert response.status_code in (400, 422), (data, content_type)
        assert soup_of(response).h1, (data, content_type)
    assert not reports()


TYPED = {
    "a\x00b": "ab",
    "'\"><svg onload=a>": "'\"><svg onload=a>",
    "\u202eevil": "\u202eevil",
    "{{ 7 * 7 }} %s {0}": "{{ 7 * 7 }} %s {0}",
    "'; DROP TABLE reports; --": "'; DROP TABLE reports; --",
    "\U0010ffff\ufffe!": "\U0010ffff\ufffe!",
}


@on_both
def test_hostile_text_is_stored_unchanged(app, comment):
    for typed in TYPED:
        data = {"kind": "other", "body": typed}
        assert send_report(app.test_client(), comment, data).status_code == 303, repr(typed)
    assert [report.words for report in reports()] == list(TYPED.values())


def test_a_get_request_to_the_report_url_is_not_allowed(client, comment):
    assert client.get(url_of(comment)).status_code == 405
