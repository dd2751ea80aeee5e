"""A form that is sent after the session ended: what was written is back after signing in."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from wtforms import PasswordField
from wtforms.fields.core import UnboundField

from blog.accounts.commands import remove_moderator
from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from blog.desk.account import views
from blog.desk.account.forms import SignInForm
from blog.desk.account.unsent import SECRETS, UNKNOWN, WORDS, UnsentForm
from blog.desk.admin import PUBLIC_ENDPOINTS
from blog.web.fields import LineField
from blog.web.forms import Form
from tests.builders import PASSWORD, make_comment, sign_in
from tests.desk.account.signing_in import QUEUE, WRONG, is_signed_in
from tests.desk.desk import BULKS, URL, Desk, everything, item, reload
from tests.desk.rules.ruling import make_rule
from tests.page import HTMX, soup_of, text_of
from tests.test_routes import fill

KEPT = "What you wrote is kept in this page."
TRIALS, RULES = "/admin/rules/trials", "/admin/rules"
# Every kind of character that a form or a page could change.
ODD = "a \"b\" 'c' <d> &amp; e\r\n\r\n\u2028 \ufffd 좋아 😀 </textarea> {{ 1 }}"
RULE = {"kind": "word", "action": "hold", "comment": ""}


def forms_of(comment: Comment, moderator: Moderator) -> dict[str, tuple[str, dict[str, object]]]:
    """Return, by endpoint, the URL and the filled-in fields of each form in which moderators write.

    For a new form, add an entry here.
    """
    row = f"{URL}/{comment.id}"
    rule = RULE | {"pattern": "wordlings", "note": "Their note."}
    seen = {"version": comment.version, "back": f"{URL}?status=pending"}
    reason = {"reason": "", "reason_words": "Their reason.", "shares_reason": "y"}
    bulk = {"items": item(comment), "is_opened": "y", "verdict": "reject"}
    written = f"/admin/reviews/{comment.review_id}"
    words = {"version": 1, "body": "Their review beside pictures."}
    return {
        "admin.moderation.create_decision": (
            f"{row}/decisions",
            {**seen, **reason, "verdict": "reject"},
        ),
        "admin.moderation.create_reply": (f"{row}/replies", {**seen, "body": "Their reply."}),
        "admin.rules.create_trial": (TRIALS, rule),
        "admin.rules.create": (RULES, rule),
        "admin.rules.update": (f"{RULES}/{make_rule(moderator=moderator).id}", rule),
        "admin.accounts.update_account": (
            "/admin/account/settings",
            {"time_zone": "Asia/Seoul", "byline": "Their byline."},
        ),
        "admin.reviewers.create": ("/admin/reviewers", {"name": "Their name."}),
        "admin.reviewers.update": (
            "/admin/reviewers/1",
            {"version": "1", "name": "Their name.", "biography": "Their biography."},
        ),
        "admin.bulk.create": (BULKS, {**bulk, **reason}),
        "admin.drafts.create": ("/admin/reviews", {"title": "Their headline."}),
        "admin.drafts.update": (
            f"/admin/reviews/{comment.review_id}",
            {"version": 1, "body": "Their review.", "rating": "7"},
        ),
        "admin.draft_links.create": (f"{written}/links", {"days": "7", "note": "For Jun."}),
        **{
            f"admin.draft_pictures.{view}": (f"{written}/pictures{path}", words)
            for view, path in (
                ("create", ""),
                ("create_insertion", "/insertions"),
                ("create_replacement", "/bench.jpg/replacement"),
                ("destroy", "/bench.jpg/removal"),
            )
        },
    }


# Forms of buttons and passwords: there is nothing to keep.
WITHOUT_WORDS = {
    "admin.accounts.create_session",
    "admin.accounts.destroy_session",
    "admin.accounts.destroy_sessions",
    "admin.accounts.update_password",
    "admin.bulk.create_purge",
    "admin.draft_links.create_revocation",
    "admin.draft_pictures.create_choice",
    "admin.pictures.destroy",
    "admin.reviewers.destroy",
    "admin.reviews.update_closure",
    "admin.revisions.create_restoration",
    "admin.rules.destroy",
    "admin.states.create_archival",
    "admin.states.create_deletion",
    "admin.states.create_withdrawal",
    "admin.states.destroy_archival",
    "admin.states.destroy_deletion",
    UNKNOWN,
}


def send_signed_out(desk: Desk, path: str, fields: dict[str, object], **headers: str):
    """Send a form that the moderator opened before the session ended."""
    form = {"csrf_token": desk.token, **fields}
    desk.client.delete_cookie("second_lead_admin", path="/admin")
    return desk.client.post(path, data=form, headers=headers)


def sign_in_from(
    client: FlaskClient, page: TestResponse, *, email: str = "mina@example.org", **typed: str
) -> TestResponse:
    """Send the sign-in form of a page, with its hidden fields."""
    form = soup_of(page).select_one(".sign-in form")
    data: dict[str, list[str]] = {}
    for field in form.select("input"):
        data.setdefault(field["name"], []).append(field.get("value", ""))
    named = {"email": [email], "password": [PASSWORD]} | {name: [typed[name]] for name in typed}
    return client.post(form["action"], data=data | named)


def words_of(fields: dict[str, object]) -> set[str]:
    return {str(fields[name]) for name in WORDS if fields.get(name)}


def typed_in(page: TestResponse) -> set[str]:
    """Return the values of the fields of a page that a person can see."""
    inputs = soup_of(page).select("input:not([type=hidden])")
    # A browser drops the first line break in a textarea.
    areas = [re.sub(r"\A\r?\n", "", area.get_text()) for area in soup_of(page).select("textarea")]
    return {field.get("value", "") for field in inputs} | set(areas)


def rows_of(*tables: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of these tables."""
    rows = everything()
    return {name: rows[name] for name in tables}


