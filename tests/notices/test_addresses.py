"""E-mails to addresses that are unconfirmed, confirmed or unsubscribed."""

import pytest
from sqlalchemy import select

from blog.db.engine import db
from blog.moderation.states import Verdict
from blog.outbox.models import MailAddress, State
from tests.builders import make_review
from tests.databases import on_both
from tests.notices.reading import link_to, links_of, words_of
from tests.outbox.comments import EMAIL, after_undo_window, make_comment_with_notice
from tests.outbox.mail_server import run_mail_server
from tests.outbox.sending import change_settings, later, mails, rows, run

TITLE = "The finish line of run-on"
REASON = "Insults a person"


@pytest.fixture(autouse=True)
def _no_digests(app):
    change_settings(app, digest_minutes=0)


@pytest.fixture
def review(app):
    return make_review(drama_title=TITLE, drama_korean_title=None)


def send_notice(app, review, *, email=EMAIL, body="Words.", **more):
    """Decide on a comment, send the notice, and return the states of all messages so far."""
    make_comment_with_notice(review=review, email=email, body=body, **more)
    after_undo_window()
    run(app)
    return [message.state for message in rows()]


def press(app, mail, action: str) -> None:
    response = app.test_client().post(link_to(mail, action))
    assert response.status_code == 303


def test_the_first_email_contains_nothing_of_the_comment_and_two_links(app, review):
    send_notice(app, review, verdict=Verdict.REJECT, reason=REASON, shares_reason=True)
    (mail,) = mails(app)
    assert mail["Subject"] == f"Your comment on “{TITLE}” at Second Lead was not published"
    words = words_of(mail)
    assert not [word for word in (REASON, "Words.", "Mina") if word in words]
    place, confirm, stop = links_of(mail)
    assert place == "/reviews/run-on"
    assert confirm.startswith("/mail/confirm-")
    assert stop.startswith("/mail/stop-")


@on_both
def test_an_address_that_never_confirmed_gets_one_mail_a_day(app, review):
    assert send_notice(app, review, body="No. 1") == [State.SENT]
    later(hours=23, minutes=58)
    # Upper and lower case make no difference.
    assert send_notice(app, review, body="No. 2", email="READER@Example.org")[1:] == [State.SKIPPED]
    assert rows()[1].recipient == ""
    later(minutes=2)
    assert send_notice(app, review, body="No. 3")[2:] == [State.SENT]
    assert send_notice(app, review, body="No. 4")[3:] == [State.SKIPPED]
    assert len(mails(app)) == 2


def test_a_skipped_notice_is_not_sent_later(app, review):
    send_notice(app, review, body="No. 1")
    send_notice(app, review, body="No. 2")
    later(days=3)
    assert run(app) == {}


def test_each_unconfirmed_address_gets_an_email_a_day(app, review):
    send_notice(app, review, body="No. 1")
    assert send_notice(app, review, body="No. 2", email="other@example.org") == [
        State.SENT,
        State.SENT,
    ]


def test_a_retried_email_is_the_only_one_of_its_day(app, review):
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url)
        server.refusal = "450 4.2.0 later"
        assert send_notice(app, review, body="No. 1") == [State.WAITING]
        assert send_notice(app, review, body="No. 2") == [State.WAITING, State.SKIPPED]
        later(hours=23)
        server.refusal = ""
        assert run(app) == {State.SENT: 1}
        # The day begins when the e-mail is sent, not at the first attempt.
        later(hours=2)
        assert send_notice(app, review, body="No. 3")[2:] == [State.SKIPPED]
        assert len(server.mails) == 1


def test_a_confirmed_address_gets_full_details_every_time(app, review):
    send_notice(app, review, body="No. 1")
    press(app, mails(app)[0], "confirm")
    send_notice(
        app, review, body="No. 2", verdict=Verdict.REJECT, reason=REASON, shares_reason=True
    )
    send_notice(app, review, body="No. 3")
    first, second, third = mails(app)
    assert REASON in words_of(second)
    assert TITLE in second["Subject"]
    assert TITLE in third["Subject"]
    for mail in (second, third):
        assert len(links_of(mail)) == 2
        assert link_to(mail, "stop") == link_to(first, "stop")


def test_an_unsubscribed_address_never_gets_an_email(app, review):
    send_notice(app, review, body="No. 1")
    press(app, mails(app)[0], "stop")
    later(days=400)
    assert send_notice(app, review, body="No. 2") == [State.SENT, State.SKIPPED]
    assert len(mails(app)) == 1


def test_the_last_of_confirmation_and_unsubscription_counts(app, review):
    send_notice(app, review, body="No. 1")
    (mail,) = mails(app)
    for number, (action, sent) in enumerate(
        [("confirm", True), ("stop", False), ("stop", False), ("confirm", True), ("stop", False)]
    ):
        press(app, mail, action)
        before = len(mails(app))
        send_notice(app, review, body=f"After no. {number}")
        assert (len(mails(app)) > before) == sent, action


def test_a_second_press_of_the_same_button_changes_nothing(app, review):
    send_notice(app, review, body="No. 1")
    (mail,) = mails(app)
    for action in ("confirm", "stop"):
        press(app, mail, action)
        once = address()
        later(days=1)
        press(app, mail, action)
        assert address() == once


def address():
    db.session.rollback()
    (found,) = db.session.execute(
        select(MailAddress), execution_options={"populate_existing": True}
    ).scalars()
    return found.confirmed_at, found.stopped_at


def test_an_address_is_stored_only_as_a_keyed_hash(app, review):
    send_notice(app, review, body="No. 1")
    db.session.rollback()
    (found,) = db.session.execute(select(MailAddress.__table__)).all()
    assert EMAIL not in repr(found)
    assert len(found.address_hash) == 64
