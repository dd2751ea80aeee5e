"""What an open page asks by itself leaves the moderator's session as it is."""

from tests.builders import make_moderator, sign_in

CHANGES = "/admin/comments/changes?since=0"


def test_asking_for_changes_never_sets_the_session_cookie_again(client):
    make_moderator()
    sign_in(client)
    assert "Set-Cookie" in client.get("/admin/comments").headers
    assert "Set-Cookie" not in client.get(CHANGES).headers
