"""POST /admin/logout: sign out."""

from tests.builders import csrf_token, make_moderator, sign_in
from tests.desk.account.signing_in import QUEUE


def test_a_copied_cookie_is_worthless_after_signing_out(client, stranger):
    make_moderator()
    sign_in(client)
    token = csrf_token(client)
    copied = client.get_cookie("second_lead_admin", path="/admin").value
    stranger.set_cookie("second_lead_admin", copied, path="/admin")
    assert stranger.get(QUEUE).status_code == 200
    client.post("/admin/logout", data={"csrf_token": token})
    stranger.set_cookie("second_lead_admin", copied, path="/admin")
    assert stranger.get(QUEUE).status_code == 303


def test_signing_out_here_leaves_the_moderator_signed_in_elsewhere(client, stranger):
    make_moderator()
    sign_in(client)
    sign_in(stranger)
    client.post("/admin/logout", data={"csrf_token": csrf_token(client)})
    assert client.get(QUEUE).status_code == 303
    assert stranger.get(QUEUE).status_code == 200