def test_what_was_written_in_any_form_is_back_after_signing_in_and_nothing_was_done(
    app, desk, comment, clock
):
    for endpoint, (path, fields) in forms_of(comment, desk.moderator).items():
        before = rows_of("comments", "rules", "decisions")
        page = send_signed_out(desk, path, fields, Referer=f"http://localhost{QUEUE}")
        assert page.status_code == 403, endpoint
        assert KEPT in text_of(page), endpoint
        refused = sign_in_from(desk.client, page, password=WRONG)
        assert (refused.status_code, KEPT in text_of(refused)) == (422, True), endpoint
        again = sign_in_from(desk.client, refused)
        assert again.status_code == 200, endpoint
        assert "This page had expired, so nothing was changed. Here it is again." in text_of(again)
        assert words_of(fields) <= typed_in(again), endpoint
        assert rows_of(*before) == before, endpoint
        del desk.token
        clock.advance(minutes=1)  # Of one minute's attempts to sign in, five are allowed.


def test_a_session_renewed_in_another_tab_loses_nothing_of_any_form(desk, comment):
    old = desk.token
    desk.client.delete_cookie("second_lead_admin", path="/admin")
    assert sign_in(desk.client).status_code == 303
    for endpoint, (path, fields) in forms_of(comment, desk.moderator).items():
        for headers in ({}, HTMX):
            refused = desk.client.post(path, data=fields | {"csrf_token": old}, headers=headers)
            assert refused.status_code == 422, endpoint
            assert "This page had expired" in text_of(refused), endpoint
            # The page leaves the form as it is, in a bulk and where the editor saves by itself.
            leaves = ("admin.drafts.", "admin.draft_pictures.")
            is_left = path == BULKS or endpoint.startswith(leaves)
            if not (headers and is_left):
                assert words_of(fields) <= typed_in(refused), endpoint
    assert reload(comment).is_pending


def test_a_form_without_words_does_nothing_when_it_is_sent_with_some(
    app, desk, review, comment, clock
):
    make_rule(moderator=desk.moderator)
    desk.decide(make_comment(review=review, body="Buy."), "spam")
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in WITHOUT_WORDS or "POST" not in rule.methods:
            continue
        tables = ("comments", "reviews", "rules", "decisions")
        before = rows_of(*tables)
        fields = {"body": "Words.", "state": "closed", "until_decision": 99, "until_comment": 99}
        page = send_signed_out(desk, fill(rule), fields)
        assert page.status_code in ((422,) if rule.endpoint in PUBLIC_ENDPOINTS else (403,))
        sign_in_from(desk.client, page)
        assert is_signed_in(desk.client), rule
        assert rows_of(*tables) == before, rule
        del desk.token
        clock.advance(minutes=1)


