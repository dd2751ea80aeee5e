"""flask --app wsgi privacy export; GET /reviews/comments/mine.json"""

import json
import stat

from blog.comments.states import Status, Verdict
from blog.db.transactions import write
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
    ANSWER,
    EMAIL,
    NAME,
    TOKEN,
    WORDS,
    answer,
    carry,
    decide,
    export,
    leave_traces,
    privacy,
    write_comment,
)
from tests.site.comments.sending import comments, everything_stored, send

FILE = "/reviews/comments/mine.json"


def by_words(exported: dict) -> dict[str, dict]:
    return {comment["words"]: comment for comment in exported["comments"]}


@on_both
def test_by_address_everything_that_came_with_it_is_there(app, stranger):
    leave_traces(app, stranger)
    exported = export(app, f" {EMAIL.upper()}\t")
    found = by_words(exported)
    wanted = ("published", "answered", "refused", "changed", "withdrawn")
    assert list(found) == [WORDS[name] for name in wanted]
    assert {comment["name"] for comment in found.values()} == {NAME}
    assert {comment["email"] for comment in found.values()} == {EMAIL}
    assert [comment["state"] for comment in found.values()] == [
        *("published", "published", "not published"),
        *("waiting for a decision", "withdrawn by its author"),
    ]
    published = found[WORDS["published"]]
    assert published["review"]["address"] == "https://drama.example/reviews/run-on"
    assert published["address"].startswith("https://drama.example/reviews/run-on/comments/")
    assert [(w["words"], w["state"]) for w in published["other_wordings"]] == [
        (WORDS["former"], "replaced by an edit")
    ]
    assert published["sent_at"] == published["published_at"] < published["edited_at"]
    assert found[WORDS["refused"]]["reason_given"] == "Off topic"
    assert found[WORDS["withdrawn"]]["withdrawn_at"]
    assert found[WORDS["withdrawn"]]["address"] is None
    (address,) = exported["mail"]["address"]
    assert address["confirmed_at"] is None
    assert address["last_asked_to_confirm_at"]
    assert sorted(message["state"] for message in exported["mail"]["messages"]) == [
        *("sent", "skipped", "waiting"),
    ]
    assert "not store who sent a report" in exported["reports"]
    assert exported["not_held"]


def test_it_holds_nothing_of_others_and_no_key_to_anything(app, client, stranger):
    leave_traces(app, stranger)
    (hers,) = [comment for comment in comments() if comment.body == ANSWER]
    data = {"author_name": NAME, "author_email": EMAIL, "body": "Back to you."}
    sent = send(carry(client), data | {"parent_id": str(hers.id)})
    assert sent.status_code == 303
    everything = privacy(app, "export", EMAIL).stdout
    theirs = client.get(FILE).text
    for text in (everything, theirs):
        assert ANSWER not in text
        assert "Jo" not in text
        assert "Back to you." in text
        assert TOKEN not in text
        assert hash_token(TOKEN) not in text
        assert "mina@example.org" not in text


def test_by_browser_it_is_what_this_browser_sent(app, client, stranger):
    review = leave_traces(app, stranger)
    write_comment("Without an address.", review, email=None)
    write_comment("From another browser.", review, token="9" * 32)
    got = carry(client).get(FILE)
    assert got.mimetype == "application/json"
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["Content-Disposition"] == 'attachment; filename="my-comments.json"'
    found = by_words(got.json)
    assert len(found) == 6
    assert "Without an address." in found
    assert "From another browser." not in found
    assert list(by_words(stranger.get(FILE).json)) == [ANSWER]


def test_a_forged_or_unknown_token_gets_what_a_stranger_gets(app, client, stranger):
    leave_traces(app, stranger)
    for token in (None, "0" * 32, "junk", hash_token(TOKEN), f"{TOKEN}0"):
        if token is not None:
            carry(client, token)
        got = client.get(FILE)
        assert got.status_code == 200, token
        assert got.json["comments"] == [], token
        assert NAME not in got.text, token


def test_a_browser_does_not_learn_what_the_owner_of_an_address_wants(app, client, stranger):
    """Whoever types a stranger's address would learn whether mail reaches it."""
    leave_traces(app, stranger)
    before = carry(client).get(FILE).json["mail"]
    hashes = [hash_address(EMAIL, secret_key=SECRET_KEY)]
    (address,) = list_mail_addresses(address_hashes=hashes)
    write(stop_address, address_id=address.id, now=app.extensions["clock"]())
    assert client.get(FILE).json["mail"] == before
    assert "Only the owner" in before["address"]


def test_an_answer_says_what_it_answers_and_refused_spam_is_called_refused(app, client, stranger):
    review = make_review()
    beginning = decide(write_comment(WORDS["published"], review))
    theirs = answer(beginning, review, stranger)
    spam = make_comment(review=review, body="Buy.", token=TOKEN, now=theirs.submitted_at)
    make_decision(comment=spam, moderator=the_moderator(), verdict=Verdict.SPAM, reason="x")
    to_whom = stranger.get(FILE).json["comments"][0]["in_reply_to"]
    assert to_whom == f"https://drama.example/reviews/run-on/comments/{beginning.id}"
    caught = by_words(carry(client).get(FILE).json)["Buy."]
    assert (caught["state"], caught["reason_given"]) == ("not published", None)


def test_what_a_rule_took_for_spam_waits_as_far_as_its_writer_is_told(app, client):
    """Told at once, a rule could be tried out word by word."""
    make_review()
    make_rule(moderator=the_moderator(), pattern="casino", action=Action.SPAM)
    assert send(client, {"author_name": NAME, "body": "Casino."}).status_code == 303
    assert comments()[0].status == Status.SPAM
    assert client.get(FILE).json["comments"][0]["state"] == "waiting for a decision"


def test_into_a_file_that_its_owner_alone_can_read(app, tmp_path):
    write_comment("눈이 와요. 🌨️", make_review())
    file = tmp_path / "her.json"
    said = privacy(app, "export", EMAIL, "--output", str(file))
    assert said.exit_code == 0, said.output
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


def test_what_is_not_known_is_said(app):
    write_comment(WORDS["waiting"], make_review())
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


def test_an_international_address_is_found_however_it_is_written(app):
    write_comment(WORDS["waiting"], make_review(), email="müller@bücher.example")
    assert len(export(app, "MÜLLER@BÜCHER.example")["comments"]) == 1
    assert len(export(app, "müller@xn--bcher-kva.example")["comments"]) == 1
    assert privacy(app, "export", "muller@bücher.example").exit_code == 1
