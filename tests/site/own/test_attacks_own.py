"""Known attacks on other comment systems, tried on replies, edits and withdrawals.

Each test is named after the attack and the system.
"""

import pytest

from blog.comments.models import BODY_LENGTH, Revision
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_reply,
    make_review,
    make_revision,
)
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import COMMENT, URL, comments, everything_stored, send
from tests.site.comments.writing import (
    MINE,
    NOW,
    TOKEN,
    edit,
    faults_in,
    open_edit,
    own_item,
    reload,
    withdraw,
)

PAGE = "/reviews/run-on"
ALL = "/reviews/comments/mine"
EMAIL = "jo@example.org"


@pytest.fixture
def comment(review, moderator):
    return make_published_comment(
        review=review, moderator=moderator, token=TOKEN, email=EMAIL, now=NOW
    )


def test_bait_and_switch_after_approval_as_in_isso(writer, stranger, review, moderator, comment):
    reply = make_published_reply(
        to=comment, moderator=moderator, token=TOKEN, body="A fair answer.", now=NOW
    )
    # The comment has a reply, so it cannot be edited any more.
    edit(writer, comment, body="Buy here: https://evil.example/")
    edit(writer, reply, body="Buy here: https://evil.example/")
    for path in (PAGE, URL, "/feed.atom", f"{URL}/{comment.id}/replies"):
        assert "evil.example" not in stranger.get(path).text
    assert "A fair answer." in stranger.get(PAGE).text


def test_a_missing_parameter_as_in_remark42(writer, comment):
    form = open_edit(writer, comment) | {"body": "Other words."}
    before = everything_stored()
    for name in ("version", "author_name", "body"):
        fewer = {key: value for key, value in form.items() if key != name}
        assert edit(writer, comment, fewer).status_code == 422, name
    assert everything_stored() == before


# Fields that a form may not set; the site ignores them.
FORGED = {
    "status": "published",
    "id": "1",
    "comment_id": "1",
    "review_id": "2",
    "parent_id": "1",
    "in_reply_to_id": "1",
    "moderator_id": "1",
    "owner_hash": "0" * 64,
    "published_at": "2099-01-01",
    "state": "applied",
    "is_blank": "1",
    "edited_at": "2099-01-01",
    "waiting_since": "",
    "verdict": "approve",
}


def test_mass_assignment_of_other_columns(writer, review, moderator, comment):
    other = make_published_comment(review=review, moderator=moderator, body="Another's.", now=NOW)
    waiting = make_comment(review=review, token=TOKEN, body="It waits.", now=NOW)
    keep = {
        "body",
        "body_html",
        "folded_body",
        "version",
        "waiting_since",
        "copies_key",
        "is_known",
    }

    def others(one):
        now = reload(one)
        names = [column.name for column in now.__table__.columns if column.name not in keep]
        return {name: getattr(now, name) for name in names}

    before = {one.id: others(one) for one in (comment, other, waiting)}
    for one in (comment, waiting):
        saved = edit(writer, one, body="Other words.", **FORGED | {"parent_id": str(other.id)})
        assert saved.status_code == 303
    assert {one.id: others(one) for one in (comment, other, waiting)} == before
    assert reload(comment).body == "The bench scene."
    assert [revision.state for revision in db.session.scalars(db.select(Revision))] == ["waiting"]


def test_a_form_of_another_site_as_in_wordpress_cve_2019_9787(writer, comment):
    form = open_edit(writer, comment) | {"body": "Other words."}
    before = everything_stored()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        for path, data in (("revisions", form), ("withdrawal", {})):
            response = writer.post(f"{URL}/{comment.id}/{path}", data=data, headers=headers)
            assert response.status_code == 403, (headers, path)
    assert everything_stored() == before


