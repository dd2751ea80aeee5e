"""The digest of waiting comments, posted to the web hook in the settings."""

import pytest

from blog.outbox.commands import LONGEST_DELAY
from blog.outbox.models import State
from tests.builders import make_moderator, make_review
from tests.outbox.comments import make_waiting_comments
from tests.outbox.mail_server import free_port
from tests.outbox.sending import change_settings, later, rows, run
from tests.outbox.web_hook import run_web_hook

MINA, JUN = "mina@example.org", "jun@example.org"


@pytest.fixture(autouse=True)
def _moderators(app):
    make_moderator(email=MINA, name="Mina Park")
    make_moderator(email=JUN, name="Jun")


def test_the_web_hook_gets_the_digest_in_the_fields_of_each_service(app):
    with run_web_hook() as hook:
        change_settings(app, notify_url=f"{hook.url}/hook?thread_id=7")
        make_waiting_comments(2, review=make_review(title="런온"))
        later(hours=2)
        assert run(app) == {State.SENT: 3}
        ((path, fields),) = hook.posts
    assert path == "/hook?thread_id=7"
    text = (
        "2 comments at Second Lead are waiting for a moderator; oldest: 2 hours."
        " Run On · 런온: 런온 (2)\n"
        "https://drama.example/admin/comments"
    )
    # Discord, Slack and ntfy, in this order.
    assert fields["content"] == fields["text"] == fields["message"] == text
    assert (fields["title"], fields["click"]) == (
        "Second Lead", "https://drama.example/admin/comments",
    )  # fmt: skip
    assert "topic" not in fields


def test_a_topic_in_the_address_becomes_a_field_for_ntfy(app):
    with run_web_hook() as hook:
        change_settings(app, notify_url=f"{hook.url}/?topic=second-lead&auth=abc")
        make_waiting_comments()
        run(app)
        ((path, fields),) = hook.posts
    assert path == "/?auth=abc"
    assert fields["topic"] == "second-lead"


def test_the_text_is_no_longer_than_discord_allows(app):
    with run_web_hook() as hook:
        change_settings(app, notify_url=hook.url)
        for number in range(6):
            make_waiting_comments(
                1, review=make_review(slug=f"drama-{number}", title="긴 제목 " * 59)
            )
        run(app)
        ((_path, fields),) = hook.posts
    assert len(fields["content"]) <= 2000
    assert fields["content"].endswith("\nhttps://drama.example/admin/comments")


def test_any_response_but_a_success_is_retried_and_no_redirect_is_followed(app):
    with run_web_hook() as hook, run_web_hook() as elsewhere:
        change_settings(app, notify_url=hook.url)
        make_waiting_comments()
        sent = {State.SENT: 2}
        for status in (301, 302, 307, 308, 400, 404, 429, 500, 503):
            hook.status, hook.location = status, elsewhere.url if status < 400 else ""
            assert run(app) == sent | {State.WAITING: 1}, status
            sent = {}
            assert rows()[-1].note == f"the server responded with {status}"
            assert (elsewhere.posts, elsewhere.get_paths, hook.get_paths) == ([], [], []), status
            later(seconds=LONGEST_DELAY.total_seconds())
        hook.status, hook.location = 204, ""
        assert run(app) == {State.SENT: 1}
        assert len(hook.posts) == 10


def test_an_unreachable_web_hook_delays_no_email(app):
    change_settings(app, notify_url=f"http://127.0.0.1:{free_port()}/secret-path")
    make_waiting_comments()
    assert run(app) == {State.SENT: 2, State.WAITING: 1}
    assert "secret" not in rows()[-1].note
