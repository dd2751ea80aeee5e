"""Rate limits, repeated forms and closed reviews are checked before any costly work."""

import pytest

from blog.site.comments import spam_checks, submitting
from blog.site.own import views as own_views
from blog.site.reports import views as report_views
from blog.submissions.resending import BROWSER_LIMITS
from tests.builders import make_comment, make_moderator, make_published_comment, make_review
from tests.site.comments.sending import COMMENT, comments, random_id, send
from tests.site.comments.writing import TOKEN, carry, edit, open_edit
from tests.site.reports.reporting import reports, send_report


@pytest.fixture
def review(app):
    return make_review()


@pytest.fixture
def costly(monkeypatch):
    """A list of the costly steps that are done: "rendered", "judged" by rules, CAPTCHA "asked"."""
    done: list[str] = []

    def record(name, original):
        def run(*args, **more):
            done.append(name)
            return original(*args, **more)

        return run

    monkeypatch.setattr(submitting, "render_comment", record("rendered", submitting.render_comment))
    monkeypatch.setattr(own_views, "render_comment", record("rendered", own_views.render_comment))
    monkeypatch.setattr(
        spam_checks, "list_current_rules", record("judged", spam_checks.list_current_rules)
    )
    monkeypatch.setattr(spam_checks, "read_captcha", record("asked", spam_checks.read_captcha))
    return done


def fill_minute(client) -> None:
    """Send comments until the browser has reached its limit of a minute."""
    for _ in range(BROWSER_LIMITS[0].count):
        send(client, COMMENT | {"body": f"Comment {random_id()}"})


def test_a_new_comment_needs_all_costly_steps(client, review, costly):
    assert send(client).status_code == 303
    assert sorted(costly) == ["asked", "judged", "rendered"]


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_a_rate_limited_comment_is_refused_before_the_costly_steps(client, review, costly, htmx):
    fill_minute(client)
    costly.clear()
    response = send(client, COMMENT | {"body": "One too many."}, htmx=htmx)
    assert response.status_code == 429
    assert "One too many." in response.text
    assert costly == []


def test_a_form_sent_again_gets_the_same_response_without_costly_steps(client, review, costly):
    form = COMMENT | {"submission_id": random_id()}
    first = send(client, form)
    fill_minute(client)
    costly.clear()
    assert send(client, form).location == first.location
    assert costly == []
    assert send(client, form | {"body": "Other words under the same id."}).status_code == 429


def test_a_closed_review_refuses_before_the_costly_steps(client, costly):
    make_review(comments_open=False)
    assert send(client).status_code == 409
    assert costly == []


def test_a_rate_limited_edit_is_refused_before_the_costly_steps(client, review, costly):
    writer = carry(client)
    comment = make_comment(review=review, token=TOKEN)
    form = open_edit(writer, comment)
    fill_minute(client)
    costly.clear()
    response = edit(writer, comment, form, body="One change too many.")
    assert response.status_code == 429
    assert "One change too many." in response.text
    assert edit(writer, comment, form).status_code == 303, "an edit without changes does not count"
    assert costly == []


def test_a_rate_limited_report_takes_no_lock(client, review, monkeypatch):
    comment = make_published_comment(review=review, moderator=make_moderator())
    assert send_report(client, comment).status_code == 303
    fill_minute(client)

    def write(*_args, **_more):
        raise AssertionError("a transaction was started")

    monkeypatch.setattr(report_views, "write", write)
    assert send_report(client, comment, {"kind": "advert"}).status_code == 429
    assert len(reports()) == 1


def test_the_command_checks_the_limit_again(client, review, monkeypatch):
    fill_minute(client)
    monkeypatch.setattr(submitting, "_check_early", lambda *_more: None)
    assert send(client, COMMENT | {"body": "One too many."}).status_code == 429
    assert all(comment.body != "One too many." for comment in comments())
