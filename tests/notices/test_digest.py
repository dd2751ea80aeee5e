"""The digest of waiting comments that moderators get by e-mail, and how often."""

import pytest

from blog.accounts.commands import remove_moderator
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.outbox.models import State
from tests.builders import make_moderator, make_review
from tests.databases import on_both
from tests.notices.reading import link_to, links_of, text_part, words_of
from tests.outbox.comments import decide, make_waiting_comments
from tests.outbox.mail_server import free_port, run_mail_server
from tests.outbox.sending import change_settings, later, mails, rows, run

MINA, JUN = "mina@example.org", "jun@example.org"


@pytest.fixture(autouse=True)
def _moderators(app):
    make_moderator(email=MINA, name="Mina Park")
    make_moderator(email=JUN, name="Jun")


@on_both
def test_each_moderator_gets_the_number_reviews_and_age_of_waiting_comments(app, client):
    make_waiting_comments(2, review=make_review(slug="run-on", title="런온"))
    later(hours=3)
    make_waiting_comments(1, review=make_review(slug="other", title="A & B <b>"))
    assert run(app) == {State.SENT: 2}
    assert {mail["To"] for mail in mails(app)} == {MINA, JUN}
    mail = mails(app)[0]
    assert mail["Subject"] == "3 comments at Second Lead are waiting for a moderator"
    assert "oldest: 3 hours." in text_part(mail)
    assert "2  Run On · 런온: 런온" in text_part(mail)
    assert "1  Other · 런온: A & B <b>" in text_part(mail)
    assert "A &amp; B &lt;b&gt;</bdi>: 1" in words_of(mail)
    link, _stop = links_of(mail)
    assert link == "/admin/comments"
    assert client.get(link).status_code == 303


def test_a_digest_contains_nothing_that_readers_wrote(app):
    make_waiting_comments(3, email="reader@example.org")
    run(app)
    for mail in mails(app):
        words = words_of(mail) + mail.as_string()
        assert not [word for word in ("Secret words", "reader@example.org") if word in words]


@on_both
def test_a_digest_names_the_five_reviews_with_most_waiting_comments(app):
    for number in range(8):
        make_waiting_comments(
            8 - number, review=make_review(slug=f"drama-{number}", title=f"Drama no. {number}")
        )
    run(app)
    text = text_part(mails(app)[0])
    assert "36 comments at Second Lead are waiting" in mails(app)[0]["Subject"]
    assert [n for n in range(8) if f"Drama no. {n}" in text] == [0, 1, 2, 3, 4]
    assert "6  on other reviews" in text


@on_both
def test_a_digest_is_sent_once_an_hour_and_only_if_a_new_comment_waits(app):
    assert run(app) == {}
    make_waiting_comments()
    assert run(app) == {State.SENT: 2}
    make_waiting_comments(1, review=make_review(slug="second"))
    later(minutes=59)
    assert run(app) == {}
    later(minutes=1)
    assert run(app) == {State.SENT: 2}
    assert "2 comments at Second Lead are waiting" in mails(app)[-1]["Subject"]
    later(days=2)
    assert run(app) == {}, "No new comment is waiting."
    make_waiting_comments(1, review=make_review(slug="third"))
    assert run(app) == {State.SENT: 2}
    assert "3 comments at Second Lead are waiting" in mails(app)[-1]["Subject"]


@pytest.mark.parametrize("minutes", [1, 10080])
def test_the_minutes_between_digests_are_a_setting(app, minutes):
    change_settings(app, digest_minutes=minutes)
    make_waiting_comments()
    run(app)
    make_waiting_comments(1, review=make_review(slug="second"))
    later(seconds=minutes * 60 - 2)
    assert run(app) == {}
    later(seconds=1)
    assert run(app) == {State.SENT: 2}


def test_zero_minutes_turn_digests_off(app):
    change_settings(app, digest_minutes=0)
    make_waiting_comments()
    assert run(app) == {}
    assert rows() == []


def test_a_comment_decided_before_sending_is_not_counted(app):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    first, *_others = make_waiting_comments(3)
    run(app)
    decide(first, Verdict.SPAM)
    later(minutes=5)
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url)
        assert run(app) == {State.SENT: 2}
    assert {mail["Subject"] for mail in server.mails} == {
        "2 comments at Second Lead are waiting for a moderator"
    }


def test_no_digest_is_sent_if_every_comment_was_decided_before(app):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    (comment,) = make_waiting_comments()
    run(app)
    decide(comment, Verdict.SPAM)
    later(minutes=5)
    change_settings(app, smtp_url=None)
    assert run(app) == {State.SKIPPED: 2}
    assert not mails(app)


def test_after_a_long_outage_of_the_mail_server_one_digest_is_sent(app):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    for number in range(5):
        make_waiting_comments(1, review=make_review(slug=f"drama-{number}"))
        run(app)
        later(hours=1)
    change_settings(app, smtp_url=None)
    later(hours=1)
    assert run(app)[State.SENT] == 2
    assert sorted(message.state for message in rows()) == [State.SENT] * 2 + [State.SKIPPED] * 8
    assert {mail["Subject"] for mail in mails(app)} == {
        "5 comments at Second Lead are waiting for a moderator"
    }


def test_a_removed_moderator_gets_no_digest(app):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    make_waiting_comments()
    run(app)
    write(remove_moderator, email=JUN)
    later(minutes=5)
    change_settings(app, smtp_url=None)
    assert run(app) == {State.SENT: 1, State.SKIPPED: 1}
    assert [mail["To"] for mail in mails(app)] == [MINA]


def test_a_moderator_needs_no_confirmation_and_can_unsubscribe(app, client):
    make_waiting_comments()
    run(app)
    (mail,) = [mail for mail in mails(app) if mail["To"] == JUN]
    assert client.post(link_to(mail, "stop")).status_code == 303
    make_waiting_comments(1, review=make_review(slug="second"))
    later(hours=1)
    assert run(app) == {State.SENT: 1, State.SKIPPED: 1}
    assert mails(app)[-1]["To"] == MINA


def test_a_reopened_comment_is_counted_again(app):
    (comment,) = make_waiting_comments()
    decide(comment, Verdict.APPROVE)
    assert run(app) == {}
    reopened = decide(comment, Verdict.REOPEN)
    assert reopened.waiting_since is not None
    assert run(app) == {State.SENT: 2}
