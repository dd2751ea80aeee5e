"""The commands `moderator create`, `list`, `set-password` and `remove`."""

import pytest

from blog.accounts.queries import find_moderator
from blog.db.engine import db
from tests.builders import PASSWORD, make_moderator, sign_in
from tests.databases import on_both
from tests.page import text_of

NEW = "another long password"


@pytest.fixture
def moderator(app):
    def run(*words: str, password: str | None = None):
        more = [] if password is None else ["--password-stdin"]
        typed = None if password is None else f"{password}\n"
        result = app.test_cli_runner().invoke(args=["moderator", *words, *more], input=typed)
        db.session.rollback()
        assert "Traceback" not in result.output
        return result

    return run


def may_sign_in(app, email: str, password: str) -> bool:
    return sign_in(app.test_client(), email=email, password=password).status_code == 303


@on_both
def test_a_new_moderator_may_sign_in(moderator, app):
    result = moderator("create", "Mina@Example.org", "--name", "Mina Park", password=PASSWORD)
    assert (result.exit_code, result.stdout) == (0, "Mina@Example.org can sign in now.\n")
    assert may_sign_in(app, "mina@example.org", PASSWORD)
    assert moderator("list").stdout == "mina@example.org\tMina Park\n"


def test_without_a_name_the_name_is_the_part_before_the_at_sign(moderator):
    for words in (("a@example.org",), ("b@example.org", "--name", " ")):
        assert moderator("create", *words, password=PASSWORD).exit_code == 0
    assert moderator("list").stdout == "a@example.org\ta\nb@example.org\tb\n"


def test_a_password_may_contain_any_characters(moderator, app):
    password = " 비밀번호 é ünd spaces 🌊 "
    moderator("create", "a@example.org", password=password)
    assert may_sign_in(app, "a@example.org", password)
    assert not may_sign_in(app, "a@example.org", password.strip())


REFUSED = [
    (("create", "mina"), PASSWORD, "'mina' is not an e-mail address"),
    (("create", "mina@"), PASSWORD, "is not an e-mail address"),
    (("create", "a b@example.org"), PASSWORD, "is not an e-mail address"),
    (("create", "mina@example.org"), "123456789", "at least 10 characters"),
    (("create", "mina@example.org"), "", "at least 10 characters"),
    # The sign-in form accepts up to 1000 characters, so a longer password would be useless.
    (("create", "mina@example.org"), "x" * 1001, "at most 1000 characters"),
    (("set-password", "nobody@example.org"), NEW, "nobody@example.org has no account"),
    (("remove", "nobody@example.org"), None, "nobody@example.org has no account"),
]


def test_an_impossible_command_is_refused_with_a_message(moderator):
    for words, password, reason in REFUSED:
        result = moderator(*words, password=password)
        assert result.exit_code == 1, words
        assert result.stderr.startswith("Error: ")
        assert reason in result.stderr, words
    assert moderator("list").stdout == ""


@on_both
def test_an_address_has_one_account(moderator, app):
    make_moderator(email="mina@example.org")
    result = moderator("create", "MINA@example.org", password=NEW)
    assert result.exit_code == 1
    assert "has an account" in result.stderr
    assert "set-password" in result.stderr
    assert may_sign_in(app, "mina@example.org", PASSWORD)


def test_a_new_password_replaces_the_old_and_ends_sessions(moderator, app, client):
    make_moderator()
    sign_in(client)
    assert client.get("/admin/comments").status_code == 200
    assert moderator("set-password", "Mina@example.org", password=NEW).exit_code == 0
    assert client.get("/admin/comments").status_code == 303
    assert not may_sign_in(app, "mina@example.org", PASSWORD)
    assert may_sign_in(app, "mina@example.org", NEW)


@on_both
def test_a_removed_moderator_is_signed_out_at_once_and_stays_on_the_list(moderator, app, client):
    make_moderator()
    make_moderator(email="other@example.org", name="Other")
    sign_in(client)
    assert moderator("remove", "mina@example.org").exit_code == 0
    assert client.get("/admin/comments").status_code == 303
    assert not may_sign_in(app, "mina@example.org", PASSWORD)
    lines = moderator("list").stdout.splitlines()
    assert lines == ["mina@example.org\tMina Park\tremoved", "other@example.org\tOther"]
    for words in (("remove", "mina@example.org"), ("set-password", "mina@example.org")):
        result = moderator(*words, password=NEW if words[0] == "set-password" else None)
        assert "has no account" in result.stderr


@on_both
def test_the_last_moderator_cannot_be_removed(moderator, app):
    make_moderator()
    result = moderator("remove", "mina@example.org")
    assert result.exit_code == 1
    assert "is the last moderator" in result.stderr
    assert may_sign_in(app, "mina@example.org", PASSWORD)


@on_both
def test_a_removed_moderator_can_be_created_again_with_the_same_id(moderator, app):
    number = make_moderator().id
    make_moderator(email="other@example.org")
    moderator("remove", "mina@example.org")
    assert moderator("create", "mina@example.org", "--name", "Mina", password=NEW).exit_code == 0
    assert not may_sign_in(app, "mina@example.org", PASSWORD)
    assert may_sign_in(app, "mina@example.org", NEW)
    assert find_moderator(email="mina@example.org").id == number


def test_a_failed_sign_in_does_not_show_whether_the_account_exists(moderator, app):
    moderator("create", "mina@example.org", password=PASSWORD)
    responses = [
        text_of(sign_in(app.test_client(), email=email, password="wrong password"))
        for email in ("mina@example.org", "nobody@example.org")
    ]
    assert responses[0] == responses[1]