def test_every_form_of_the_desk_is_in_the_tests_above(app, desk, comment):
    posts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "POST" in rule.methods
    }
    assert posts == {*forms_of(comment, desk.moderator), *WITHOUT_WORDS}


def test_every_field_in_which_moderators_write_is_kept_and_no_password_is(app):
    written, secret = set(), {"csrf_token", "password"}
    for form in forms_under(Form):
        for name, field in vars(form).items():
            if isinstance(field, UnboundField) and issubclass(field.field_class, LineField):
                written.add(name)
            if isinstance(field, UnboundField) and issubclass(field.field_class, PasswordField):
                secret.add(name)
    assert written == set(WORDS)
    assert secret == set(SECRETS)


def forms_under(form: type[Form]) -> Iterator[type[Form]]:
    for one in form.__subclasses__():
        yield from forms_under(one)
        if one.__module__.startswith("blog.desk.") and one is not SignInForm:
            yield one


def test_odd_texts_and_field_names_come_back_exactly(desk, comment):
    body = (ODD * 100)[:5000]
    odd = {"unsent_path": "/admin/rules", "unsent:body": "x", '"><b>': "y", "email": "z"}
    fields = {"version": comment.version, "body": body, **odd}
    page = send_signed_out(desk, f"{URL}/{comment.id}/replies", fields)
    kept = hidden_in(page)
    for name, value in fields.items():
        assert kept[f"unsent:{name}"] == str(value), name
    assert body in typed_in(sign_in_from(desk.client, page))


def hidden_in(page: TestResponse) -> dict[str, str]:
    fields = soup_of(page).select("form[action='/admin/login'] input[type=hidden]")
    return {field["name"]: field["value"] for field in fields}


def test_a_repeated_field_is_kept_whole(desk, review):
    items = [item(make_comment(review=review, body=f"Scene {name}.")) for name in "ab"]
    form = {"items": items, "verdict": "reject", "reason_words": "Both."}
    again = sign_in_from(desk.client, send_signed_out(desk, BULKS, form))
    sent = [field["value"] for field in soup_of(again).select("main input[name=items]")]
    assert sent == items


def test_what_was_written_is_kept_nowhere_on_the_server(desk, comment, caplog):
    path, fields = f"{URL}/{comment.id}/replies", {"version": 1, "body": "Between us."}
    before = everything()
    page = send_signed_out(desk, path, fields)
    assert "Between us." not in str(page.headers)
    assert everything() == before
    again = sign_in_from(desk.client, page)
    assert "Between us." not in str(again.headers)
    assert "Between us." not in str(everything())
    assert "Between us." not in caplog.text


def test_a_busy_database_while_signing_in_loses_nothing(desk, comment, monkeypatch):
    def be_busy(*args, **kwargs):
        raise DatabaseBusyError

    form = {"version": comment.version, "body": "A reply."}
    page = send_signed_out(desk, f"{URL}/{comment.id}/replies", form)
    with monkeypatch.context() as patch:
        patch.setattr(views, "write", be_busy)
        busy = sign_in_from(desk.client, page)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert "The site is busy. Please try again in a few seconds." in text_of(busy)
    assert "A reply." in typed_in(sign_in_from(desk.client, busy))


def test_passwords_and_tokens_are_not_kept(desk, comment):
    fields = {"version": 1, "body": "A reply."} | dict.fromkeys(SECRETS[1:], "secret words")
    page = send_signed_out(desk, f"{URL}/{comment.id}/replies", fields)
    assert "secret words" not in page.text
    assert desk.token not in page.text
    forged = sign_in_from(desk.client, page, **{"unsent:csrf_token": desk.token})
    assert "This page had expired" in text_of(forged)


def test_no_token_is_read_from_a_forged_sign_in_form(app):
    forged = {"unsent_path": URL, "unsent_writer": "1", "unsent:body": "Hi."}
    forged |= {f"unsent:{name}": "forged" for name in SECRETS}
    with app.test_request_context("/admin/login", method="POST", data=forged):
        assert UnsentForm.carried().fields == [("body", "Hi.")]


def test_a_form_that_is_back_can_be_sent(desk, comment):
    fields = {"version": comment.version, "back": QUEUE, "body": "Thank you."}
    again = sign_in_from(desk.client, send_signed_out(desk, f"{URL}/{comment.id}/replies", fields))
    form = soup_of(again).select_one(".reply-form")
    sent = {field["name"]: field["value"] for field in form.select("input")}
    response = desk.client.post(form["action"], data=sent | {"body": form.textarea.get_text()})
    assert (response.status_code, response.location) == (303, QUEUE)
    assert reload(comment).status == "published"


