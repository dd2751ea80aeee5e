"""Word of what waits, posted to the address of the settings."""

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


def test_the_address_of_the_settings_is_told_too_in_words_of_each_service(app):
    with run_web_hook() as hook:
        change_settings(app, notify_url=f"{hook.url}/hook?thread_id=7")
        make_waiting_comments(2, review=make_review(title="런온"))
        later(hours=2)
        assert run(app) == {State.SENT: 3}
        ((path, words),) = hook.posts
    assert path == "/hook?thread_id=7"
    text = (
        "2 comments at Second Lead are waiting for a moderator; oldest: 2 hours. 런온 (2)\n"
        "https://drama.example/admin/comments"
    )
    # Discord, Slack and ntfy, in this order.
    assert words["content"] == words["text"] == words["message"] == text
    assert (words["title"], words["click"]) == (
        "Second Lead", "https://drama.example/admin/comments",
    )  # fmt: skip
    assert "topic" not in words


def test_a_topic_goes_into_what_is_posted_as_ntfy_wants_it(app):
    with run_web_hook() as hook:
        change_settings(app, notify_url=f"{hook.url}/?topic=second-lead&auth=abc")
        make_waiting_comments()
        run(app)
        ((path, words),) = hook.posts
    assert path == "/?auth=abc"
    assert words["topic"] == "second-lead"


def test_it_takes_no_more_letters_than_discord_does(app):
    with run_web_hook() as hook:
        change_settings(app, notify_url=hook.url)
        for number in range(6):
            make_waiting_comments(
                1, review=make_review(slug=f"drama-{number}", title="긴 제목 " * 59)
            )
        run(app)
        ((_path, words),) = hook.posts
    assert len(words["content"]) <= 2000
    assert words["content"].endswith("\nhttps://drama.example/admin/comments")


def test_any_answer_but_a_success_is_tried_again_and_no_redirect_is_followed(app):
    with run_web_hook() as hook, run_web_hook() as elsewhere:
        change_settings(app, notify_url=hook.url)
        make_waiting_comments()
        told = {State.SENT: 2}
        for status in (301, 302, 307, 308, 400, 404, 429, 500, 503):
            hook.status, hook.location = status, elsewhere.url if status < 400 else ""
            assert run(app) == told | {State.WAITING: 1}, status
            told = {}
            assert rows()[-1].note == f"the server responded with {status}"
            assert (elsewhere.posts, elsewhere.asked, hook.asked) == ([], [], []), status
            later(seconds=LONGEST_DELAY.total_seconds())
        hook.status, hook.location = 204, ""
        assert run(app) == {State.SENT: 1}
        assert len(hook.posts) == 10


def test_an_address_where_nobody_listens_delays_nothing_else(app):
    change_settings(app, notify_url=f"http://127.0.0.1:{free_port()}/secret-path")
    make_waiting_comments()
    assert run(app) == {State.SENT: 2, State.WAITING: 1}
    assert "secret" not in rows()[-1].note
