"""What a commenter who asked for it is told, and when nothing is sent."""

import pytest

from blog.comments.states import Verdict
from blog.db.engine import db
from blog.settings import Settings
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
    """Let the reader's address be one that has confirmed."""
    make_comment_with_notice(review=make_review(slug="before"), body="An earlier one.")
    after_undo_window()
    run(app)
    (first,) = mails(app)
    response = app.test_client().post(link_to(first, "confirm"))
    assert response.status_code == 303
    later(days=2)
    return app


def the_mail(app):
    """Return the newest mail, after the window and a round."""
    after_undo_window()
    run(app)
    return mails(app)[-1]


# What is decided, one after the other, and what is said of it.
OUTCOMES = [
    ([Verdict.APPROVE], "is published"),
    ([Verdict.APPROVE_SPOILER], "is published"),
    ([Verdict.REJECT], "was not published"),
    ([Verdict.APPROVE, Verdict.TAKE_DOWN], "is no longer published"),
]


@on_both
def test_the_outcome_is_told_with_a_link_and_without_the_comments_words(confirmed, client):
    for number, (verdicts, outcome) in enumerate(OUTCOMES):
        review = make_review(slug=f"drama-{number}", title="두 번째 주인공")
        comment = make_comment_with_notice(review=review, verdict=None)
        for verdict in verdicts:
            comment = decide(comment, verdict)
        mail = the_mail(confirmed)
        assert mail["Subject"] == f"Your comment on “두 번째 주인공” at Second Lead {outcome}", (
            verdicts
        )
        assert mail["To"] == EMAIL
        assert outcome in text_part(mail)
        assert outcome in html_part(mail).get_text()
        assert WORDS not in words_of(mail)
        assert "Mina" not in words_of(mail).replace("Mina Park", "")
        link, stop = links_of(mail)
        assert stop.startswith("/mail/stop-")
        page = client.get(link, follow_redirects=True)
        assert page.status_code == 200, verdicts
        assert page.request.path.startswith(f"/reviews/{review.slug}")
        assert (f"comment-{comment.id}" in page.text) == (outcome == "is published"), verdicts


def test_a_reason_is_shown_where_the_moderator_said_so(confirmed):
    for number, shares_reason in enumerate((True, False)):
        review = make_review(slug=f"drama-{number}")
        make_comment_with_notice(
            review=review, verdict=Verdict.REJECT, reason=REASON, shares_reason=shares_reason
        )
        assert (REASON in words_of(the_mail(confirmed))) == shares_reason


def test_hostile_words_stay_words(confirmed):
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


def test_a_line_break_begins_no_other_header(confirmed):
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
    make_comment_with_notice(review=make_review(title=title.strip()))
    assert (
        the_mail(confirmed)["Subject"]
        == f"Your comment on “{title.strip()}” at Second Lead is published"
    )


def test_a_mail_is_plain_and_honest_about_what_it_is(confirmed):
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


def test_one_click_is_offered_over_https_alone(app):
    change_settings(app, site_url="http://127.0.0.1:8000")
    make_comment_with_notice()
    after_undo_window()
    run(app)
    (mail,) = mails(app)
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/mail/stop-")
    assert mail["List-Unsubscribe-Post"] is None
    assert mail["From"] == "Second Lead <no-reply@localhost>"


def test_mail_leaves_a_site_whose_address_is_korean(app, tmp_path):
    env = {"SITE_URL": "https://드라마.kr", "DATA_DIR": str(tmp_path)}
    set_up(app, site_url=Settings.from_env(env).site_url)
    make_told_comment()
    after_the_window()
    run(app)
    (mail,) = mails(app)
    assert mail["List-Unsubscribe"].startswith("<https://xn--hy1bv3co9b.kr/mail/stop-")
    assert "https://xn--hy1bv3co9b.kr/reviews/" in text_part(mail)
    for path in ("/feed.atom", "/sitemap.xml", "/robots.txt", "/reviews/run-on"):
        page = app.test_client().get(path).text
        assert "https://xn--hy1bv3co9b.kr/" in page, path
        assert "https://드라마.kr" not in page, path


def test_the_address_of_the_settings_is_who_it_comes_from(app):
    change_settings(app, mail_from="desk@한국.kr", site_name='Mina "and", friends')
    make_comment_with_notice()
    after_undo_window()
    run(app)
    (mail,) = mails(app)
    (sender,) = mail["From"].addresses
    assert sender.display_name == 'Mina "and", friends'
    assert sender.addr_spec == "desk@xn--3e0b707e.kr"