def test_a_get_request_that_acts_as_in_cusdis(writer, review, moderator, comment):
    make_reply(to=comment)
    before = everything_stored()
    for path in (
        f"{URL}/{comment.id}/revisions",
        f"{URL}/{comment.id}/withdrawal",
        f"{URL}/{comment.id}/withdrawal?method=POST&_method=POST",
    ):
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            assert writer.open(path, method=method).status_code in (404, 405), (method, path)
    for path in (MINE, ALL, f"{URL}/{comment.id}/revisions/new", f"{URL}/{comment.id}/replies/new"):
        assert writer.get(path).status_code == 200
        assert writer.head(path).status_code == 200
    assert everything_stored() == before


def test_another_spelling_of_a_url_as_in_ghost_cve_2026_22595(stranger, comment):
    for path in (
        "revisions/new/",
        "//revisions/new",
        "Revisions/new",
        "revisions%2Fnew",
        "revisions/new;x",
    ):
        response = stranger.get(f"{URL}/{comment.id}/{path}")
        assert response.status_code in (301, 308, 404), path
        assert EMAIL not in response.text


def test_a_claimed_name_and_email_as_in_artalk(client, stranger, comment):
    form = {"author_name": "Mina", "author_email": EMAIL, "body": "Her words.", "version": "2"}
    stranger.post(URL, data=form | {"body": "Hello, it is me."})
    for path in (f"{MINE}?email={EMAIL}&name=Mina", f"{ALL}?author_email={EMAIL}&scope=user"):
        assert "The bench scene." not in stranger.get(path).text
    assert stranger.post(f"{URL}/{comment.id}/revisions", data=form).status_code == 404
    assert stranger.post(f"{URL}/{comment.id}/withdrawal", data=form).status_code == 404


def test_the_same_comment_from_the_same_address_gives_no_access(app, moderator):
    make_review()
    first, neighbour = app.test_client(), app.test_client()
    send(first, COMMENT | {"author_email": EMAIL})
    [sent] = comments()
    make_decision(comment=sent, moderator=moderator, now=NOW)
    # Name and text are public, and with the same IP address they match the published comment.
    send(neighbour, COMMENT)
    assert neighbour.get(f"{URL}/{sent.id}/revisions/new").status_code == 404
    assert EMAIL not in neighbour.get(ALL).text
    assert withdraw(neighbour, sent).status_code == 404
    assert reload(sent).status == "published"


def test_a_secret_in_a_url_as_with_wordpress_previews(writer, comment):
    response = edit(writer, comment, body="Other words.")
    stored = reload(comment)
    seen = [response.location, withdraw(writer, stored).location]
    for path in (MINE, ALL):
        page = writer.get(path)
        seen += [tag.get("href", "") for tag in soup_of(page).find_all("a")]
        assert page.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert soup_of(page).find("meta", attrs={"name": "robots"})["content"] == "noindex"
    for secret in (TOKEN, stored.owner_hash, stored.owner_hash[:16], EMAIL):
        assert not [address for address in seen if secret in address]


def test_a_personal_page_in_a_shared_cache_as_on_joost_blog(writer, stranger, review, comment):
    other = make_comment(review=review, token=TOKEN, body="It waits.", now=NOW)
    paths = [MINE, ALL, f"{URL}/{other.id}/revisions/new"]
    for path in paths:
        for headers in ({}, HTMX):
            page = writer.get(path, headers=headers)
            assert page.headers["Cache-Control"] == "private, no-store", path
            assert "ETag" not in page.headers
            assert "It waits." in page.text
            assert "It waits." not in stranger.get(path, headers=headers).text
    for htmx in (False, True):
        saved = edit(writer, other, body=f"It waits {htmx}.", htmx=htmx)
        assert saved.headers["Cache-Control"] == "private, no-store"


def test_whole_rows_in_a_response_as_in_waline_587(client, stranger, review, moderator):
    beginning = make_published_comment(review=review, moderator=moderator, email=EMAIL)
    reply = make_published_reply(
        to=beginning, moderator=moderator, email="jun@example.org", wants_replies=True
    )
    make_moderator_reply(comment=reply, moderator=moderator)
    form = COMMENT | {"author_email": "eve@example.org", "parent_id": str(reply.id)}
    sent = send(client, form, htmx=True)
    secrets = [EMAIL, "jun@example.org", "eve@example.org", "mina@example.org"]
    for one in comments():
        secrets += [
            value
            for value in (one.owner_hash, one.client_name, one.copies_key, one.submission_hash)
            if value
        ]
    pages = [PAGE, URL, f"{URL}/{beginning.id}/replies", f"{URL}/{reply.id}/replies/new"]
    for page in [sent, *(stranger.get(path) for path in pages)]:
        assert not [secret for secret in secrets if secret in page.text], page.request.path


