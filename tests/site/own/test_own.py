"""The page of a reader's own comments: states, access, and the usual time until approval."""

from datetime import timedelta

from blog.moderation.states import Verdict
from blog.rules.models import Action
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator_reply,
    make_published_comment,
    make_reply,
    make_review,
    make_revision,
)
from tests.databases import on_both
from tests.desk.rules.ruling import make_rule
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import COMMENT, URL, comments, everything_stored, send
from tests.site.comments.writing import (
    MINE,
    NOW,
    TOKEN,
    carry,
    edit,
    own_item,
    reload,
    withdraw,
    words_of,
)

ALL = "/reviews/comments/mine"
REASON = "It is about another drama."


def own(review, moderator, *verdicts, **more):
    """Send a comment from the browser with TOKEN, and give these verdicts on the comment."""
    comment = make_comment(review=review, token=TOKEN, now=more.pop("now", NOW), **more)
    for verdict in verdicts:
        comment = make_decision(
            comment=comment,
            moderator=moderator,
            verdict=verdict,
            reason=None if verdict in (Verdict.APPROVE, Verdict.SPAM) else REASON,
            shares_reason=verdict not in (Verdict.APPROVE, Verdict.SPAM),
            now=NOW,
        )
    return comment


def labels_of_tools(item):
    return {tag.get_text() for tag in item.select(".own-tools > a, .own-tools summary")}


@on_both
def test_each_state_has_its_text_and_its_buttons(writer, review, moderator):
    both = {"Edit", "Withdraw"}
    states = {
        (): ("Awaiting approval", both),
        (Verdict.APPROVE,): ("Published. Everybody can read it.", both),
        (Verdict.REJECT,): ("Not published.", set()),
        (Verdict.SPAM,): ("Not published.", set()),
        (Verdict.APPROVE, Verdict.TAKE_DOWN): ("Taken down.", set()),
    }
    made = {
        number: own(review, moderator, *verdicts, body=f"State {number}.")
        for number, verdicts in enumerate(states)
    }
    for number, (verdicts, (state, tools)) in enumerate(states.items()):
        item = own_item(writer, made[number])
        assert words_of(item.select_one("p.state")).startswith(state), verdicts
        assert labels_of_tools(item) == tools, verdicts
        is_explained = verdicts[-1:] in [(Verdict.REJECT,), (Verdict.TAKE_DOWN,)]
        assert (REASON in words_of(item)) == is_explained, verdicts
        assert item.select_one("[data-reader-text]").get_text().strip() == f"State {number}."
    link = own_item(writer, made[1]).select_one("p.state a")
    assert writer.get(link["href"]).location.endswith(f"#comment-{made[1].id}")


@on_both
def test_a_pending_and_a_declined_edit_are_shown_to_the_author(writer, review, moderator):
    comment = own(review, moderator, Verdict.APPROVE)
    changed = make_revision(comment=comment, token=TOKEN, body="Other words.", now=NOW)
    item = own_item(writer, comment)
    assert "Your edit is waiting for approval; until then the original stays." in words_of(item)
    assert "Other words." in words_of(item.select_one(".change"))
    kept = make_decision(comment=changed, moderator=moderator, verdict=Verdict.KEEP, now=NOW)
    item = own_item(writer, comment)
    assert "Your edit was declined; the original stays." in words_of(item)
    assert "Other words." not in words_of(item)
    make_revision(comment=kept, token=TOKEN, body="Once more.", now=NOW)
    assert "Your edit is waiting for approval" in words_of(own_item(writer, comment))


# Values of the owner cookie that are not the author's token; None for no cookie.
FOREIGN = [
    *(None, "f" * 32, TOKEN.upper(), TOKEN[:-1], TOKEN + "0", "", "0", "0" * 32, "' OR 1=1 --"),
    *("%00", "좋아요", "None", "\u0661" * 32),
]


