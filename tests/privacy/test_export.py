"""Exporting a reader's data: `privacy export` and GET /reviews/comments/mine.json."""

import json
import stat

from blog.db.transactions import write
from blog.moderation.states import Status, Verdict
from blog.notices.tokens import hash_address
from blog.outbox.commands import stop_address
from blog.outbox.queries import list_mail_addresses
from blog.rules.models import Action
from blog.submissions.submission import hash_token
from tests.builders import make_comment, make_decision, make_review
from tests.databases import SECRET_KEY, on_both
from tests.desk.rules.ruling import make_rule
from tests.outbox.comments import the_moderator
from tests.privacy.people import (
    EMAIL,
    NAME,
    REPLY,
    TEXTS,
    TOKEN,
    carry,
    decide,
    export,
    leave_traces,
    privacy,
    publish_reply,
    write_comment,
)
from tests.site.comments.sending import comments, everything_stored, send

FILE = "/reviews/comments/mine.json"


def by_text(exported: dict) -> dict[str, dict]:
    """Return the exported comments by their text."""
    return {comment["words"]: comment for comment in exported["comments"]}


@on_both
def test_an_export_by_address_contains_everything_sent_with_it(app, stranger):
    leave_traces(app, stranger)
    exported = export(app, f" {EMAIL.upper()}\t")
    found = by_text(exported)
    wanted = ("published", "replied_to", "refused", "changed", "withdrawn")
    assert list(found) == [TEXTS[name] for name in wanted]
    assert {comment["name"] for comment in found.values()} == {NAME}
    assert {comment["email"] for comment in found.values()} == {EMAIL}
    assert [comment["state"] for comment in found.values()] == [
        *("published", "published", "not published"),
        *("waiting for a decision", "withdrawn by its author"),
    ]
    published = found[TEXTS["published"]]
    assert published["review"]["address"] == "https://drama.example/reviews/run-on"
    assert published["address"].startswith("https://drama.example/reviews/run-on/comments/")
    assert [(w["words"], w["state"]) for w in published["other_wordings"]] == [
        (TEXTS["former"], "replaced by an edit")
    ]
    assert published["sent_at"] == published["published_at"] < published["edited_at"]
    assert found[TEXTS["refused"]]["reason_given"] == "Off topic"
    assert found[TEXTS["withdrawn"]]["withdrawn_at"]
    assert found[TEXTS["withdrawn"]]["address"] is None
    (address,) = exported["mail"]["address"]
    assert address["confirmed_at"] is None
    assert address["last_asked_to_confirm_at"]
    assert sorted(message["state"] for message in exported["mail"]["messages"]) == [
        *("sent", "skipped", "waiting"),
    ]
    assert "not store who sent a report" in exported["reports"]
    assert exported["not_held"]


def test_an_export_contains_no_data_of_others_and_no_token(app, client, stranger):
    leave_traces(app, stranger)
    (hers,) = [comment for comment in comments() if comment.body == REPLY]
    data = {"author_name": NAME, "author_email": EMAIL, "body": "Back to you."}
    sent = send(carry(client), data | {"parent_id": str(hers.id)})
    assert sent.status_code == 303
    everything = privacy(app, "export", EMAIL).stdout
    theirs = client.get(FILE).text
    for text in (everything, theirs):
        assert REPLY not in text
        assert "Jo" not in text
        assert "Back to you." in text
        assert TOKEN not in text
        assert hash_token(TOKEN) not in text
        assert "mina@example.org" not in text


def test_an_export_by_browser_contains_what_this_browser_sent(app, client, stranger):
    review = leave_traces(app, stranger)
    write_comment("Without an address.", review, email=None)
    write_comment("From another browser.", review, token="9" * 32)
    got = carry(client).get(FILE)
    assert got.mimetype == "application/json"
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["Content-Disposition"] == 'attachment; filename="my-comments.json"'
    found = by_text(got.json)
    assert len(found) == 6
    assert "Without an address." in found
    assert "From another browser." not in found
    assert list(by_text(stranger.get(FILE).json)) == [REPLY]


