"""Forms as a browser without JavaScript sends them, and access by the cookies of a browser.

`tests/browser/test_life.py` tests the same in a real browser.
"""

from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_reply,
    make_review,
)
from tests.page import soup_of
from tests.site.comments.sending import URL, comments, reasons
from tests.site.comments.writing import MINE, TOKEN, carry, fields_of, reload

REVIEW = "/reviews/run-on"
WORDS = "The bench scene, and the umbrella."
REASON = "We do not publish what tells the end."


def test_the_plain_form_sends_no_typing_time_and_no_proof(client):
    make_review()
    form = soup_of(client.get(REVIEW)).find("form", id="comment-form")
    data = fields_of(form) | {"author_name": "Jo", "body": WORDS, "is_spoiler": "y"}
    assert not {"typed_seconds", "proof", "submission_id"} & set(data)
    response = client.post(form["action"], data=data)
    assert response.status_code == 303
    [comment] = comments()
    assert comment.is_spoiler
    assert response.location.endswith(f"{MINE}#comment-{comment.id}")
    mine = soup_of(client.get(response.location))
    assert WORDS in mine.select_one(f"#comment-{comment.id} details.spoiler").text
    assert reasons() == {}
    assert reasons(with_proof=True)[comment.id] == {"proof": "none sent"}


def test_a_reader_can_report_a_comment_with_links_and_forms_only(client):
    comment = make_published_comment(review=make_review(), body=WORDS)
    link = soup_of(client.get(REVIEW)).select_one("#comment-list .report")
    form = soup_of(client.get(link["href"])).select_one(".report-form")
    data = fields_of(form)
    del data["kind"]  # No radio button is selected.
    refused = client.post(form["action"], data=data)
    assert "Choose a reason" in soup_of(refused).select_one("#faults").text
    form = soup_of(refused).select_one(".report-form")
    kind = form.select("input[name=kind]")[-1]["value"]
    refused = client.post(form["action"], data=fields_of(form) | {"kind": kind})
    page = soup_of(refused)
    assert "Say in a few words what is wrong." in page.select_one("#faults").text
    assert page.select_one("input[name=kind][checked]")["value"] == kind
    form = page.select_one(".report-form")
    data = fields_of(form) | {"kind": kind, "body": "It says who lives next door."}
    thanks = client.get(client.post(form["action"], data=data).location)
    assert soup_of(thanks).h1.text == "Your report has arrived"
    assert soup_of(thanks).find("a", string="Back to the comment")["href"].endswith(str(comment.id))


def test_the_review_page_is_the_same_for_authors_and_others_in_every_state(client, stranger):
    review = make_review()
    moderator = make_moderator()
    carry(client)
    comment = make_comment(review=review, body=WORDS, token=TOKEN)

    def publish() -> None:
        make_decision(comment=comment, moderator=moderator)

    def send_and_reject_reply() -> None:
        reply = make_reply(to=reload(comment), body="So it was.", token=TOKEN)
        check_equal_pages()
        verdict = {"verdict": Verdict.REJECT, "reason": REASON, "shares_reason": True}
        make_decision(comment=reply, moderator=moderator, **verdict)

    def check_equal_pages() -> None:
        for path in (REVIEW, URL, "/"):
            own, other = client.get(path), stranger.get(path)
            assert own.data == other.data
            assert own.headers["ETag"] == other.headers["ETag"]
            assert "cookie" not in own.headers.get("Vary", "").lower()

    for step in (lambda: None, publish, send_and_reject_reply):
        step()
        check_equal_pages()
    assert REASON in client.get(MINE).text


def test_a_forged_cookie_gives_no_access(app):
    comment = make_comment(review=make_review(), body=WORDS, token=TOKEN)
    forged = {
        "another": "f" * 32,
        "its hash": comment.owner_hash,
        "half of its hash": comment.owner_hash[:32],
        "in capitals": TOKEN.upper(),
        "with more": f"{TOKEN}0",
        "all": "%",
        "none": "",
    }
    for what, token in forged.items():
        client = carry(app.test_client(), token)
        for path in (REVIEW, MINE, "/reviews/comments/mine", "/reviews/comments/mine.json"):
            assert WORDS not in client.get(path).text, what
        url = f"{URL}/{comment.id}"
        assert client.get(f"{url}/revisions/new").status_code == 404, what
        for action in ("revisions", "withdrawal"):
            form = {"author_name": "Eve", "body": "Mine now.", "version": "1"}
            assert client.post(f"{url}/{action}", data=form).status_code in (404, 422), what
    renamed = app.test_client()
    renamed.set_cookie("second_lead_wrote", TOKEN, path="/reviews")
    assert WORDS not in renamed.get(MINE).text
    assert reload(comment).body == WORDS
