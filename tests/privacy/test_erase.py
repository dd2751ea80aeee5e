"""Erasing a reader's data: `privacy erase` and POST /reviews/comments/mine/erasure."""

import pytest
from sqlalchemy import create_engine, text

from blog.db.driver import sqlite
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from blog.db.two_connections import TwoConnections
from blog.moderation.states import Verdict
from blog.notices.tokens import hash_address
from blog.outbox.commands import stop_address
from blog.outbox.models import State
from blog.outbox.queries import list_mail_addresses
from blog.rules.commands import remove_rule
from blog.rules.models import Kind
from blog.rules.queries import list_rules
from blog.site.privacy import views
from tests.builders import make_moderator, make_published_comment, make_review
from tests.databases import SECRET_KEY, on_both
from tests.desk.rules.ruling import make_rule
from tests.outbox.comments import the_moderator
from tests.outbox.sending import enqueue_notices, mails, make_notice, rows
from tests.page import HTMX, text_of
from tests.privacy.people import (
    EMAIL,
    NAME,
    REPLY,
    TEXTS,
    TRACES,
    carry,
    decide,
    find_traces,
    leave_traces,
    privacy,
    write_comment,
)
from tests.site.comments.sending import comments

ERASURE = "/reviews/comments/mine/erasure"
MINE = "/reviews/comments/mine"
SURE = {"sure": "y"}


def addresses():
    """Return the stored addresses of the reader."""
    db.session.rollback()
    return list_mail_addresses(address_hashes=[hash_address(EMAIL, secret_key=SECRET_KEY)])


def by_address(app, _client):
    """Erase by e-mail address on the command line."""
    result = privacy(app, "erase", f"  {EMAIL.swapcase()} ", "--yes")
    assert result.exit_code == 0, result.output
    assert "comments: 5, of them published: 2" in result.stdout
    assert "messages: 3, of them still to be sent: 1" in result.stdout
    assert "Reasons in the log of decisions: 1" in result.stdout
    assert addresses() == []


def by_browser(_app, client):
    """Erase all comments sent by the browser, with the form."""
    response = carry(client).post(ERASURE, data=SURE)
    assert (response.status_code, response.location) == (303, MINE)
    assert len(addresses()) == 1, "Only its owner may delete the settings of an address."


@on_both
@pytest.mark.parametrize("erase", [by_address, by_browser])
def test_an_erasure_leaves_no_data_of_the_reader(app, client, stranger, erase):
    leave_traces(app, stranger)
    found = find_traces(app, TRACES)
    # The text of a pending comment before its edit is already deleted.
    assert {needle for _place, needle in found} >= set(TRACES) - {TEXTS["waiting"]}
    assert any(place.endswith(".eml") for place, _needle in found)
    if erase == by_browser:  # An erasure by browser keeps rules about an e-mail address.
        (rule,) = [rule for rule in list_rules() if rule.kind == Kind.EMAIL]
        write(remove_rule, rule_id=rule.id)
    erase(app, client)
    assert find_traces(app, TRACES) == set()
    # Only the digest to the moderator is left in the mail folder.
    assert {mail["To"] for mail in mails(app)} == {the_moderator().email}
    assert list_rules() == []
    assert {message.state for message in rows()} <= {State.SENT, State.CANCELLED, State.SKIPPED}


def test_replies_by_others_stay_under_a_line_without_text(app, client, stranger):
    review = leave_traces(app, stranger)
    by_browser(app, client)
    assert len(comments()) == 2
    page = text_of(client.get(f"/reviews/{review.slug}"))
    assert REPLY in page
    assert "Erased" not in page
    assert NAME not in page


@on_both
def test_comments_by_others_stay(app, client, stranger):
    """The others have another address, another browser, or a similar address."""
    review = make_review()
    others = [
        {"name": "Jo", "email": "jo@example.org", "token": "1" * 32},
        {"name": "Percent", "email": "%@example.org", "token": "2" * 32},
        {"name": "Prefix", "email": f"x{EMAIL}", "token": "3" * 32},
    ]
    kept = [make_published_comment(review=review, **other) for other in others]
    mine = write_comment(TEXTS["waiting"], review, email="_@example.org")
    assert privacy(app, "erase", "_@example.org", "--yes").exit_code == 0
    assert [comment.id for comment in comments()] == [comment.id for comment in kept]
    assert mine.id not in {comment.id for comment in comments()}
    assert carry(stranger, "4" * 32).post(ERASURE, data=SURE).status_code == 303
    assert len(comments()) == 3


@on_both
def test_by_address_its_comments_are_erased_and_by_browser_all_it_sent(app, client):
    review = make_review()
    first = write_comment("With the address.", review)
    second = write_comment("Without one.", review, email=None)
    elsewhere = write_comment("From elsewhere.", review, token="9" * 32, email=EMAIL.upper())
    assert privacy(app, "erase", EMAIL, "--yes").exit_code == 0
    assert [comment.id for comment in comments()] == [second.id]
    assert first.id < second.id < elsewhere.id
    by_browser_only = carry(client).post(ERASURE, data=SURE)
    assert by_browser_only.status_code == 303
    assert comments() == []


