"""The same comment again is the comment already there."""

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
def test_a_form_sent_twice_is_one_row_and_answers_twice_the_same(client, htmx):
    make_review()
    data = scripted()
    first, token = send(client, data, htmx=htmx), token_of(client)
    again = send(client, data, htmx=htmx)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.location == first.location
    assert token_of(client) == token
    assert len(comments()) == 1


def test_a_retry_after_a_lost_answer_gets_the_same_token(app):
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
def test_a_retry_hours_later_from_another_address_is_still_the_same(app, clock):
    make_review()
    data = scripted()
    send(app.test_client(), data, address="203.0.113.1")
    clock.advance(hours=30)
    assert send(app.test_client(), data, address="198.51.100.1").status_code == 303
    assert len(comments()) == 1


@on_both
def test_a_retry_passes_where_the_limit_is_reached_and_costs_nothing(client):
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
    data = scripted(body="ㅋ")
    page = send(client, data)
    assert data["submission_id"] in page.text
    assert send(client, data | {"body": "ㅋㅋ"}).status_code == 303


def test_an_id_that_no_script_of_ours_makes_is_none(app):
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
def test_a_plain_form_twice_from_the_same_browser_is_one_for_ten_minutes(client, clock):
    make_review()
    first = send(client)
    clock.now += SAME_COMMENT_WINDOW - timedelta(seconds=1)
    assert send(client, address="198.51.100.7").location == first.location
    assert len(comments()) == 1
    clock.advance(seconds=1)
    assert send(client).location != first.location
    assert len(comments()) == 2


@on_both
def test_a_plain_form_whose_answer_was_lost_is_one_for_ten_minutes(app, clock):
    make_review()
    lost, later, last = (app.test_client() for _ in range(3))
    first = send(lost)
    clock.now += SAME_COMMENT_WINDOW / 2
    assert send(later).location == first.location
    assert len(comments()) == 1
    # The token of the first answer may never have arrived; that of the second did.
    assert "Awaiting approval" in text_of(later.get(first.location))
    clock.now += SAME_COMMENT_WINDOW / 2
    assert send(last).location != first.location
    assert len(comments()) == 2


@on_both
def test_it_stays_one_across_midnight(app, clock):
    make_review()
    clock.advance(hours=10, minutes=58)
    first = send(app.test_client())
    clock.advance(minutes=4)
    assert send(app.test_client()).location == first.location


@on_both
def test_what_was_published_meanwhile_is_shown_to_who_repeats_it(app, clock):
    review = make_review()
    comment = make_published_comment(
        review=review, body=COMMENT["body"], address="127.0.0.1", now=clock.now
    )
    reader = app.test_client()
    # Where everybody reads it; that it is theirs to change, nothing proves.
    assert send(reader).location == f"{URL}/{comment.id}"
    assert COMMENT["body"] not in text_of(reader.get(f"{URL}/mine"))
    assert len(comments()) == 1


def test_who_repeats_a_plain_comment_takes_it_from_nobody(client, stranger):
    make_review()
    send(client)
    send(stranger)
    assert len(comments()) == 1
    assert COMMENT["body"] in text_of(client.get(f"{URL}/mine"))
    assert COMMENT["body"] in text_of(stranger.get(f"{URL}/mine"))


@on_both
def test_a_form_corrected_after_a_lost_answer_is_one_row_with_the_last_words(app):
    make_review()
    data = scripted(body="The bench sceen.")
    send(app.test_client(), data)
    send(app.test_client(), data | {"body": "The bench scene."})
    [comment] = comments()
    assert (comment.body, comment.version) == ("The bench scene.", 2)
    assert "The bench scene." in comment.body_html


def test_a_name_corrected_after_a_lost_answer_is_corrected(app):
    make_review()
    data = scripted()
    send(app.test_client(), data)
    send(app.test_client(), data | {"author_name": "Mina K."})
    [comment] = comments()
    assert (comment.author_name, comment.version) == ("Mina K.", 2)


@on_both
def test_a_form_corrected_after_the_decision_is_another_comment(app):
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
def test_nobody_corrects_the_words_of_another_browser(client, stranger):
    make_review()
    send(client, COMMENT | {"body": "Mine."})
    send(stranger, COMMENT | {"body": "Theirs."}, address="198.51.100.7")
    data = scripted(body="The first words.")
    send(client, data)
    send(stranger, data | {"body": "Other words."}, address="198.51.100.7")
    assert [comment.body for comment in comments()][2:] == ["The first words.", "Other words."]


def test_two_people_behind_one_address_are_two(app):
    make_review()
    # Another name, another word, another mark.
    changes = [{}, {"author_name": "Jo"}, {"body": "좋아요"}, {"body": "좋아요!!"}]
    for count, change in enumerate(changes, start=1):
        send(app.test_client(), COMMENT | change)
        assert len(comments()) == count, change


def test_two_people_with_one_name_and_address_are_two_where_the_script_runs(client, stranger):
    make_review()
    send(client, scripted(), htmx=True)
    send(stranger, scripted(), htmx=True)
    assert len({comment.owner_hash for comment in comments()}) == 2


def test_one_reader_may_say_it_twice_where_the_script_runs(client):
    make_review()
    send(client, scripted(), htmx=True)
    send(client, scripted(), htmx=True)
    assert len(comments()) == 2


def test_the_same_words_under_another_review_are_another_comment(client):
    make_review()
    make_review(slug="my-mister")
    data = scripted()
    send(client, data)
    send(client, data, url="/reviews/my-mister/comments")
    send(client, url="/reviews/my-mister/comments", data=COMMENT | {"body": "Plain."})
    send(client, data=COMMENT | {"body": "Plain."})
    assert len(comments()) == 4


@on_both
def test_the_same_words_from_another_address_are_another_comment(client, stranger):
    review = make_review()
    make_comment(review=review, name="Mina", body=COMMENT["body"], address="203.0.113.5")
    send(stranger)
    assert len(comments()) == 2


@on_both
def test_a_known_browsers_comment_does_not_pass_to_a_stranger_at_its_address(client, stranger):
    make_review()
    send(client, COMMENT | {"body": "The first of mine."})
    send(client)
    send(stranger)
    assert len(comments()) == 3
    assert COMMENT["body"] in text_of(client.get(f"{URL}/mine"))
