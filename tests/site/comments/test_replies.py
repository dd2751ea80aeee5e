"""POST /reviews/<slug>/comments with `parent_id`: a reader replies to a published comment."""

import pytest

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_review,
)
from tests.databases import on_both
from tests.page import soup_of, text_of
from tests.site.comments.sending import (
    COMMENT,
    URL,
    comments,
    random_id,
    reader_of_site_with,
    send,
    with_and_without_htmx,
)
from tests.site.comments.writing import MINE, faults_in, fields_of, own_item, reload, words_of

WORDS = 'Line one,\r\n  <b>two</b> & "three" </textarea> 넷'
KEPT = WORDS.replace("\r\n", "\n")


@pytest.fixture
def comment(review):
    return make_published_comment(review=review, name="Mina", body="The bench scene.")


def reply(client, to, *, htmx=False, **words):
    return send(client, COMMENT | {"parent_id": str(to.id)} | words, htmx=htmx)


def shared_ids(fragment, page):
    """Return the ids that a fragment and a page both have, and that a browser would have twice."""
    both = {tag["id"] for tag in fragment.find_all(id=True)}
    return both & {tag["id"] for tag in page.find_all(id=True)}


@with_and_without_htmx
def test_a_reply_is_pending_and_then_shown_under_its_comment(client, comment, htmx):
    response = reply(client, comment, body="So did I.", htmx=htmx)
    sent = comments()[-1]
    assert (sent.parent_id, sent.in_reply_to_id, sent.status) == (comment.id,) * 2 + ("pending",)
    if htmx:
        assert response.status_code == 201
        [partial] = soup_of(response).find_all("hx-partial")
        # The target is an element inside the opened reply form, under the comment.
        assert partial["hx-target"] == f"#waiting-{comment.id}"
        form = soup_of(client.get(f"{URL}/{comment.id}/replies/new"))
        assert form.find(id=f"reply-{comment.id}").find(id=f"waiting-{comment.id}")
        assert "Awaiting approval" in words_of(partial)
    else:
        assert response.location == f"{MINE}#comment-{sent.id}"
    assert "in reply to Mina" in words_of(own_item(client, sent))
    assert "So did I." not in client.get("/reviews/run-on").text
    make_decision(comment=sent, moderator=make_moderator(email="jun@example.org"))
    for path in ("/reviews/run-on", URL, f"{URL}/{comment.id}/replies"):
        thread = soup_of(client.get(path)).find("li", id=f"comment-{comment.id}")
        [item] = thread.select("ol.replies > li")
        assert item["id"] == f"comment-{sent.id}"
        assert item.select_one("[data-reader-text]").get_text().strip() == "So did I."
        link = item.select_one("a.replied-to")
        assert words_of(link) == "in reply to Mina"
        assert link["href"] == f"{URL}/{comment.id}"


@on_both
def test_replies_are_on_one_level_oldest_first_with_the_name_they_reply_to(client, comment, clock):
    first = make_published_reply(to=comment, name="Jun", now=clock.now)
    clock.advance(minutes=1)
    second = make_published_reply(to=first, name="Sora", now=clock.now)
    clock.advance(minutes=1)
    third = make_published_reply(to=second, name="Mina", now=clock.now)
    clock.advance(minutes=1)
    fourth = make_published_reply(to=comment, name="Hana", now=clock.now)
    assert {reply.parent_id for reply in (first, second, third, fourth)} == {comment.id}
    thread = soup_of(client.get("/reviews/run-on")).find("li", id=f"comment-{comment.id}")
    assert not thread.select("ol.replies ol.replies")
    items = thread.select("ol.replies > li")
    assert [item["id"] for item in items] == [f"comment-{c.id}" for c in comments()[1:]]
    links = [words_of(item.select_one("a.replied-to")) for item in items]
    assert links == [f"in reply to {name}" for name in ("Mina", "Jun", "Sora", "Mina")]