def test_an_unsubscribed_address_stays_unsubscribed_after_the_erasure(app, stranger):
    leave_traces(app, stranger)
    (address,) = addresses()
    write(stop_address, address_id=address.id, now=app.extensions["clock"]())
    result = privacy(app, "erase", EMAIL, "--yes")
    assert "has unsubscribed" in result.stdout
    assert [a.is_stopped for a in addresses()] == [True]


@on_both
def test_an_erased_address_gets_no_further_email(app):
    write_comment(TEXTS["waiting"], make_review())
    enqueue_notices(make_notice(recipient=EMAIL.lower()), make_notice(recipient="jo@example.org"))
    assert privacy(app, "erase", EMAIL, "--yes").exit_code == 0
    assert [(m.state, m.recipient) for m in rows()] == [
        (State.CANCELLED, ""), (State.WAITING, "jo@example.org"),
    ]  # fmt: skip


def test_sqlite_overwrites_deleted_data_whatever_its_default():
    """The default of PRAGMA secure_delete depends on how SQLite was built."""

    def connect() -> sqlite.Connection:
        connection = sqlite.connect(":memory:", factory=TwoConnections)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    engine = create_engine("sqlite://", creator=connect)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
    engine.dispose()


@on_both
def test_the_output_names_data_that_a_person_must_check(app):
    decide(write_comment(TEXTS["refused"], make_review()), Verdict.REJECT, reason=f"{NAME} again")
    rule = make_rule(moderator=the_moderator(), kind=Kind.NAME, pattern=NAME.upper())
    make_moderator(email=EMAIL)
    output = privacy(app, "erase", EMAIL, "--yes").stdout
    assert "Reasons in the log of decisions: 1" in output
    assert f"Rule {rule.id} looks for the name" in output
    assert "A moderator signs in with this address" in output
    assert [rule.kind for rule in list_rules()] == [Kind.NAME]


def test_a_refused_erasure_gives_a_reason_and_erases_nothing(app):
    write_comment(TEXTS["waiting"], make_review())
    for args, words in (
        ([EMAIL], "this is no terminal"),
        (["no address", "--yes"], "is not an e-mail address"),
        (["nobody@example.org", "--yes"], "Nothing is stored about nobody@example.org"),
        (["\0\n", "--yes"], "is not an e-mail address"),
        ([f"{'a' * 400}@example.org", "--yes"], "it takes up to 254"),
    ):
        result = privacy(app, "erase", *args)
        assert result.exit_code == 1, args
        assert words in result.stderr, args
    assert len(comments()) == 1


def test_erase_asks_for_confirmation_at_a_terminal(app, monkeypatch):
    write_comment(TEXTS["waiting"], make_review())
    monkeypatch.setattr("blog.cli.privacy.has_terminal", lambda: True)
    for typed, left in (("n\n", 1), ("", 1), ("y\n", 0)):
        result = privacy(app, "erase", EMAIL, input=typed)
        assert "Erase all of this" in result.output
        assert result.exit_code == (1 if left else 0), typed
        assert len(comments()) == left, typed


def test_without_the_tick_the_browser_is_asked_and_keeps_everything(app, client, stranger):
    leave_traces(app, stranger)
    count = len(comments())
    page = carry(client).post(ERASURE)
    assert page.status_code == 422
    assert "all 5 comments" in text_of(page)
    assert "Set-Cookie" not in page.headers
    notice = client.post(ERASURE, headers=HTMX)
    assert notice.status_code == 422
    assert "Please tick the box" in text_of(notice)
    assert len(comments()) == count


def test_a_browser_without_comments_has_nothing_to_delete(client):
    page = client.post(ERASURE)
    assert page.status_code == 422
    assert "nothing to delete" in text_of(page)


def test_an_erasure_deletes_the_cookies_of_the_browser(client):
    write_comment(TEXTS["waiting"], make_review())
    done = carry(client).post(ERASURE, data=SURE, headers=HTMX)
    assert done.headers["HX-Redirect"] == MINE
    gone = done.headers.getlist("Set-Cookie")
    assert len(gone) == 2
    assert all("Path=/reviews" in cookie and "Max-Age=0" in cookie for cookie in gone)
    assert client.get_cookie("second_lead_owner", path="/reviews") is None
    again = client.post(ERASURE, data=SURE)
    assert (again.status_code, again.location) == (303, MINE)


def test_a_busy_database_responds_503_and_the_browser_keeps_its_cookie(client, monkeypatch):
    write_comment(TEXTS["waiting"], make_review())

    def busy(*args, **kwargs):
        raise DatabaseBusyError

    monkeypatch.setattr(views, "write", busy)
    response = carry(client).post(ERASURE, data=SURE)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Set-Cookie" not in response.headers
    assert len(comments()) == 1


def test_another_site_cannot_erase(client):
    write_comment(TEXTS["waiting"], make_review())
    response = carry(client).post(ERASURE, data=SURE, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert len(comments()) == 1
