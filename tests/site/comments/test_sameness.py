"""A comment that is sent twice is recognised as the same comment and stored once."""

from datetime import timedelta

from blog.submissions.resending import BROWSER_LIMITS, SAME_COMMENT_WINDOW
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_review,
)
from tests.databases import on_both
from tests.page import text_of
from tests.site.comments.sending import (
    COMMENT,
    URL,
    comments,
    random_id,
    send,
    with_and_without_htmx,
)


def token_of(client):
    return client.get_cookie("second_lead_owner", path="/reviews").value


def scripted(**more):
    return COMMENT | {"submission_id": random_id()} | more


@with_and_without_htmx
def test_a_form_sent_twice_is_stored_once_with_equal_responses(client, htmx):
    make_review()
    data = scripted()
    first, token = send(client, data, htmx=htmx), token_of(client)
    again = send(client, data, htmx=htmx)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.location == first.location
    assert token_of(client) == token
    assert len(comments()) == 1


def test_a_retry_after_a_lost_response_gets_the_same_token(app):
    make_review()
    data = scripted()
    before, after = app.test_client(), app.test_client()
    lost, response = send(before, data, htmx=True), send(after, data, htmx=True)
    assert response.status_code == 201
    assert response.data == lost.data
    assert token_of(after) == token_of(before)
    assert len(comments()) == 1
    assert COMMENT["body"] in text_of(after.get(f"{URL}/mine"))


@on_both
def test_a_retry_hours_later_from_another_address_is_stored_once(app, clock):
    make_review()
    data = scripted()
    send(app.test_client(), data, address="203.0.113.1")
    clock.advance(hours=30)
    assert send(app.test_client(), data, address="198.51.100.1").status_code == 303
    assert len(comments()) == 1


@on_both
def test_a_retry_does_not_count_for_the_rate_limit(client):
    make_review()
    data = scripted()
    send(client, data)
    for number in range(BROWSER_LIMITS[0].count - 1):
        assert send(client, scripted(body=f"Comment {number}")).status_code == 303
    for _ in range(3):
        assert send(client, data).status_code == 303
    assert send(client, scripted(body="One more.")).status_code == 429
    assert len(comments()) == BROWSER_LIMITS[0].count


def test_a_form_corrected_after_a_refusal_keeps_its_id(client):
    make_review()
    data = scripted(body="")
    page = send(client, data)
    assert data["submission_id"] in page.text
    assert send(client, data | {"body": "ㅋㅋ"}).status_code == 303


def test_an_invalid_submission_id_is_ignored(app):
    made = ["", "1", "A" * 32, "g" * 32, "0" * 33, "\x00" * 32, "가" * 32]
    make_review()
    for number, given in enumerate(made):
        tokens = set()
        for who in ("Jo", "Jun"):
            reader = app.test_client()
            data = COMMENT | {"author_name": f"{who} {number}", "submission_id": given}
            assert send(reader, data).status_code == 303, repr(given)
            tokens.add(token_of(reader))
        assert len(tokens) == 2, repr(given)
    assert len(comments()) == 2 * len(made)


@on_both
def test_a_plain_form_sent_twice_by_a_browser_within_ten_minutes_is_stored_once(client, clock):
    make_review()
    first = send(client)
    clock.now += SAME_COMMENT_WINDOW - timedelta(seconds=1)
    assert send(client, address="198.51.100.7").location == first.location
    assert len(comments()) == 1
    clock.advance(seconds=1)
    assert send(client).location != first.location
    assert len(comments()) == 2


@on_both
def test_a_plain_form_after_a_lost_response_is_stored_once_for_ten_minutes(app, clock):
    make_review()
    lost, later, last = (app.test_client() for _ in range(3))
    first = send(lost)
    clock.now += SAME_COMMENT_WINDOW / 2
    assert send(later).location == first.location
    assert len(comments()) == 1
    # The browser has the token of the second response; the first response was lost.
    assert "Awaiting approval" in text_of(later.get(first.location))
    clock.now += SAME_COMMENT_WINDOW / 2
    assert send(last).location != first.location
    assert len(comments()) == 2


@on_both
def test_a_plain_form_sent_twice_around_midnight_is_stored_once(app, clock):
    make_review()
    clock.advance(hours=10, minutes=58)
    first = send(app.test_client())
    clock.advance(minutes=4)
    assert send(app.test_client()).location == first.location


@on_both
def test_repeating_a_published_comment_leads_to_the_published_comment(app, clock):
    review = make_review()
    comment = make_published_comment(
        review=review, body=COMMENT["body"], address="127.0.0.1", now=clock.now
    )
    reader = app.test_client()
    # The response leads to the public comment: nothing proves that the sender is its author.
    assert send(reader).location == f"{URL}/{comment.id}"
    assert COMMENT["body"] not in text_of(reader.get(f"{URL}/mine"))
    assert len(comments()) == 1


