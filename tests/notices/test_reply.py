"""E-mails to authors about replies: one for each published reply, never for hidden ones."""

import pytest

from blog.comments.models import Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.outbox.models import State
from blog.web.current import current_time
from tests.builders import (
    make_comment,
    make_moderator_reply,
    make_published_reply,
    make_reply,
    make_review,
)
from tests.databases import on_both
from tests.notices.reading import html_part, link_to, links_of, text_part, words_of
from tests.outbox.comments import (
    EMAIL,
    after_undo_window,
    decide,
    the_moderator,
    within_undo_window,
)
from tests.outbox.sending import change_settings, later, mails, row, rows, run
from tests.site.comments.writing import TOKEN, carry, reload, withdraw

FORM = {
    "author_name": "Mina",
    "author_email": EMAIL,
    "body": "He steals every scene.",
    "wants_replies": "y",
}
TEXT = "So did I, and more."


@pytest.fixture(autouse=True)
def _no_digests(app):
    change_settings(app, digest_minutes=0)


@pytest.fixture
def review(app):
    return make_review(drama_title="두 번째 주인공", drama_korean_title=None)


@pytest.fixture
def parent(review, client):
    """Publish a comment whose author wants a notice of each reply."""
    return decide(send_parent(client))


@pytest.fixture
def confirmed(app, parent):
    """Confirm the address of the parent's author and return the application."""
    make_decided_reply(parent, body="An earlier reply.")
    after_undo_window()
    run(app)
    (first,) = mails(app)
    assert app.test_client().post(link_to(first, "confirm")).status_code == 303
    later(days=2)
    return app


def send_parent(client, **more) -> Comment:
    """Send a comment whose author wants a notice of each reply, and return the comment."""
    carry(client)
    response = client.post("/reviews/run-on/comments", data=FORM | more)
    assert response.status_code == 303
    db.session.rollback()
    return db.session.get_one(Comment, int(response.location.rpartition("-")[2]))


def make_decided_reply(to, verdict=Verdict.APPROVE, **more) -> Comment:
    """Make a reader's reply to a comment, decide on the reply, and return it."""
    reply = make_reply(to=reload(to), now=current_time(), **({"body": TEXT} | more))
    return decide(reply, verdict)


def send_due_mail(app) -> list[str]:
    """Send the e-mails of all decisions so far, and return the subjects of all e-mails."""
    after_undo_window()
    run(app)
    return [mail["Subject"] for mail in mails(app)]


@on_both
def test_each_published_reply_sends_one_email_with_a_link_and_no_text(confirmed, client, parent):
    before = len(mails(confirmed))
    first = make_decided_reply(parent)
    later(minutes=1)
    second = make_moderator_reply(
        comment=reload(parent), moderator=the_moderator(), now=current_time()
    )
    send_due_mail(confirmed)
    sent = mails(confirmed)[before:]
    assert len(sent) == 2
    for mail, reply in zip(sent, (first, second), strict=True):
        assert mail["Subject"] == "Your comment on “두 번째 주인공” at Second Lead has a reply"
        assert mail["To"] == EMAIL
        for words in (TEXT, "Jun", "Thank you", FORM["body"], reply.author_name):
            assert words not in words_of(mail)
        assert not html_part(mail).find(["img", "script", "style"])
        link, stop = links_of(mail)
        assert stop.startswith("/mail/stop-")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        page = client.get(link, follow_redirects=True)
        assert f'id="comment-{reply.id}"' in page.text
    assert send_due_mail(confirmed) == [mail["Subject"] for mail in mails(confirmed)]
    assert len(mails(confirmed)) == before + 2
    assert {message.recipient for message in rows()} == {""}


def test_no_email_is_sent_within_the_time_for_an_undo_or_after_an_undo(app, parent):
    reply = make_decided_reply(parent)
    within_undo_window()
    assert run(app) == {}
    decide(reply, Verdict.REOPEN)
    assert send_due_mail(app) == []
    message = row(f"reply:{reply.id}:2")
    assert (message.state, message.recipient) == (State.CANCELLED, "")


def test_a_reply_published_again_sends_one_email(confirmed, parent):
    before = len(mails(confirmed))
    reply = decide(make_decided_reply(parent), Verdict.REOPEN)
    for verdict in (Verdict.APPROVE, Verdict.REOPEN, Verdict.APPROVE):
        reply = decide(reply, verdict)
        send_due_mail(confirmed)
    assert len(mails(confirmed)) == before + 1
    states = [row(f"reply:{reply.id}:{version}").state for version in (2, 4, 6)]
    assert states == [State.CANCELLED, State.SENT, State.SKIPPED]


