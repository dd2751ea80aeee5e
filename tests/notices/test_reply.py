"""Who asked for it learns of each answer, once, and never of what may not be read"""

import pytest

from blog.comments.models import Comment
from blog.comments.removal import remove_comment
from blog.comments.states import Verdict
from blog.db.engine import db
from blog.db.transactions import write
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
from tests.site.comments.writing import TOKEN, reload, carry, withdraw

FORM = {
    "author_name": "Mina",
    "author_email": EMAIL,
    "body": "He steals every scene.",
    "wants_replies": "y",
}
WORDS = "So did I, and more."


@pytest.fixture(autouse=True)
def _no_digests(app):
    change_settings(app, digest_minutes=0)


@pytest.fixture
def review(app):
    return make_review(title="두 번째 주인공")


@pytest.fixture
def asked(review, client):
    """Publish a comment whose writer would be told about answers."""
    return decide(send_asking(client))


@pytest.fixture
def confirmed(app, asked):
    """Let the address be one that has confirmed."""
    answer(asked, body="An earlier answer.")
    after_undo_window()
    run(app)
    (first,) = mails(app)
    assert app.test_client().post(link_to(first, "confirm")).status_code == 303
    later(days=2)
    return app


def send_asking(client, **more) -> Comment:
    carry(client)
    response = client.post("/reviews/run-on/comments", data=FORM | more)
    assert response.status_code == 303
    db.session.rollback()
    return db.session.get_one(Comment, int(response.location.rpartition("-")[2]))


def answer(to, verdict=Verdict.APPROVE, **more) -> Comment:
    """Have a reader answer, and decide on that."""
    reply = make_reply(to=reload(to), now=current_time(), **({"body": WORDS} | more))
    return decide(reply, verdict)


def told(app) -> list[str]:
    """Run a round when all that was decided is due, and return the subjects of all mail."""
    after_undo_window()
    run(app)
    return [mail["Subject"] for mail in mails(app)]


@on_both
def test_each_published_answer_is_told_once_with_its_link_and_nobodys_words(
    confirmed, client, asked
):
    before = len(mails(confirmed))
    first = answer(asked)
    later(minutes=1)
    second = make_moderator_reply(
        comment=reload(asked), moderator=the_moderator(), now=current_time()
    )
    told(confirmed)
    letters = mails(confirmed)[before:]
    assert len(letters) == 2
    for mail, reply in zip(letters, (first, second), strict=True):
        assert mail["Subject"] == "Your comment on “두 번째 주인공” at Second Lead has a reply"
        assert mail["To"] == EMAIL
        for words in (WORDS, "Jun", "Thank you", FORM["body"], reply.author_name):
            assert words not in words_of(mail)
        assert not html_part(mail).find(["img", "script", "style"])
        link, stop = links_of(mail)
        assert stop.startswith("/mail/stop-")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        page = client.get(link, follow_redirects=True)
        assert f'id="comment-{reply.id}"' in page.text
    assert told(confirmed) == [mail["Subject"] for mail in mails(confirmed)]
    assert len(mails(confirmed)) == before + 2
    assert {message.recipient for message in rows()} == {""}


def test_nothing_leaves_while_it_can_be_undone_and_nothing_after_an_undo(app, asked):
    reply = answer(asked)
    within_undo_window()
    assert run(app) == {}
    decide(reply, Verdict.REOPEN)
    assert told(app) == []
    message = row(f"reply:{reply.id}:2")
    assert (message.state, message.recipient) == (State.CANCELLED, "")


@on_both
def test_an_answer_that_is_published_again_is_told_once(confirmed, asked):
    before = len(mails(confirmed))
    reply = decide(answer(asked), Verdict.REOPEN)
    for verdict in (Verdict.APPROVE, Verdict.REOPEN, Verdict.APPROVE):
        reply = decide(reply, verdict)
        told(confirmed)
    assert len(mails(confirmed)) == before + 1
    states = [row(f"reply:{reply.id}:{version}").state for version in (2, 4, 6)]
    assert states == [State.CANCELLED, State.SENT, State.SKIPPED]


