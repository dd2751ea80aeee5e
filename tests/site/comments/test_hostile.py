"""Hostile names and texts: how the form stores them and how pages show them."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.builders import (
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
)
from tests.databases import on_both
from tests.page import soup_of
from tests.site.comments.sending import URL, comments, send

pytestmark = [pytest.mark.usefixtures("review"), pytest.mark.thorough]

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
FORM = "application/x-www-form-urlencoded"
FAMILY = "👩\u200d👩\u200d👧"


def shared(path):
    if not (SHARED / path).exists():
        pytest.skip(f"the shared data ({path}) is not beside this checkout")
    return json.loads((SHARED / path).read_text(encoding="utf-8"))


# A typed text, and the text that is stored.
TYPED = {
    "a\x00b": "ab",
    "\x1b[31mred\x07": "[31mred",
    f"{FAMILY}🏳️\u200d🌈": f"{FAMILY}🏳️\u200d🌈",
    "\u202eevil": "\u202eevil",
    "م\u200cر": "م\u200cر",
    "q\u0300\u0301\u0302\u0303": "q\u0300\u0301\u0302\u0303",
    "\U0010ffff\ufffe!": "\U0010ffff\ufffe!",
    "'\"><svg onload=a>": "'\"><svg onload=a>",
    "{{ 7 * 7 }} %s {0}": "{{ 7 * 7 }} %s {0}",
    "'; DROP TABLE comments; --": "'; DROP TABLE comments; --",
}


@on_both
def test_a_hostile_name_and_text_are_stored_and_escaped(app):
    for typed, kept in TYPED.items():
        reader = app.test_client()
        response = send(reader, {"author_name": typed, "body": typed})
        assert response.status_code == 303, repr(typed)
        comment = comments()[-1]
        assert (comment.author_name, comment.body) == (kept, kept)
        [item] = soup_of(reader.get(response.location)).select("#mine > li")
        # The parser may change some characters, but it must find no element except <p>.
        for words in item.find_all(attrs={"dir": "auto"}):
            assert {tag.name for tag in words.find_all(True)} <= {"p"}, repr(typed)
    assert len(comments()) == len(TYPED)


MALFORMED = [
    (b"", FORM),
    (b"%", FORM),
    (b"&".join([b"body=aa"] * 2000), FORM),
    (b"body[]=aa&author_name[x]=b", FORM),
    (b'{"author_name": "Mina", "body": "aa"}', "application/json"),
    (b'{"author_name": 5, "body": {"a": null}}', "application/json"),
    (b"[1, 2]", "application/json"),
    (b"{", "application/json"),
    (b"author_name=Mina&body=aa", "text/plain"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"body=aa", "multipart/form-data"),
    (b"author_name=Mina", f"{FORM}; charset=utf-7"),
]


def test_a_malformed_form_is_refused_with_a_page(client):
    for data, content_type in MALFORMED:
        response = client.post(URL, data=data, content_type=content_type)
        assert response.status_code in (400, 413, 422), (data[:40], content_type)
        assert soup_of(response).h1, (data[:40], content_type)
    assert not comments()


def test_a_bidi_override_does_not_affect_the_next_comment(client, review):
    moderator = make_moderator()
    for name, body in (("\u202egnorW", "\u202e\u2066\u202dbackwards"), ("Mina", "Forwards.")):
        comment = make_published_comment(review=review, moderator=moderator, name=name, body=body)
    first, second = soup_of(client.get(URL)).select("#comment-list > li")
    assert "\u202e" in first.text
    assert "\u202e" not in second.text
    assert second["id"] == f"comment-{comment.id}"
    # An override ends at the end of its element with dir="auto".
    for item in (first, second):
        assert len(item.select("b[dir=auto]")) == len(item.select("div[dir=auto]")) == 1


def test_html_in_a_comment_closes_no_element_of_the_page(client):
    body = "</p></div></li></ol></section></main></body></html><!-- ]]> <textarea>"
    send(client, {"author_name": "</b></p></li>", "body": body})
    moderator = make_moderator()
    make_decision(comment=comments()[0], moderator=moderator)
    page = BeautifulSoup(client.get("/reviews/run-on").text, "html5lib")
    item = page.select_one("main #comment-list > li")
    assert item.select_one("[data-reader-text]").text.strip() == body
    assert item.select_one("[data-reader-name]").text == "</b></p></li>"
    assert page.select_one("main #respond form textarea")


@pytest.mark.parametrize("is_spoiler", [False, True], ids=["open", "spoiler"])
def test_html_in_a_comment_or_reply_closes_no_element_of_any_page(client, review, is_spoiler):
    body = "</p></div></details></li></ol></form></main><textarea><svg onload=a> &lt;"
    comment = make_published_comment(
        review=review, name="</b></p></li><svg>", body=body, is_spoiler=is_spoiler
    )
    reply = make_moderator_reply(comment=comment, body=body)
    for path in ("/reviews/run-on", URL, f"{URL}/{comment.id}/reports/new"):
        page = BeautifulSoup(client.get(path).text, "html5lib")
        item = page.select_one(f"main #comment-{comment.id}")
        assert item.select_one("[data-reader-text]").text.strip() == body
        assert item.select_one("[data-reader-name]").text == "</b></p></li><svg>"
        assert bool(item.select("details [data-reader-text]")) == is_spoiler
        assert not page.select("main svg")
        assert page.select("body > footer.site-foot")
    under = BeautifulSoup(client.get(URL).text, "html5lib").select_one("ol.replies > li")
    assert under["id"] == f"comment-{reply.id}"
    assert under.select_one("[data-reader-text]").text.strip() == body


@pytest.mark.slow
def test_naughty_strings_are_stored_or_refused_with_a_message(app):
    def is_kept(**fields):
        nonlocal count
        count += 1
        data = {"author_name": "Mina", "body": f"Number {count}"} | fields
        response = send(app.test_client(), data, address=f"10.{count // 256}.{count % 256}.1")
        if response.status_code == 303:
            return True
        assert response.status_code == 422, fields
        assert any(soup_of(response).find(id=f"{field}-fault") for field in fields), fields
        return False

    count = kept = 0
    for naughty in shared("text/blns.json"):
        if is_kept(author_name=naughty, body=naughty):
            kept += 2
        else:
            kept += is_kept(author_name=naughty) + is_kept(body=naughty)
    assert kept > 800


EMAIL_FAULTS = {
    *("errNoDomain", "errNoLocalPart", "errConsecutiveDots", "errDotStart", "errUnclosedComment"),
    *("errDomainHyphenStart", "errDomainHyphenEnd", "rfc5322DomainTooLong", "rfc5322TooLong"),
    *("rfc5322LabelTooLong", "errUnclosedQuotedString", "errUnclosedDomainLiteral"),
}


def test_email_addresses_are_accepted_as_the_isemail_tests_expect(app):
    for number, (email, diagnosis) in enumerate(shared("http/isemail-tests.json")):
        expected = {303, 422}
        if diagnosis in EMAIL_FAULTS and email:
            expected = {422}
        elif (
            diagnosis == "valid" and email != "test@io"
        ):  # We refuse an address at a top-level domain.
            expected = {303}
        data = {"author_name": "Mina", "body": f"Number {number}", "author_email": email}
        response = send(app.test_client(), data, address=f"10.0.{number}.1")
        assert response.status_code in expected, (email, diagnosis)
