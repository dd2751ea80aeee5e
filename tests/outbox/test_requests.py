"""Requests never send e-mail, so none waits for a mail server."""

import ast
import smtplib
import urllib.request

from blog.moderation.states import Verdict
from tests.builders import csrf_token, make_comment, make_review, sign_in
from tests.outbox.comments import EMAIL, the_moderator
from tests.outbox.sending import change_settings, rows
from tests.plan import MODULES, TREES, imports_of

SENDING = {"blog.outbox.transports", "blog.outbox.delivery", "blog.notices.composing"}
DELETING = {
    "blog.cli.upkeep.maintenance": {"delete_old_files"},
    "blog.cli.privacy": {"erase_files"},
    "blog.site.privacy.views": {"erase_files"},
}


def test_only_the_command_line_imports_the_modules_that_send():
    def users(modules: set[str]) -> set[str]:
        return {name for name in MODULES if modules & set(imports_of(name))}

    assert users({"blog.notices.rounds"}) == {"blog.cli.outbox"}
    # The command line also imports the errors of delivery.
    assert users(SENDING) - SENDING - set(DELETING) == {
        *("blog.notices.rounds", "blog.cli.outbox", "blog.monitoring.asking")
    }
    # `doctor` greets the mail server.
    assert users({"blog.monitoring.asking"}) == {"blog.monitoring.checks"}
    assert users({"blog.monitoring.checks"}) == {"blog.cli.upkeep.doctor"}
    # These modules only delete files of the mail folder.
    assert {name: imported_names(name) for name in DELETING} == DELETING


def imported_names(module: str) -> set[str]:
    """Return the names that a module imports from the modules that send."""
    return {
        alias.name
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.ImportFrom) and node.module in SENDING
        for alias in node.names
    }


def test_comments_and_decisions_contact_no_other_server(app, client, monkeypatch):
    def fail(*_args, **_more):
        raise AssertionError("a request contacted another server")

    monkeypatch.setattr(smtplib.SMTP, "connect", fail)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", fail)
    change_settings(
        app, smtp_url="smtp://192.0.2.1:25", notify_url="http://192.0.2.1/", digest_minutes=1
    )
    review = make_review()
    the_moderator()
    form = {"author_name": "Mina", "author_email": EMAIL, "body": "Words.", "wants_notice": "y"}
    sent = client.post(f"/reviews/{review.slug}/comments", data=form)
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
