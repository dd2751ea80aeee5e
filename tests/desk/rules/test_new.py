"""GET /admin/rules/new: the form for a new rule."""

from datetime import timedelta

from tests.builders import NOON, make_comment, make_moderator_reply, make_published_comment
from tests.desk.rules.ruling import URL, filled, form_of, rules
from tests.page import text_of


def ask(desk, **query):
    """Open the form for a new rule; return the response."""
    return desk.get(f"{URL}/new", **query)


def test_the_form_is_filled_from_the_query_string(desk):
    page = ask(desk, kind="domain", pattern='spam."example"')
    form = filled(form_of(page))
    assert page.status_code == 200
    assert (form["kind"], form["pattern"], form["action"]) == ("domain", 'spam."example"', "hold")
    assert "Save" not in form_of(page).get_text(" ")


def test_an_unknown_kind_becomes_word(desk):
    for kind in ("", "Word", "regex", "\0"):
        assert filled(form_of(ask(desk, kind=kind)))["kind"] == "word"


def test_the_form_is_filled_from_a_comment(desk, review):
    comment = make_comment(
        review=review,
        name="Best deals",
        email="jo@spam.example",
        body="Look: https://www.spam.example/a",
    )
    for kind, pattern in [
        ("email", "jo@spam.example"),
        ("name", "Best deals"),
        ("domain", "www.spam.example"),
        ("link", "https://www.spam.example/a"),
    ]:
        form = filled(form_of(ask(desk, kind=kind, comment=comment.id)))
        assert (form["kind"], form["pattern"]) == (kind, pattern)


def test_a_browser_is_identified_only_by_its_comment(desk, review):
    comment = make_comment(review=review, name="Jo")
    page = ask(desk, kind="browser", comment=comment.id)
    assert f"The browser that sent comment no. {comment.id} by Jo ." in text_of(page)
    form = filled(form_of(page))
    assert (form["kind"], form["comment"]) == ("browser", str(comment.id))
    assert "pattern" not in form
    assert comment.owner_hash not in page.text


def test_the_form_for_a_client_shows_when_key_and_rule_end(desk, review):
    for sent_at, end in [
        (NOON.replace(hour=0), "3 May 2026, 00:00 UTC"),
        (NOON, "3 May 2026, 00:00 UTC"),
        (NOON - timedelta(hours=12, seconds=1), "2 May 2026, 00:00 UTC"),
    ]:
        comment = make_comment(review=review, now=sent_at)
        page = ask(desk, kind="client", comment=comment.id)
        assert f"This rule expires on {end}" in text_of(page)
        assert comment.client_name not in page.text


def test_a_client_with_a_deleted_key_is_refused_with_a_message(desk, review, clock):
    comment = make_comment(review=review)
    clock.advance(hours=35)
    page = ask(desk, kind="client", comment=comment.id)
    assert page.status_code == 422
    assert f"Comment no. {comment.id} is too old" in text_of(page)
    assert "deleted on 3 May 2026" in text_of(page)
    assert filled(form_of(page))["kind"] == "word"


def test_a_value_missing_from_the_comment_is_refused_with_a_message(desk, review):
    comment = make_comment(review=review)
    reply = make_moderator_reply(
        comment=make_published_comment(review=review), moderator=desk.moderator
    )
    for number, kind, words in [
        (comment.id, "email", f"Comment no. {comment.id} has no e-mail address."),
        (comment.id, "domain", f"Comment no. {comment.id} has no link."),
        (reply.id, "browser", f"The browser of comment no. {reply.id} is not known."),
        (reply.id, "client", f"The IP address of comment no. {reply.id} is not known."),
    ]:
        page = ask(desk, kind=kind, comment=number)
        assert page.status_code == 422, kind
        assert words in text_of(page)


def test_a_deleted_comment_is_a_404_with_a_message(desk):
    page = ask(desk, kind="email", comment=999)
    assert page.status_code == 404
    assert "Comment no. 999 no longer exists." in text_of(page)


def test_an_invalid_comment_id_is_refused_with_a_message(desk):
    for number in ("", "0", "-1", "x", "9" * 30, "1.0", "１"):
        for kind in ("browser", "email"):
            page = ask(desk, kind=kind, comment=number)
            assert page.status_code == 422
            assert "Give the number of a comment" in text_of(page)
    assert not rules()
