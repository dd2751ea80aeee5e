"""POST /admin/account/sessions/end"""

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
def test_it_ends_every_session_of_the_account_and_no_other(app, client, stranger):
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
def test_the_sign_in_page_says_that_it_was_done(client):
    page = client.get(client.post(URL, data={"csrf_token": csrf_token(client)}).location)
    (said,) = soup_of(page).select("main [role=status]")
    assert said.get_text() == "You are signed out everywhere."


@pytest.mark.usefixtures("_signed_in")
def test_htmx_leaves_the_page_as_a_whole(client):
    response = client.post(URL, data={"csrf_token": csrf_token(client)}, headers=HTMX)
    assert response.headers["HX-Redirect"] == DONE
    assert response.data == b""


@pytest.mark.usefixtures("_signed_in")
def test_a_token_that_is_not_this_browsers_brings_the_form_again_with_one_that_is(client):
    for token in ("", "wrong", "é\0"):
        response = client.post(URL, data={"csrf_token": token})
        assert response.status_code == 422
        (form,) = soup_of(response).select(f'form[action="{URL}"]')
        assert "The form had expired. Please try again." in form.get_text()
    assert is_signed_in(client)
    fresh = form.find("input", {"name": "csrf_token"})["value"]
    assert client.post(URL, data={"csrf_token": fresh}).location == DONE


@pytest.mark.usefixtures("_signed_in")
def test_neither_a_link_nor_another_site_nor_a_stranger_ends_them(client, stranger):
    token = {"csrf_token": csrf_token(client)}
    assert client.get(URL, query_string=token).status_code == 404
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post(URL, data=token, headers=elsewhere).status_code == 403
    assert stranger.post(URL, data=token).location == "/admin/login"
    assert is_signed_in(client)


def test_the_sign_in_page_says_nothing_else_the_address_claims(client):
    for done in ("", "password", "<b>x</b>", "Your account was deleted"):
        page = client.get("/admin/login", query_string={"done": done})
        assert not soup_of(page).select("main [role=status]")
        assert "deleted" not in text_of(page)