def test_a_forged_or_foreign_token_sees_only_what_a_stranger_sees(app, review, moderator):
    waiting = own(review, moderator, body="Waiting words.", email="jo@example.org")
    public = own(review, moderator, Verdict.APPROVE, body="Public words.")
    stored = (waiting.owner_hash, waiting.owner_hash[:32], waiting.client_name)
    make_comment(review=review, token="f" * 32, body="Another's own.", now=NOW)
    before = everything_stored()
    stranger = app.test_client()
    strangers = {path: stranger.get(path).data for path in (MINE, ALL)}
    # A missing comment and somebody else's comment give the same response.
    unknown = try_actions(stranger, 999)
    assert unknown[0] == [404] * 5
    for token in (*FOREIGN, *stored):
        reader = app.test_client()
        if token is not None:
            carry(reader, token)
            # A cookie with another name, which Isso accepted, or with another path.
            reader.set_cookie("session", TOKEN, path="/")
            reader.set_cookie("second_lead_wrote", TOKEN, path="/reviews")
            reader.set_cookie("second_lead_owner", TOKEN, path="/admin")
        for path in (MINE, ALL):
            page = reader.get(path)
            assert " words." not in page.text, token
            assert "jo@example.org" not in page.text
            if token != "f" * 32:
                assert page.data == strangers[path], token
        for number in (waiting.id, public.id):
            assert try_actions(reader, number) == unknown, (token, number)
    assert everything_stored() == before


def try_actions(reader, number):
    """Try all actions of an author on a comment; return the statuses and the first body."""
    form = {"author_name": "Eve", "body": "Hers now.", "version": "1"}
    responses = [
        reader.get(f"{URL}/{number}/revisions/new"),
        reader.post(f"{URL}/{number}/revisions", data=form),
        reader.post(f"{URL}/{number}/revisions", data=form, headers=HTMX),
        reader.post(f"{URL}/{number}/withdrawal"),
        reader.post(f"{URL}/{number}/withdrawal", headers=HTMX),
    ]
    return [response.status_code for response in responses], responses[0].data


def test_an_own_comment_is_not_found_under_another_review(writer, review, moderator):
    comment = own(review, moderator)
    make_review(slug="my-mister")
    make_review(slug="draft", published_at=None)
    form = {"author_name": "Mina", "body": "Other words.", "version": "1"}
    for slug in ("my-mister", "draft", "unknown"):
        url = f"/reviews/{slug}/comments/{comment.id}"
        assert writer.get(f"{url}/revisions/new").status_code == 404
        assert writer.post(f"{url}/revisions", data=form).status_code == 404
        assert writer.post(f"{url}/withdrawal").status_code == 404
    assert reload(comment).version == 1


@on_both
def test_all_comments_of_a_browser_are_on_one_page_by_review(
    client, writer, stranger, review, moderator
):
    other = make_review(slug="my-mister", title="The house on the hill")
    hers = make_published_comment(review=review, moderator=moderator, name="Sora", now=NOW)
    sent = [
        own(review, moderator, body="First."),
        own(other, moderator, Verdict.REJECT, body="Second."),
        make_reply(to=hers, token=TOKEN, body="Third.", now=NOW),
        own(other, moderator, Verdict.APPROVE, body="Fourth."),
    ]
    page = writer.get(ALL)
    soup = soup_of(page)
    assert [words_of(h2) for h2 in soup.select("main h2")][:2] == [
        review.full_title.replace(": ", " : "), other.full_title.replace(": ", " : "),
    ]  # fmt: skip
    lists = [[li["id"] for li in ol.select(":scope > li")] for ol in soup.select("ol.own-list")]
    names = [f"comment-{comment.id}" for comment in sent]
    assert lists == [[names[0], names[2]], [names[1], names[3]]]
    assert "in reply to Sora" in words_of(soup.find("li", id=names[2]))
    assert soup.find("li", id=names[1]).select("a[href*='/revisions/new']") == []
    assert page.headers["Cache-Control"] == "private, no-store"
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert "You have no comments from this browser" in text_of(stranger.get(ALL))
    # The page of one review links to the page of all reviews.
    assert soup_of(writer.get(MINE)).select_one(f"a[href='{ALL}']")


