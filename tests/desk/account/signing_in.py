"""Helpers that sign a moderator in."""

from tests.builders import PASSWORD
from tests.page import soup_of

QUEUE = "/admin/comments"
WRONG = "wrong wrong wrong"


def attempt(client, number: int = 0, **more):
    """Send the sign-in form from the address 198.51.100.`number`; return the response."""
    token = soup_of(client.get("/admin/login")).find("input", {"name": "csrf_token"})["value"]
    form = {"email": "mina@example.org", "password": PASSWORD, "csrf_token": token, **more}
    environ = {"REMOTE_ADDR": f"198.51.100.{number}"}
    return client.post("/admin/login", data=form, environ_overrides=environ)


def is_signed_in(client) -> bool:
    return client.get("/admin/reviewers").status_code == 200