def test_a_forged_or_unknown_token_gets_an_empty_export(app, client, stranger):
    leave_traces(app, stranger)
    for token in (None, "0" * 32, "junk", hash_token(TOKEN), f"{TOKEN}0"):
        if token is not None:
            carry(client, token)
        got = client.get(FILE)
        assert got.status_code == 200, token
        assert got.json["comments"] == [], token
        assert NAME not in got.text, token


def test_an_export_by_browser_hides_the_settings_of_the_address(app, client, stranger):
    """Otherwise anyone could type another person's address and learn its settings."""
    leave_traces(app, stranger)
    before = carry(client).get(FILE).json["mail"]
    hashes = [hash_address(EMAIL, secret_key=SECRET_KEY)]
    (address,) = list_mail_addresses(address_hashes=hashes)
    write(stop_address, address_id=address.id, now=app.extensions["clock"]())
    assert client.get(FILE).json["mail"] == before
    assert "Only the owner" in before["address"]


def test_an_export_links_replies_to_comments_and_calls_spam_not_published(app, client, stranger):
    review = make_review()
    beginning = decide(write_comment(TEXTS["published"], review))
    reply = publish_reply(beginning, review, stranger)
    spam = make_comment(review=review, body="Buy.", token=TOKEN, now=reply.submitted_at)
    make_decision(comment=spam, moderator=the_moderator(), verdict=Verdict.SPAM, reason="x")
    parent_url = stranger.get(FILE).json["comments"][0]["in_reply_to"]
    assert parent_url == f"https://drama.example/reviews/run-on/comments/{beginning.id}"
    caught = by_text(carry(client).get(FILE).json)["Buy."]
    assert (caught["state"], caught["reason_given"]) == ("not published", None)


def test_a_comment_caught_by_a_spam_rule_is_exported_as_waiting(app, client):
    """Otherwise a spammer could try out a rule word by word."""
    make_review()
    make_rule(moderator=the_moderator(), pattern="casino", action=Action.SPAM)
    assert send(client, {"author_name": NAME, "body": "Casino."}).status_code == 303
    assert comments()[0].status == Status.SPAM
    assert client.get(FILE).json["comments"][0]["state"] == "waiting for a decision"


def test_an_export_to_a_file_is_readable_only_by_its_owner(app, tmp_path):
    write_comment("눈이 와요. 🌨️", make_review())
    file = tmp_path / "her.json"
    result = privacy(app, "export", EMAIL, "--output", str(file))
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "눈이 와요. 🌨️" in file.read_text(encoding="utf-8")
    assert json.loads(file.read_bytes())["about"] == EMAIL
    before = file.read_bytes()
    again = privacy(app, "export", EMAIL, "--output", str(file))
    assert (again.exit_code, file.read_bytes()) == (1, before)
    assert "exists already" in again.stderr
    nowhere = privacy(app, "export", EMAIL, "--output", str(tmp_path / "no" / "her.json"))
    assert nowhere.exit_code == 1
    assert "cannot be written" in nowhere.stderr


def test_an_unknown_address_is_an_error(app):
    write_comment(TEXTS["waiting"], make_review())
    before = everything_stored()
    for email, words in (
        ("nobody@example.org", "Nothing is stored about nobody@example.org"),
        ("nobody", "is not an e-mail address"),
        ("", "is not an e-mail address"),
    ):
        result = privacy(app, "export", email)
        assert result.exit_code == 1, email
        assert words in result.stderr, email
        assert result.stdout == "", email
    assert everything_stored() == before


def test_an_international_address_is_found_in_every_spelling(app):
    write_comment(TEXTS["waiting"], make_review(), email="müller@bücher.example")
    assert len(export(app, "MÜLLER@BÜCHER.example")["comments"]) == 1
    assert len(export(app, "müller@xn--bcher-kva.example")["comments"]) == 1
    assert privacy(app, "export", "muller@bücher.example").exit_code == 1
