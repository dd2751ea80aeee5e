"""GET /admin/account: the account page of a moderator."""

from tests.builders import make_moderator, sign_in
from tests.page import soup_of, text_of

URL = "/admin/account"


def test_the_page_shows_name_and_address_and_three_forms(client):
    make_moderator(name="박미나", email="mina@example.org")
    sign_in(client)
    page = client.get(URL)
    assert "박미나 , mina@example.org" in text_of(page)
    soup = soup_of(page)
    forms = {form["action"]: form for form in soup.select("main form")}
    assert set(forms) == {f"{URL}/settings", f"{URL}/password", f"{URL}/sessions/end"}
    fields = forms[f"{URL}/password"].select("input[type=password]")
    assert {field["id"]: field["autocomplete"] for field in fields} == {
        "current": "current-password",
        "new": "new-password",
        "again": "new-password",
    }
    # A password manager needs to know whose password this is.
    username = forms[f"{URL}/password"].find("input", autocomplete="username")
    assert username["value"] == "mina@example.org"
    assert all(form.find("input", {"name": "csrf_token"})["value"] for form in forms.values())


def test_a_stranger_is_redirected_to_signing_in_and_back(client):
    make_moderator()
    response = client.get(URL)
    assert (response.status_code, response.location) == (303, "/admin/login?next=/admin/account")
    assert sign_in(client, next=URL).location == URL


def test_a_hostile_name_is_shown_as_plain_text(client):
    name = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    make_moderator(name=name)
    sign_in(client)
    page = client.get(URL)
    assert name in text_of(page)
    assert not soup_of(page).select("script:not([src]), main img")


def test_an_unknown_done_parameter_shows_no_message(client):
    make_moderator()
    sign_in(client)
    for done in ("", "sessions", "<b>x</b>", "Your account is lost", "x" * 5000):
        page = client.get(URL, query_string={"done": done})
        assert page.status_code == 200
        assert not soup_of(page).select("main [role=status]")
        assert "account is lost" not in text_of(page)