@on_both
def test_an_address_that_has_not_confirmed_gets_one_short_mail_a_day(app, asked):
    for number in range(3):
        answer(asked, body=f"{WORDS} {number}")
    assert told(app) == ["Your comment on “두 번째 주인공” at Second Lead has a reply"]
    (mail,) = mails(app)
    assert WORDS not in words_of(mail)
    assert "confirm the address" in text_part(mail)
    assert sorted(message.state for message in rows()) == ["sent", "skipped", "skipped"]
    later(days=1)
    answer(asked, body="The day after.")
    assert len(told(app)) == 2


def test_an_address_that_wants_no_mail_gets_none(app, asked, stranger):
    answer(asked)
    told(app)
    stranger.post(link_to(mails(app)[0], "stop"))
    later(days=2)
    answer(asked, body="Another one.")
    assert len(told(app)) == 1


def test_who_did_not_ask_is_not_told(app, review):
    comment = make_comment(review=review, email=EMAIL, wants_notice=False, now=current_time())
    answer(decide(comment))
    assert told(app) == []
    assert rows() == []


def test_of_what_is_not_published_nothing_is_told(app, asked):
    for verdict in (Verdict.REJECT, Verdict.SPAM):
        answer(asked, verdict, body=f"To be {verdict}.")
    make_reply(to=reload(asked), now=current_time())
    assert told(app) == []


@on_both
def test_nobody_is_told_of_what_they_wrote_themselves(app, asked, client):
    answer(asked, token=TOKEN)
    # Nor where the answer to the first request was lost, and another token came with the second.
    again_sent = app.test_client()
    lost = app.test_client()
    form = FORM | {"body": "By a plain form."}
    for reader in (lost, again_sent):
        assert reader.post("/reviews/run-on/comments", data=form).status_code == 303
    token = again_sent.get_cookie("second_lead_owner", path="/reviews").value
    db.session.rollback()
    resent = db.session.scalars(db.select(Comment).order_by(Comment.id.desc()).limit(1)).one()
    assert resent.resent_owner_hash
    answer(decide(resent), token=token)
    assert told(app) == []


def test_an_answer_to_an_answer_is_told_to_who_wrote_that(app, asked, client):
    reply = make_published_reply(
        to=reload(asked),
        moderator=the_moderator(),
        email="jun@example.org",
        wants_replies=True,
        now=current_time(),
    )
    answer(reply)
    told(app)
    assert sorted(mail["To"] for mail in mails(app)) == ["jun@example.org", EMAIL]


@on_both
def test_what_is_no_longer_to_be_read_is_not_told(app, review, client, stranger):
    asked = [decide(send_asking(client, body=f"Number {number}.")) for number in range(4)]
    replies = [answer(one, token="f" * 32) for one in asked]
    assert withdraw(client, asked[0]).status_code == 303
    decide(reload(asked[1]), Verdict.TAKE_DOWN, reason="No.")
    assert withdraw(carry(stranger, "f" * 32), replies[2]).status_code == 303
    write(remove_comment, comment_id=replies[3].id)
    assert told(app) == []
    assert len(rows()) == 4
    assert {message.state for message in rows()} <= {State.SKIPPED, State.CANCELLED}
    assert {message.recipient for message in rows()} == {""}


def test_a_line_break_in_a_name_begins_no_header(confirmed, asked, stranger):
    name = "Two\r\nBcc: evil@example.org\u2028Bcc: x"
    before = len(mails(confirmed))
    form = {"author_name": name, "body": "\r\nBcc: evil@example.org", "parent_id": str(asked.id)}
    response = stranger.post("/reviews/run-on/comments", data=form)
    assert response.status_code == 303
    db.session.rollback()
    decide(db.session.get_one(Comment, int(response.location.rpartition("-")[2])))
    told(confirmed)
    (mail,) = mails(confirmed)[before:]
    assert mail["Bcc"] is None
    assert (mail["To"], mail["Cc"]) == (EMAIL, None)
    assert "Bcc" not in words_of(mail)