def test_an_unconfirmed_address_gets_one_short_email_a_day(app, parent):
    for number in range(3):
        make_decided_reply(parent, body=f"{TEXT} {number}")
    assert send_due_mail(app) == ["Your comment on “두 번째 주인공” at Second Lead has a reply"]
    (mail,) = mails(app)
    assert TEXT not in words_of(mail)
    assert "confirm the address" in text_part(mail)
    assert sorted(message.state for message in rows()) == ["sent", "skipped", "skipped"]
    later(days=1)
    make_decided_reply(parent, body="The day after.")
    assert len(send_due_mail(app)) == 2


def test_an_unsubscribed_address_gets_no_email(app, parent, stranger):
    make_decided_reply(parent)
    send_due_mail(app)
    stranger.post(link_to(mails(app)[0], "stop"))
    later(days=2)
    make_decided_reply(parent, body="Another one.")
    assert len(send_due_mail(app)) == 1


def test_an_author_who_asked_for_no_notice_gets_none(app, review):
    comment = make_comment(review=review, email=EMAIL, wants_notice=False, now=current_time())
    make_decided_reply(decide(comment))
    assert send_due_mail(app) == []
    assert rows() == []


def test_an_unpublished_reply_sends_no_email(app, parent):
    for verdict in (Verdict.REJECT, Verdict.SPAM):
        make_decided_reply(parent, verdict, body=f"To be {verdict}.")
    make_reply(to=reload(parent), now=current_time())
    assert send_due_mail(app) == []


def test_a_reply_to_oneself_sends_no_email(app, parent, client):
    make_decided_reply(parent, token=TOKEN)
    # The same is true if the comment was sent twice and the second response set another token.
    again_sent = app.test_client()
    lost = app.test_client()
    form = FORM | {"body": "By a plain form."}
    for reader in (lost, again_sent):
        assert reader.post("/reviews/run-on/comments", data=form).status_code == 303
    token = again_sent.get_cookie("second_lead_owner", path="/reviews").value
    db.session.rollback()
    resent = db.session.scalars(db.select(Comment).order_by(Comment.id.desc()).limit(1)).one()
    assert resent.resent_owner_hash
    make_decided_reply(decide(resent), token=token)
    assert send_due_mail(app) == []


def test_a_reply_to_a_reply_sends_an_email_to_its_author(app, parent, client):
    reply = make_published_reply(
        to=reload(parent),
        moderator=the_moderator(),
        email="jun@example.org",
        wants_replies=True,
        now=current_time(),
    )
    make_decided_reply(reply)
    send_due_mail(app)
    assert sorted(mail["To"] for mail in mails(app)) == ["jun@example.org", EMAIL]


def test_a_reply_that_readers_cannot_see_sends_no_email(app, review, client, stranger):
    parents = [decide(send_parent(client, body=f"Number {number}.")) for number in range(4)]
    replies = [make_decided_reply(parent, token="f" * 32) for parent in parents]
    assert withdraw(client, parents[0]).status_code == 303
    decide(reload(parents[1]), Verdict.TAKE_DOWN, reason="No.")
    assert withdraw(carry(stranger, "f" * 32), replies[2]).status_code == 303
    write(remove_comment, comment_id=replies[3].id)
    assert send_due_mail(app) == []
    assert len(rows()) == 4
    assert {message.state for message in rows()} <= {State.SKIPPED, State.CANCELLED}
    assert {message.recipient for message in rows()} == {""}


def test_a_line_break_in_a_name_adds_no_header(confirmed, parent, stranger):
    name = "Two\r\nBcc: evil@example.org\u2028Bcc: x"
    before = len(mails(confirmed))
    form = {"author_name": name, "body": "\r\nBcc: evil@example.org", "parent_id": str(parent.id)}
    response = stranger.post("/reviews/run-on/comments", data=form)
    assert response.status_code == 303
    db.session.rollback()
    decide(db.session.get_one(Comment, int(response.location.rpartition("-")[2])))
    send_due_mail(confirmed)
    (mail,) = mails(confirmed)[before:]
    assert mail["Bcc"] is None
    assert (mail["To"], mail["Cc"]) == (EMAIL, None)
    assert "Bcc" not in words_of(mail)