def test_comments_of_private_posts_as_in_wordpress_cve_2023_39999(writer, review, moderator):
    draft = make_review(slug="draft", published_at=None)
    hidden = make_published_comment(
        review=draft, moderator=moderator, token=TOKEN, body="Under a draft.", now=NOW
    )
    make_published_reply(to=hidden, moderator=moderator, body="An answer there.", now=NOW)
    form = {"author_name": "Mina", "body": "Other words.", "version": "2"}
    for path in ("answers", "answers/new", "revisions/new"):
        page = writer.get(f"/reviews/draft/comments/{hidden.id}/{path}")
        assert page.status_code == 404
        assert "finish line of draft" not in page.text
    for path in ("revisions", "withdrawal"):
        url = f"/reviews/draft/comments/{hidden.id}/{path}"
        assert writer.post(url, data=form).status_code == 404
    assert send(writer, COMMENT | {"parent_id": str(hidden.id)}).status_code == 409
    # The page of own comments neither links to the draft nor calls the comment public.
    page = writer.get(ALL)
    assert "Under a draft." in page.text
    assert "Everybody can read it." not in page.text
    leads = [tag.get(name, "") for tag in soup_of(page).main(True) for name in ("href", "action")]
    assert not [address for address in leads if address.startswith("/reviews/draft")]


def test_a_refusal_with_internal_details_as_in_isso(writer, comment):
    form = {"author_name": "", "body": "x", "version": "x", "parent_id": "y", "message": "z"}
    responses = [
        edit(writer, comment, form, address="203.0.113.77"),
        edit(writer, comment, form | {"author_name": "Mina", "body": "Words.", "version": "99"}),
        send(writer, COMMENT | {"parent_id": "999"}, address="203.0.113.77"),
        send(writer, COMMENT | {"parent_id": "x"}),
    ]
    assert [response.status_code for response in responses[2:]] == [409, 422]
    for response in responses:
        assert faults_in(response)
        words = text_of(response)
        for inside in ("203.0.113.77", "parent_id", "owner", "token", "trap", "None", TOKEN):
            assert inside not in words, inside


def test_a_body_of_any_size_as_in_artalk(writer, comment):
    form = open_edit(writer, comment)
    for htmx in (False, True):
        response = edit(writer, comment, form | {"body": "a" * 256 * 1024}, htmx=htmx)
        assert response.status_code == 413
        assert f"{BODY_LENGTH:,} characters" in text_of(response)
    response = edit(writer, comment, form | {"body": "*" * BODY_LENGTH}, htmx=True)
    assert response.status_code == 200, "the longest allowed text is accepted"


def test_a_spam_status_without_effect_as_in_waline(writer, review, moderator, comment):
    """A spam reply is not shown, and does not stop its parent from being edited."""
    reply = make_reply(to=comment, now=NOW)
    make_decision(comment=reply, moderator=moderator, verdict=Verdict.SPAM, now=NOW)
    assert own_item(writer, comment).find("a", string="Edit")
    assert not soup_of(writer.get(PAGE)).select("ol.replies")
    make_decision(comment=reload(comment), moderator=moderator, verdict=Verdict.SPAM, now=NOW)
    assert "No comments yet." in text_of(writer.get(PAGE))


def test_an_edit_that_is_kept_after_its_comment_was_deleted(writer, review, moderator, comment):
    make_revision(comment=comment, token=TOKEN, body="Words to forget.", now=NOW)
    make_published_reply(to=comment, moderator=moderator)
    assert "Words to forget." in everything_stored()
    write(remove_comment, comment_id=comment.id)
    left = everything_stored()
    assert "Words to forget." not in left
    assert EMAIL not in left