def make_decided_comments(review, moderator, *minutes):
    for number, span in enumerate(minutes):
        sent = NOW - timedelta(minutes=span)
        comment = make_comment(review=review, body=f"Waited {number} {span}.", now=sent)
        make_decision(comment=comment, moderator=moderator, now=NOW)


@on_both
def test_the_usual_time_is_the_median_and_is_shown_from_ten_comments_on(client, review, moderator):
    make_decided_comments(review, moderator, *[30] * 9)
    send(client)
    item = words_of(own_item(client, comments()[-1]))
    assert item.startswith("Awaiting approval. Only you")
    make_decided_comments(review, moderator, 31)
    # The response to a new comment and the page of own comments show the same time.
    response = send(client, COMMENT | {"body": "One more."}, htmx=True)
    for words in (text_of(response), words_of(own_item(client, comments()[-1]))):
        assert "Awaiting approval, usually within 30 minutes." in words
    # 7 very slow decisions of 17 do not change the median; 12 of 22 do.
    make_decided_comments(review, moderator, *[50_000] * 7)
    assert "usually within 30 minutes" in text_of(client.get(ALL))
    make_decided_comments(review, moderator, *[50_000] * 5)
    assert "usually within a few weeks" in text_of(client.get(ALL))


def test_a_response_shows_the_usual_time_that_was_read_in_the_same_minute(
    client, review, moderator, clock
):
    make_decided_comments(review, moderator, *[30] * 10)
    assert "usually within 30 minutes" in text_of(send(client, htmx=True))
    make_decided_comments(review, moderator, *[50_000] * 12)
    response = send(client, COMMENT | {"body": "One more."}, htmx=True)
    assert "usually within 30 minutes" in text_of(response)
    clock.advance(minutes=1)
    response = send(client, COMMENT | {"body": "And another."}, htmx=True)
    assert "usually within a few weeks" in text_of(response)


def test_moderators_replies_do_not_shorten_the_usual_time(client, review, moderator):
    made = []
    for number in range(10):
        sent = NOW - timedelta(hours=20)
        comment = make_comment(review=review, body=f"Waited {number}.", now=sent)
        made.append(make_decision(comment=comment, moderator=moderator, now=NOW))
    for comment in made:
        for number in range(2):
            make_moderator_reply(
                comment=reload(comment), moderator=moderator, body=f"Thanks {number}."
            )
    send(client)
    assert "usually within 20 hours" in words_of(own_item(client, comments()[-1]))


def test_a_comment_that_a_rule_marked_as_spam_looks_pending_to_its_author(client, moderator):
    make_review()
    make_rule(moderator=moderator, pattern="casino", action=Action.SPAM)
    for body in ("The bench scene.", "The casino scene."):
        send(client, COMMENT | {"body": body})
    waiting, caught = comments()
    assert (waiting.status, caught.status) == ("pending", "spam")
    items = [own_item(client, comment) for comment in (waiting, caught)]
    assert items[0]["class"] == items[1]["class"]
    assert items[0]["data-state"] == items[1]["data-state"] == "waiting"
    states = [words_of(item.select_one("p.state")) for item in items]
    assert states[0] == states[1]
    assert labels_of_tools(items[0]) == labels_of_tools(items[1]) == {"Edit", "Withdraw"}
    for comment in (waiting, caught):
        page = client.get(f"{URL}/{comment.id}/revisions/new")
        assert "A moderator decided" not in text_of(page)
        changed = edit(client, comment, body=f"Quite other words, {comment.id}.", htmx=True)
        assert (changed.status_code, text_of(changed)) == (
            200,
            "Saved. Your comment is still awaiting approval.",
        )
        gone = withdraw(client, comment, htmx=True)
        assert (gone.status_code, text_of(gone)) == (200, "Withdrawn.")
