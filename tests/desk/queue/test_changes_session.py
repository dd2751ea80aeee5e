"""Automatic requests for updates do not extend the moderator's session."""

from tests.builders import make_moderator, sign_in

CHANGES = "/admin/comments/changes?since=0"


def test_a_request_for_updates_does_not_set_the_session_cookie(client):
    make_moderator()
    sign_in(client)
    assert "Set-Cookie" in client.get("/admin/comments").headers
    assert "Set-Cookie" not in client.get(CHANGES).headers