def test_a_repeated_plain_comment_stays_visible_to_both_browsers(client, stranger):
    make_review()
    send(client)
    send(stranger)
    assert len(comments()) == 1
    assert COMMENT["body"] in text_of(client.get(f"{URL}/mine"))
    assert COMMENT["body"] in text_of(stranger.get(f"{URL}/mine"))


@on_both
def test_a_text_corrected_after_a_lost_response_replaces_the_first_text(app):
    make_review()
    data = scripted(body="The bench sceen.")
    send(app.test_client(), data)
    send(app.test_client(), data | {"body": "The bench scene."})
    [comment] = comments()
    assert (comment.body, comment.version) == ("The bench scene.", 2)
    assert "The bench scene." in comment.body_html


def test_a_name_corrected_after_a_lost_response_replaces_the_first_name(app):
    make_review()
    data = scripted()
    send(app.test_client(), data)
    send(app.test_client(), data | {"author_name": "Mina K."})
    [comment] = comments()
    assert (comment.author_name, comment.version) == ("Mina K.", 2)


def test_a_form_sent_again_with_another_text_keeps_a_comment_that_its_author_has_seen(app):
    make_review()
    data = scripted(body="First.")
    send(app.test_client(), data)
    [first] = comments()
    for newest_shown in (str(first.id), str(first.id + 1)):
        seen = {"last_shown_id": newest_shown}
        send(app.test_client(), data | seen | {"body": "Second."})
        send(app.test_client(), data | seen)
        assert [comment.body for comment in comments()] == ["First.", "Second."]
    for unreadable in ("", "x", "-1", "07", "9" * 30):
        send(app.test_client(), data | {"body": "Third.", "last_shown_id": unreadable})
        assert [comment.body for comment in comments()] == ["Third.", "Second."]


@on_both
def test_a_form_corrected_after_the_decision_is_a_new_comment(app):
    review = make_review()
    data = scripted(body="The bench sceen.")
    send(app.test_client(), data)
    [first] = comments()
    make_decision(comment=first, moderator=make_moderator())
    for _ in range(2):
        send(app.test_client(), data | {"body": "The bench scene."})
    published, waiting = comments()
    assert (published.body, published.status) == ("The bench sceen.", "published")
    assert (waiting.body, waiting.status) == ("The bench scene.", "pending")
    assert review.id == waiting.review_id


@on_both
def test_a_browser_cannot_change_a_comment_of_another_browser(client, stranger):
    make_review()
    send(client, COMMENT | {"body": "Mine."})
    send(stranger, COMMENT | {"body": "Theirs."}, address="198.51.100.7")
    data = scripted(body="The first words.")
    send(client, data)
    send(stranger, data | {"body": "Other words."}, address="198.51.100.7")
    assert [comment.body for comment in comments()][2:] == ["The first words.", "Other words."]


def test_different_comments_from_one_address_are_all_stored(app):
    make_review()
    # Another name, another text, and a text with one more character.
    changes = [{}, {"author_name": "Jo"}, {"body": "좋아요"}, {"body": "좋아요!!"}]
    for count, change in enumerate(changes, start=1):
        send(app.test_client(), COMMENT | change)
        assert len(comments()) == count, change


def test_with_the_script_equal_comments_of_two_browsers_have_two_owners(client, stranger):
    make_review()
    send(client, scripted(), htmx=True)
    send(stranger, scripted(), htmx=True)
    assert len({comment.owner_hash for comment in comments()}) == 2


def test_with_the_script_a_reader_can_send_the_same_comment_twice(client):
    make_review()
    send(client, scripted(), htmx=True)
    send(client, scripted(), htmx=True)
    assert len(comments()) == 2


def test_the_same_text_on_another_review_is_a_new_comment(client):
    make_review()
    make_review(slug="my-mister")
    data = scripted()
    send(client, data)
    send(client, data, url="/reviews/my-mister/comments")
    send(client, url="/reviews/my-mister/comments", data=COMMENT | {"body": "Plain."})
    send(client, data=COMMENT | {"body": "Plain."})
    assert len(comments()) == 4


@on_both
def test_the_same_text_from_another_address_is_a_new_comment(client, stranger):
    review = make_review()
    make_comment(review=review, name="Mina", body=COMMENT["body"], address="203.0.113.5")
    send(stranger)
    assert len(comments()) == 2


@on_both
def test_a_comment_of_a_known_browser_is_not_shared_with_its_address(client, stranger):
    make_review()
    send(client, COMMENT | {"body": "The first of mine."})
    send(client)
    send(stranger)
    assert len(comments()) == 3
    assert COMMENT["body"] in text_of(client.get(f"{URL}/mine"))