def test_the_name_replied_to_is_shown_only_while_that_comment_is_public(client, comment):
    moderator = make_moderator()
    first = make_published_reply(to=comment, name="Jun")
    second = make_published_reply(to=first, name="Sora")
    make_decision(comment=first, moderator=moderator, verdict=Verdict.TAKE_DOWN, reason="No.")
    page = client.get(URL)
    [item] = soup_of(page).select("ol.replies > li")
    assert item["id"] == f"comment-{second.id}"
    assert not item.select("a.replied-to")
    assert "Jun" not in text_of(page)


@with_and_without_htmx
def test_a_reply_to_a_hidden_comment_is_refused_and_given_back(client, review, comment, htmx):
    moderator = make_moderator()
    made = {
        "waiting": make_comment(review=review, body="Not yet."),
        "of another review": make_published_comment(review=make_review(slug="my-mister")),
        "gone": make_published_comment(review=review),
        "under what was put back": make_published_reply(to=comment),
    }
    for verdict in (Verdict.REJECT, Verdict.SPAM):
        made[verdict] = make_decision(
            comment=make_comment(review=review), moderator=moderator, verdict=verdict
        )
    made["taken down"] = make_decision(
        comment=make_published_comment(review=review),
        moderator=moderator,
        verdict=Verdict.TAKE_DOWN,
        reason="No.",
    )
    numbers = {name: parent.id for name, parent in made.items()}
    write(remove_comment, comment_id=numbers["gone"])
    make_decision(comment=reload(comment), moderator=moderator, verdict=Verdict.REOPEN)
    before = [(c.id, c.version, c.has_replies) for c in comments()]
    for name, number in numbers.items():
        data = {"author_email": "jo@example.org", "is_spoiler": "y", "wants_replies": "y"}
        form = COMMENT | {"body": WORDS, "parent_id": str(number)} | data
        response = send(client, form, htmx=htmx)
        assert response.status_code == 409, name
        assert "The comment you are replying to is no longer public." in faults_in(response), name
        form = soup_of(response).find("form")
        fields = fields_of(form)
        assert fields["body"] == WORDS, name
        assert fields["author_name"] == "Mina"
        assert data.items() <= fields.items()
        assert "parent_id" not in fields, "the form sent again is not a reply"
    assert [(c.id, c.version, c.has_replies) for c in comments()] == before


def test_after_a_refusal_the_same_form_sends_a_comment_without_a_parent(client, comment):
    make_decision(
        comment=comment, moderator=make_moderator(), verdict=Verdict.TAKE_DOWN, reason="No."
    )
    form = soup_of(reply(client, comment, body=WORDS)).find("form")
    assert client.post(form["action"], data=fields_of(form)).status_code == 303
    sent = comments()[-1]
    assert (sent.body, sent.parent_id, sent.in_reply_to_id) == (KEPT, None, None)


@with_and_without_htmx
def test_a_closed_review_refuses_replies_and_gives_the_form_back(app, comment, clock, htmx):
    with reader_of_site_with(app, comments_close_days=1) as reader:
        assert soup_of(reader.get(URL)).select("a.reply")
        clock.advance(days=2)
        page = reader.get(URL)
        assert not soup_of(page).select("a.reply")
        form = reader.get(f"{URL}/{comment.id}/replies/new")
        assert "Comments on this review are closed." in text_of(form)
        assert not soup_of(form).find("form")
        response = reply(reader, comment, body=WORDS, htmx=htmx)
    assert response.status_code == 409
    assert "Comments on this review are closed." in faults_in(response)
    assert fields_of(soup_of(response).find("form"))["body"] == WORDS
    assert comments() == [comment]


