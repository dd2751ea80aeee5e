"""No request ever waits for a mail server."""

import ast
import smtplib
import urllib.request

from blog.comments.states import Verdict
from tests.builders import csrf_token, make_comment, make_review, sign_in
from tests.outbox.comments import EMAIL, the_moderator
from tests.outbox.sending import change_settings, rows
from tests.plan import MODULES, TREES, imports_of

SENDING = {"blog.outbox.transports", "blog.outbox.delivery", "blog.notices.composing"}
DELETING = {
    "blog.cli.site": {"delete_old_files"},
    "blog.cli.privacy": {"erase_files"},
    "blog.site.privacy.views": {"erase_files"},
}


def test_only_the_command_line_knows_how_to_send():
    def users(modules: set[str]) -> set[str]:
        return {name for name in MODULES if modules & set(imports_of(name))}

    assert users({"blog.notices.rounds"}) == {"blog.cli.outbox"}
    # Delivery is known to the command line for its errors.
    assert users(SENDING) - SENDING - set(DELETING) == {"blog.notices.rounds", "blog.cli.outbox"}
    # Whoever deletes what lies in the folder of mails sends nothing.
    assert {name: taken(name) for name in DELETING} == DELETING


def taken(module: str) -> set[str]:
    """Return what a module takes from those that send."""
    return {
        alias.name
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.ImportFrom) and node.module in SENDING
        for alias in node.names
    }


def test_commenting_and_deciding_ask_no_other_server(app, client, monkeypatch):
    def fail(*_args, **_more):
        raise AssertionError("a request asked another server")

    monkeypatch.setattr(smtplib.SMTP, "connect", fail)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", fail)
    change_settings(
        app, smtp_url="smtp://192.0.2.1:25", notify_url="http://192.0.2.1/", digest_minutes=1
    )
    review = make_review()
    the_moderator()
    words = {"author_name": "Mina", "author_email": EMAIL, "body": "Words.", "wants_notice": "y"}
    sent = client.post(f"/reviews/{review.slug}/comments", data=words)
    assert sent.status_code == 303
    sign_in(client)
    keys = []
    for verdict in (Verdict.APPROVE, Verdict.REJECT):
        comment = make_comment(review=review, email=EMAIL, wants_notice=True, body=f"{verdict}.")
        response = client.post(
            f"/admin/comments/{comment.id}/decisions",
            data={"csrf_token": csrf_token(client), "version": "1", "verdict": verdict},
        )
        assert response.status_code == 303, verdict
        keys.append(f"decision:{comment.id}:2")
    assert [message.key for message in rows()] == keys