def test_another_moderator_who_signs_in_never_sees_what_was_written(desk, colleague, comment):
    fields = {"version": comment.version, "body": "Between us."}
    referer = {"Referer": f"http://localhost{QUEUE}?status=spam"}
    page = send_signed_out(desk, f"{URL}/{comment.id}/replies", fields, **referer)
    response = sign_in_from(desk.client, page, email="jun@example.org")
    assert (response.status_code, response.location) == (303, f"{QUEUE}?status=spam")
    assert "Between us." not in response.text
    assert "Between us." not in desk.get().text


def test_a_moderator_removed_meanwhile_is_refused_with_a_message(desk, colleague, comment):
    token = desk.token
    write(remove_moderator, email="mina@example.org")
    form = {"csrf_token": token, "version": 1, "body": "A reply."}
    page = desk.client.post(f"{URL}/{comment.id}/replies", data=form)
    assert page.status_code == 403
    refused = sign_in_from(desk.client, page)
    assert refused.status_code == 422
    assert "Wrong e-mail or password." in text_of(refused)
    assert not is_signed_in(desk.client)


def test_words_without_a_token_of_a_moderator_are_not_kept(desk, stranger, comment):
    strangers = soup_of(stranger.get("/admin/login")).find("input", {"name": "csrf_token"})["value"]
    for token in ("", "wrong", "é\0", desk.token[:-1], strangers):
        form = {"csrf_token": token, "version": 1, "body": "A reply."}
        response = stranger.post(f"{URL}/{comment.id}/replies", data=form)
        assert (response.status_code, response.location) == (303, "/admin/login"), token


def test_a_form_without_words_leads_back_to_its_page(desk, comment):
    search = "/admin/login?next=/admin/comments?status%3Dpending%26q%3Da%2526b"
    places = {
        f"http://localhost{QUEUE}?status=pending&q=a%26b": search,
        f"http://localhost{URL}/{comment.id}/decisions": "/admin/login",
        "http://localhost/reviews/run-on": "/admin/login",
        "http://[": "/admin/login",
        "": "/admin/login",
    }
    form = {"csrf_token": desk.token, "version": 1, "verdict": "approve", "reason_words": ""}
    desk.client.delete_cookie("second_lead_admin", path="/admin")
    url = f"{URL}/{comment.id}/decisions"
    for referer, place in places.items():
        # Without this header, the Referer header would have to be of this site.
        headers = {"Referer": referer, "Sec-Fetch-Site": "same-origin"}
        response = desk.client.post(url, data=form, headers=headers)
        assert (response.status_code, response.location) == (303, place), referer
        response = desk.client.post(url, data=form | {"reason_words": "x"}, headers=headers | HTMX)
        assert response.headers["HX-Redirect"] == place, referer
    assert reload(comment).is_pending


def test_a_form_too_large_to_be_kept_says_what_to_do(desk, comment):
    fields = {"version": 1, "body": "x" * 300_000}
    response = send_signed_out(desk, f"{URL}/{comment.id}/replies", fields)
    assert response.status_code == 413
    assert "Open another tab, sign in" in response.text


# Places to which no form of the desk is sent.
@pytest.mark.parametrize(
    "path", ["/admin/nothing", "/reviews/run-on/comments", "//evil.example", "/admin//rules", "\0"]
)
def test_a_forged_place_of_a_form_is_ignored(desk, comment, path):
    page = send_signed_out(desk, f"{URL}/{comment.id}/replies", {"version": 1, "body": "A reply."})
    before = everything()["comments"]
    response = sign_in_from(desk.client, page, unsent_path=path)
    assert (response.status_code, response.location) == (303, QUEUE)
    assert everything()["comments"] == before


def test_a_deleted_comment_is_a_message_with_the_reply(desk, comment):
    path, fields = f"{URL}/{comment.id + 1}/replies", {"version": 1, "body": "A long reply."}
    response = sign_in_from(desk.client, send_signed_out(desk, path, fields))
    assert response.status_code == 404
    assert "A long reply." in response.text
    assert is_signed_in(desk.client)