def test_faults_are_shown_in_the_reply_form_under_the_comment(client, comment):
    page = soup_of(client.get("/reviews/run-on"))
    opened = soup_of(client.get(f"{URL}/{comment.id}/replies/new"))
    # The opened form replaces an empty element.
    assert page.find(id=f"reply-{comment.id}").decode_contents() == ""
    assert not shared_ids(opened.find(id=f"reply-{comment.id}"), page)
    refused = soup_of(reply(client, comment, author_name="", body="x", htmx=True))
    assert not shared_ids(refused, page)
    form = refused.find("form")
    assert form["data-hx-target"] == f"#respond-{comment.id}"
    assert fields_of(form)["parent_id"] == str(comment.id)
    for field in form.select("[aria-invalid]"):
        faults = [form.find(id=name) for name in field["aria-describedby"].split()]
        assert faults[0]["class"] == ["fault"]
        assert form.find("label", attrs={"for": field["id"]})


def test_a_refused_reply_form_has_no_id_of_the_main_form(client, comment):
    page = soup_of(client.get("/reviews/run-on"))
    make_decision(
        comment=comment, moderator=make_moderator(), verdict=Verdict.TAKE_DOWN, reason="No."
    )
    refused = soup_of(reply(client, comment, body=WORDS, htmx=True))
    assert not shared_ids(refused, page)
    # The response to this form must replace this form and not the main form.
    assert refused.find("form")["data-hx-target"] == f"#respond-{comment.id}"


@on_both
def test_the_same_reply_again_is_stored_once(client, stranger, comment):
    first = reply(client, comment)
    assert reply(client, comment).location == first.location
    data = {"submission_id": random_id(), "body": "By a script."}
    assert reply(client, comment, htmx=True, **data).data
    assert reply(stranger, comment, htmx=True, **data).status_code == 201
    assert [c.in_reply_to_id for c in comments()] == [None, comment.id, comment.id]


@on_both
def test_the_same_text_to_another_comment_is_a_new_reply(client, comment):
    other = make_published_reply(to=comment)
    for parent_id in (str(comment.id), str(other.id), ""):
        assert send(client, COMMENT | {"parent_id": parent_id}).status_code == 303
    sent = comments()[2:]
    assert [c.in_reply_to_id for c in sent] == [comment.id, other.id, None]
    assert [c.parent_id for c in sent] == [comment.id, comment.id, None]


@on_both
def test_readers_and_moderators_reply_to_each_other(client, comment):
    moderator = make_moderator()
    first = make_published_reply(to=comment, name="Jun")
    second = make_moderator_reply(comment=first, moderator=moderator)
    assert reply(client, second, body="Thank you!").status_code == 303
    third = make_decision(comment=comments()[-1], moderator=moderator)
    items = soup_of(client.get(URL)).select("ol.replies > li")
    assert [item["id"] for item in items] == [f"comment-{c.id}" for c in (first, second, third)]
    assert [bool(item.select(".badge")) for item in items] == [False, True, False]
    assert [words_of(item.select_one("a.replied-to")) for item in items] == [
        *("in reply to Mina", "in reply to Jun", f"in reply to {moderator.name}"),
    ]


def test_pages_are_the_same_for_authors_of_replies_and_others(client, stranger, comment):
    reply(client, comment, body="So did I.")
    paths = ["/reviews/run-on", URL, f"{URL}/{comment.id}/replies/new", "/", "/feed.atom"]
    make_published_reply(to=comment)
    for path in [*paths, f"{URL}/{comment.id}/replies"]:
        own, others = client.get(path), stranger.get(path)
        assert own.status_code == 200, path
        assert (own.data, own.headers["ETag"]) == (others.data, others.headers["ETag"]), path
        assert own.headers["Cache-Control"] == "public, no-cache", path
        assert "Set-Cookie" not in own.headers, path
        assert "Vary" not in own.headers, path


def test_a_hidden_comment_has_no_reply_form(client, review, comment):
    waiting = make_comment(review=review)
    for path in (f"{URL}/{waiting.id}", f"{URL}/999", f"/reviews/my-mister/comments/{comment.id}"):
        assert client.get(f"{path}/replies/new").status_code == 404
    make_review(slug="my-mister")
    assert client.get(f"/reviews/my-mister/comments/{comment.id}/replies/new").status_code == 404
