"""POST /admin/comments/<id>/decisions"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from blog.comments.models import Comment, Decision, Status, Verdict
from blog.database import db
from blog.reviews.models import Review
from tests.builders import (
    NOON,
    PASSWORD,
    csrf_token,
    make_comment,
    make_decision,
    make_moderator,
    make_review,
    sign_in,
)
from tests.page import HTMX, soup_of, text_of

# How a comment comes into each state.
WAYS = {
    Status.PENDING: None,
    Status.PUBLISHED: Verdict.APPROVE,
    Status.REJECTED: Verdict.REJECT,
    Status.SPAM: Verdict.SPAM,
}
DECISIONS = [
    (status, verdict) for status in Status for verdict in Verdict if status is not verdict.outcome
]


@pytest.fixture
def moderator(client):
    moderator = make_moderator()
    sign_in(client)
    return moderator


@pytest.fixture
def token(client, moderator) -> str:
    return csrf_token(client)


@pytest.fixture
def comment(app) -> Comment:
    return make_comment(review=make_review())


def url_of(comment: Comment) -> str:
    return f"/admin/comments/{comment.id}/decisions"


def reload(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def decisions() -> list[Decision]:
    return list(db.session.scalars(select(Decision).order_by(Decision.id)))


@pytest.mark.parametrize(
    ("before", "verdict"), DECISIONS, ids=[f"{status}-{verdict}" for status, verdict in DECISIONS]
)
def test_every_verdict_may_be_given_in_every_other_state(
    client, moderator, token, comment, clock, before, verdict
):
    if WAYS[before]:
        comment = make_decision(comment=comment, moderator=moderator, verdict=WAYS[before])
    version, count = comment.version, len(decisions())
    form = {"csrf_token": token, "version": version, "verdict": verdict}
    answer = client.post(url_of(comment), data=form)
    assert answer.status_code == 303
    after = reload(comment)
    assert (after.status, after.version) == (verdict.outcome, version + 1)
    assert after.is_public == (verdict is Verdict.APPROVE)
    (row,) = decisions()[count:]
    assert (row.comment_id, row.from_status, row.to_status) == (comment.id, before, verdict.outcome)
    assert (row.verdict, row.version, row.decided_at) == (verdict, version, clock.now)
    assert row.moderator_id == moderator.id


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_that_changes_nothing_is_no_decision(client, moderator, token, comment, verdict):
    comment = make_decision(comment=comment, moderator=moderator, verdict=verdict)
    form = {"csrf_token": token, "version": comment.version, "verdict": verdict}
    answer = client.post(url_of(comment), data=form)
    assert answer.status_code == 409
    assert "Nothing was changed by you" in text_of(answer)
    assert len(decisions()) == 1
    assert reload(comment).version == comment.version


def test_a_comment_that_is_published_again_keeps_its_first_moment(
    client, moderator, token, comment, clock
):
    for version, verdict in enumerate(["approve", "reject", "approve"], start=1):
        clock.advance(minutes=5)
        form = {"csrf_token": token, "version": version, "verdict": verdict}
        client.post(url_of(comment), data=form)
    assert reload(comment).published_at == NOON + timedelta(hours=1, minutes=5)


def test_without_script_it_leads_back_to_the_same_page_of_the_queue(client, token, comment):
    back = "/admin/comments?status=pending&q=bench&after=1-1"
    page = client.get(back.replace("&after=1-1", ""))
    hidden = soup_of(page).select_one("#queue input[name=back]")["value"]
    assert hidden == "/admin/comments?status=pending&q=bench"
    form = {"csrf_token": token, "version": 1, "verdict": "approve", "back": back}
    assert client.post(url_of(comment), data=form).location == back


# Where a forged field would like to lead.
ELSEWHERE = [
    "https://evil.example/admin/comments",
    "//evil.example/admin/comments",
    "/\\evil.example",
    "/admin/comments@evil.example",
    "/admin/comments/../../",
    "/admin/comments?\r\nX-Evil: 1",
    "/admin/comments?\\",
    "javascript:alert(1)",
    "http:/admin/comments",
    "/admin/logout",
    "\0",
    "",
]


def test_it_leads_to_the_queue_and_nowhere_else(client, token, comment):
    for back in ELSEWHERE:
        form = {"csrf_token": token, "version": 1, "verdict": "spam", "back": back}
        answer = client.post(url_of(comment), data=form)
        assert (answer.status_code, answer.location) == (303, "/admin/comments"), back
        assert "X-Evil" not in answer.headers


def test_with_htmx_the_row_becomes_a_line_and_the_counts_follow(client, token, comment):
    make_comment(review=db.session.get_one(Review, comment.review_id))
    form = {"csrf_token": token, "version": 1, "verdict": "approve"}
    answer = client.post(url_of(comment), data=form, headers=HTMX)
    assert answer.status_code == 200
    soup = soup_of(answer)
    (row,) = soup.find_all("article")
    assert row["id"] == f"comment-{comment.id}"
    assert " ".join(row.get_text(" ").split()) == "Published Mina The bench scene."
    assert not row.find("form")
    partials = {tag["hx-target"]: tag.get_text().strip() for tag in soup.find_all("hx-partial")}
    assert partials == {
        "#queue-counts": "1 comment waits",
        "#count-pending": "1",
        "#count-published": "1",
        "#count-rejected": "0",
        "#count-spam": "0",
    }
    ids = {tag["id"] for tag in soup_of(client.get("/admin/comments")).find_all(id=True)}
    assert {target[1:] for target in partials} <= ids


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_decision_on_what_is_no_longer_there_changes_nothing_and_says_why(
    client, stranger, token, comment, headers
):
    other = make_moderator(email="jun@example.org", name="Jun Ha")
    make_decision(comment=comment, moderator=other, verdict=Verdict.REJECT, now=NOON)
    before = decisions()
    form = {"csrf_token": token, "version": 1, "verdict": "approve", "back": "/admin/comments?q=a"}
    answer = client.post(url_of(comment), data=form, headers=headers)
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Jun Ha rejected this comment at 12:00 UTC on 1 May 2026." in words
    assert "Nothing was changed by you." in words
    assert (reload(comment).status, reload(comment).version) == (Status.REJECTED, 2)
    assert len(decisions()) == len(before)
    assert ("<!doctype html>" in answer.get_data(as_text=True)) == (not headers)
    # Pressing again, with the form as it stands now, decides.
    fresh = soup_of(answer).select_one(f"#comment-{comment.id} form")
    again = {field["name"]: field["value"] for field in fresh.find_all("input")}
    assert again["version"] == "2"
    assert again["back"] == "/admin/comments?q=a"
    assert [button["value"] for button in fresh.find_all("button")] == ["approve", "spam"]
    answer = client.post(fresh["action"], data={**again, "verdict": "approve"}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert reload(comment).status == Status.PUBLISHED


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.APPROVE, "Jun Ha published"),
        (Verdict.REJECT, "Jun Ha rejected"),
        (Verdict.SPAM, "Jun Ha marked as spam"),
    ],
    ids=list(Verdict),
)
def test_another_moderators_same_verdict_is_not_yours(client, token, comment, verdict, words):
    other = make_moderator(email="jun@example.org", name="Jun Ha")
    make_decision(comment=comment, moderator=other, verdict=verdict)
    form = {"csrf_token": token, "version": 1, "verdict": verdict}
    answer = client.post(url_of(comment), data=form)
    assert answer.status_code == 409
    assert words in text_of(answer)
    assert len(decisions()) == 1


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_the_same_verdict_sent_twice_is_one_decision(client, token, comment, headers):
    form = {"csrf_token": token, "version": 1, "verdict": "approve"}
    answers = [client.post(url_of(comment), data=form, headers=headers) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200 if headers else 303}
    assert len(decisions()) == 1
    assert reload(comment).version == 2


def test_another_verdict_on_the_version_seen_before_is_stale_even_for_oneself(
    client, token, comment
):
    form = {"csrf_token": token, "version": 1, "verdict": "approve"}
    client.post(url_of(comment), data=form)
    answer = client.post(url_of(comment), data={**form, "verdict": "spam"})
    assert answer.status_code == 409
    assert "Mina Park published this comment" in text_of(answer)
    assert reload(comment).status == Status.PUBLISHED


def test_the_same_verdict_is_not_done_when_another_came_in_between(client, token, comment):
    form = {"csrf_token": token, "verdict": "approve"}
    client.post(url_of(comment), data={**form, "version": 1})
    client.post(url_of(comment), data={**form, "version": 2, "verdict": "spam"})
    answer = client.post(url_of(comment), data={**form, "version": 1})
    assert answer.status_code == 409
    assert reload(comment).status == Status.SPAM


# What is wrong, and what is said of it.
FORGED = [
    ({"verdict": "delete"}, "A verdict is one of approve, reject, spam."),
    ({"verdict": ""}, "A verdict is one of"),
    ({"verdict": "APPROVE"}, "A verdict is one of"),
    ({"verdict": "\0"}, "A verdict is one of"),
    ({"verdict": None}, "A verdict is one of"),
    ({"version": None}, "did not say which version"),
    ({"version": ""}, "did not say which version"),
    ({"version": "0"}, "did not say which version"),
    ({"version": "-1"}, "did not say which version"),
    ({"version": "abc"}, "did not say which version"),
    ({"version": "1.0"}, "did not say which version"),
    ({"version": str(2**70)}, "did not say which version"),
    ({"version": "9" * 5000}, "did not say which version"),
    ({"csrf_token": None}, "This page had expired"),
    ({"csrf_token": "wrong"}, "This page had expired"),
    ({"csrf_token": "é\0"}, "This page had expired"),
]


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_forged_form_is_refused_in_words_with_the_row_again(client, token, comment, headers):
    for change, words in FORGED:
        form = {"csrf_token": token, "version": "1", "verdict": "approve", **change}
        form = {name: value for name, value in form.items() if value is not None}
        answer = client.post(url_of(comment), data=form, headers=headers)
        assert answer.status_code == 422, change
        assert words in text_of(answer), change
        row = soup_of(answer).select_one(f"#comment-{comment.id}")
        fresh = {field["name"]: field["value"] for field in row.find_all("input")}
        assert reload(comment).version == 1, change
    assert decisions() == []
    answer = client.post(url_of(comment), data={**fresh, "verdict": "approve"})
    assert answer.status_code == 303
    assert reload(comment).status == Status.PUBLISHED


def test_a_version_that_never_was_is_stale(client, token, comment):
    form = {"csrf_token": token, "version": 7, "verdict": "approve"}
    answer = client.post(url_of(comment), data=form)
    assert answer.status_code == 409
    assert "Nothing was changed by you." in text_of(answer)
    assert reload(comment).version == 1


def test_a_token_of_another_session_is_refused(client, stranger, token, comment):
    make_moderator(email="jun@example.org")
    sign_in(stranger, email="jun@example.org", password=PASSWORD)
    form = {"csrf_token": token, "version": 1, "verdict": "approve"}
    assert stranger.post(url_of(comment), data=form).status_code == 422
    assert reload(comment).version == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_words_that_were_corrected_meanwhile_are_not_approved_unseen(
    client, stranger, token, headers
):
    make_review(slug="signal")
    form = {"author_name": "Jo", "submission_id": "0" * 31 + "1"}
    for words in ("The first words.", "Other words."):
        stranger.post("/reviews/signal/comments", data=form | {"body": words})
    comment = db.session.scalars(select(Comment).where(Comment.author_name == "Jo")).one()
    decision = {"csrf_token": token, "version": 1, "verdict": "approve"}
    answer = client.post(url_of(comment), data=decision, headers=headers)
    assert answer.status_code == 409
    assert "The comment changed after you opened this page." in text_of(answer)
    assert "Other words." in text_of(answer)
    assert not decisions()
    assert reload(comment).status == "pending"


def test_an_unknown_comment_is_a_404(client, token):
    for number in ("999", "0", str(2**31), str(10**30)):
        for verdict in ("approve", "unknown"):
            form = {"csrf_token": token, "version": 1, "verdict": verdict}
            answer = client.post(f"/admin/comments/{number}/decisions", data=form)
            assert answer.status_code == 404, (number, verdict)


def test_an_approved_comment_appears_and_a_rejected_one_disappears(
    client, stranger, token, comment
):
    page = "/reviews/run-on"
    assert counts(stranger) == ("0", False)
    assert "The bench scene." not in text_of(stranger.get(page))
    for version, verdict in enumerate(["approve", "reject", "approve", "spam"], start=1):
        form = {"csrf_token": token, "version": version, "verdict": verdict}
        client.post(url_of(comment), data=form)
        is_public = verdict == "approve"
        assert counts(stranger) == ("1", True) if is_public else ("0", False)
        for address in (page, f"{page}/comments"):
            assert ("The bench scene." in text_of(stranger.get(address))) == is_public
        found = stranger.get(f"{page}/comments/{comment.id}")
        assert found.status_code == (303 if is_public else 404)


def counts(reader) -> tuple[str, bool]:
    """Return the count on the review's page, and whether the front page tells of a comment."""
    review = soup_of(reader.get("/reviews/run-on")).select_one("#comments .count").get_text()
    total = text_of(reader.get("/reviews/run-on/comments"))
    assert f"{review} in all" in total
    return review, "1 comment" in text_of(reader.get("/"))


@pytest.mark.parametrize("body", [[1, 2], {"verdict": 5}, None], ids=str)
def test_json_in_place_of_a_form_changes_nothing(client, body):
    comment = make_comment(review=make_review())
    make_moderator()
    sign_in(client)
    response = client.post(f"/admin/comments/{comment.id}/decisions", json=body)
    assert response.status_code == 422
    assert "Nothing was changed" in text_of(response)
