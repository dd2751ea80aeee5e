"""The e-mail about a decision: subject, text, links and headers."""

import pytest

from blog.db.engine import db
from blog.moderation.states import Verdict
from tests.builders import make_review
from tests.databases import on_both
from tests.notices.reading import SITE, html_part, link_to, links_of, text_part, words_of
from tests.outbox.comments import EMAIL, WORDS, after_undo_window, decide, make_comment_with_notice
from tests.outbox.sending import change_settings, later, mails, run

REASON = "Unmarked spoiler"


@pytest.fixture(autouse=True)
def _no_digests(app):
    change_settings(app, digest_minutes=0)


@pytest.fixture
def confirmed(app):
    """Confirm the reader's address and return the application."""
    make_comment_with_notice(review=make_review(slug="before"), body="An earlier one.")
    after_undo_window()
    run(app)
    (first,) = mails(app)
    response = app.test_client().post(link_to(first, "confirm"))
    assert response.status_code == 303
    later(days=2)
    return app


def the_mail(app):
    """Send the due e-mails after the time for an undo, and return the newest."""
    after_undo_window()
    run(app)
    return mails(app)[-1]


# Verdicts one after the other, and the words of the e-mail about the last.
STATUS_PHRASES = [
    ([Verdict.APPROVE], "is published"),
    ([Verdict.APPROVE_SPOILER], "is published"),
    ([Verdict.REJECT], "was not published"),
    ([Verdict.APPROVE, Verdict.TAKE_DOWN], "is no longer published"),
]


@on_both
def test_an_email_names_the_decision_and_links_to_the_comment_without_its_text(confirmed, client):
    for number, (verdicts, phrase) in enumerate(STATUS_PHRASES):
        review = make_review(
            slug=f"drama-{number}", drama_title="두 번째 주인공", drama_korean_title=None
        )
        comment = make_comment_with_notice(review=review, verdict=None)
        for verdict in verdicts:
            comment = decide(comment, verdict)
        mail = the_mail(confirmed)
        assert mail["Subject"] == f"Your comment on “두 번째 주인공” at Second Lead {phrase}", (
            verdicts
        )
        assert mail["To"] == EMAIL
        assert phrase in text_part(mail)
        assert phrase in html_part(mail).get_text()
        assert WORDS not in words_of(mail)
        assert "Mina" not in words_of(mail).replace("Mina Park", "")
        link, stop = links_of(mail)
        assert stop.startswith("/mail/stop-")
        page = client.get(link, follow_redirects=True)
        assert page.status_code == 200, verdicts
        assert page.request.path.startswith(f"/reviews/{review.slug}")
        assert (f"comment-{comment.id}" in page.text) == (phrase == "is published"), verdicts


def test_a_reason_is_in_the_email_only_if_the_moderator_shares_it(confirmed):
    for number, shares_reason in enumerate((True, False)):
        review = make_review(slug=f"drama-{number}")
        make_comment_with_notice(
            review=review, verdict=Verdict.REJECT, reason=REASON, shares_reason=shares_reason
        )
        assert (REASON in words_of(the_mail(confirmed))) == shares_reason


def test_html_in_a_title_or_reason_is_escaped(confirmed):
    evil = "</p><img src=https://evil.example/x.png><a href=https://evil.example>here</a>"
    review = make_review(title=f"Title {evil}")
    make_comment_with_notice(
        review=review, verdict=Verdict.REJECT, reason=f"Reason {evil}", shares_reason=True
    )
    mail = the_mail(confirmed)
    assert f"Reason {evil}" in text_part(mail)
    html = html_part(mail)
    assert evil in html.get_text()
    assert not html.find(["img", "script", "style", "link", "iframe"])
    assert all(link["href"].startswith(f"{SITE}/") for link in html.find_all("a"))


def test_a_line_break_in_the_site_name_adds_no_header(confirmed):
    for number, name in enumerate(("Two\r\nBcc: evil@example.org", "Two\nX: y", "Two\rX: y")):
        review = make_review(slug=f"drama-{number}")
        db.session.rollback()
        make_comment_with_notice(review=review)
        change_settings(confirmed, site_name=name)
        after_undo_window()
        before = len(mails(confirmed))
        run(confirmed)
        for mail in mails(confirmed)[before:]:
            assert mail["Bcc"] is None, name
            assert mail["X"] is None, name


def test_a_long_korean_subject_arrives_whole(confirmed):
    title = "그 해 우리는, 그리고 두 번째 주인공이 장면을 훔치는 모든 순간에 대하여 " * 4
    review = make_review(drama_title=title.strip(), drama_korean_title=None)
    make_comment_with_notice(review=review)
    assert (
        the_mail(confirmed)["Subject"]
        == f"Your comment on “{title.strip()}” at Second Lead is published"
    )


def test_an_email_has_two_parts_and_the_headers_of_automatic_mail(confirmed):
    make_comment_with_notice()
    mail = the_mail(confirmed)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Second Lead <no-reply@drama.example>"
    assert mail["List-Unsubscribe"] == f"<{SITE}{link_to(mail, 'stop')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"].endswith("@drama.example>")


def test_one_click_unsubscription_is_offered_only_over_https(app):
    change_settings(app, site_url="http://127.0.0.1:8000")
    make_comment_with_notice()
    after_undo_window()
    run(app)
    (mail,) = mails(app)
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/mail/stop-")
    assert mail["List-Unsubscribe-Post"] is None
    assert mail["From"] == "Second Lead <no-reply@localhost>"


def test_an_email_comes_from_the_address_in_the_settings(app):
    change_settings(app, mail_from="desk@한국.kr", site_name='Mina "and", friends')
    make_comment_with_notice()
    after_undo_window()
    run(app)
    (mail,) = mails(app)
    (sender,) = mail["From"].addresses
    assert sender.display_name == 'Mina "and", friends'
    assert sender.addr_spec == "desk@xn--3e0b707e.kr"
