"""POST /admin/account/sessions/end: sign out everywhere."""

import pytest

from tests.builders import csrf_token, make_moderator, sign_in
from tests.databases import on_both
from tests.desk.account.signing_in import is_signed_in
from tests.page import HTMX, soup_of, text_of

URL = "/admin/account/sessions/end"
DONE = "/admin/login?done=sessions"


@pytest.fixture
def _signed_in(client):
    make_moderator()
    sign_in(client)


@on_both
@pytest.mark.usefixtures("_signed_in")
def test_every_session_of_the_account_ends_and_no_other(app, client, stranger):
    sign_in(stranger)
    make_moderator(email="jun@example.org")
    other = app.test_client()
    sign_in(other, email="jun@example.org")
    copied = client.get_cookie("second_lead_admin", path="/admin").value
    response = client.post(URL, data={"csrf_token": csrf_token(client)})
    assert (response.status_code, response.location) == (303, DONE)
    assert [is_signed_in(browser) for browser in (client, stranger, other)] == [False, False, True]
    stranger.set_cookie("second_lead_admin", copied, path="/admin")
    assert not is_signed_in(stranger)
    assert sign_in(client).status_code == 303


@pytest.mark.usefixtures("_signed_in")
def test_the_sign_in_page_confirms_the_sign_out(client):
    page = client.get(client.post(URL, data={"csrf_token": csrf_token(client)}).location)
    (message,) = soup_of(page).select("main [role=status]")
    assert message.get_text() == "You are signed out everywhere."


@pytest.mark.usefixtures("_signed_in")
def test_htmx_is_redirected_to_the_sign_in_page(client):
    response = client.post(URL, data={"csrf_token": csrf_token(client)}, headers=HTMX)
    assert response.headers["HX-Redirect"] == DONE
    assert response.data == b""


@pytest.mark.usefixtures("_signed_in")
def test_a_wrong_token_brings_the_form_back_with_a_valid_one(client):
    for token in ("", "wrong", "é\0"):
        response = client.post(URL, data={"csrf_token": token})
        assert response.status_code == 422
        (form,) = soup_of(response).select(f'form[action="{URL}"]')
        assert "The form had expired. Please try again." in form.get_text()
    assert is_signed_in(client)
    fresh = form.find("input", {"name": "csrf_token"})["value"]
    assert client.post(URL, data={"csrf_token": fresh}).location == DONE


@pytest.mark.usefixtures("_signed_in")
def test_a_link_another_site_and_a_stranger_end_no_session(client, stranger):
    token = {"csrf_token": csrf_token(client)}
    assert client.get(URL, query_string=token).status_code == 404
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post(URL, data=token, headers=elsewhere).status_code == 403
    assert stranger.post(URL, data=token).location == "/admin/login"
    assert is_signed_in(client)


def test_an_unknown_done_parameter_shows_no_message_on_the_sign_in_page(client):
    for done in ("", "password", "<b>x</b>", "Your account was deleted"):
        page = client.get("/admin/login", query_string={"done": done})
        assert not soup_of(page).select("main [role=status]")
        assert "deleted" not in text_of(page)
