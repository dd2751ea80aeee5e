"""Forms and query parameters with bytes that are not UTF-8 are refused with a message."""

import io

import pytest
from gunicorn.http.errors import InvalidChunkSize
from werkzeug.test import create_environ, run_wsgi_app

from tests.builders import make_comment, make_moderator, make_published_comment, make_review
from tests.desk.desk import open_desk
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import URL, comments, with_and_without_htmx

URLENCODED = "application/x-www-form-urlencoded"
FAULT = "Some characters could not be read; please replace each �."
# Bytes that are not UTF-8, in a form.
RUBBISH = {
    "percent": b"caf%e9 au lait",
    "no text at all": b"caf%ff%fe au lait",
    "an overlong NUL": b"caf%c0%80 au lait",
    "half a surrogate pair": b"caf%ed%a0%80 au lait",
    "raw bytes": b"caf\xe9 au lait",
    "cut short": "caf 런 au lait".encode()[:6] + b" au lait",
}


@with_and_without_htmx
@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
def test_a_comment_that_is_not_utf8_is_given_back_and_not_stored(client, rubbish, htmx):
    make_review()
    for field in ("author_name", "body"):
        rest = b"&body=Kept+words." if field == "author_name" else b"&author_name=Kept+words."
        response = client.post(
            URL,
            data=field.encode() + b"=" + rubbish + rest,
            content_type=URLENCODED,
            headers=HTMX if htmx else {},
        )
        assert response.status_code == 422
        form = soup_of(response).find("form", id="comment-form")
        (faulty,) = form.find_all(attrs={"aria-invalid": "true"})
        assert faulty["name"] == field
        assert FAULT in form.find(id=f"{faulty['id']}-fault").get_text()
        shown = faulty.get("value") or faulty.get_text()
        assert shown.strip().startswith("caf")
        assert shown.endswith(" au lait")
        assert "\ufffd" in shown
        assert "Kept words." in response.text
    assert not comments()


def test_a_multipart_comment_that_is_not_utf8_is_given_back_and_not_stored(client):
    make_review()
    parts = {"author_name": "미나".encode(), "body": b"caf\xe9 au lait"}
    lines = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    ]
    data = b"".join(lines) + b"--x--\r\n"
    content_type = "multipart/form-data; boundary=x"
    response = client.post(URL, data=data, content_type=content_type)
    assert response.status_code == 422
    assert f"Comment : {FAULT}" in text_of(response)
    assert "caf\ufffd au lait" in response.text
    assert "미나" in response.text
    assert not comments()
    data = data.replace(b"\xe9", "é".encode())
    assert client.post(URL, data=data, content_type=content_type).status_code == 303
    assert [(one.author_name, one.body) for one in comments()] == [("미나", "café au lait")]


def test_a_part_without_a_name_does_not_lose_the_others(client):
    make_review()
    parts = (b"form-data", b'form-data; name="body"')
    lines = (b"--x\r\nContent-Disposition: %s\r\n\r\nKept.\r\n" % part for part in parts)
    content_type = "multipart/form-data; boundary=x"
    response = client.post(URL, data=b"".join(lines) + b"--x--\r\n", content_type=content_type)
    assert response.status_code == 422
    assert soup_of(response).find("textarea", id="body").get_text().strip() == "Kept."


def test_a_replacement_character_that_somebody_typed_is_kept(client):
    make_review()
    assert client.post(URL, data={"author_name": "�", "body": "What is a �?"}).status_code == 303
    assert [(one.author_name, one.body) for one in comments()] == [("�", "What is a �?")]


def test_rubbish_in_a_hidden_field_is_not_the_end_of_a_comment(client):
    make_review()
    fields = b"&submission_id=%ff&typed_seconds=%ff&proof=%ff&unknown=%ff&%ff=%ff"
    data = b"author_name=Mina&body=Words." + fields
    assert client.post(URL, data=data, content_type=URLENCODED).status_code == 303
    assert [one.body for one in comments()] == ["Words."]


def test_every_other_form_refuses_text_that_is_not_utf8(app, client):
    review = make_review()
    published = make_published_comment(review=review)
    waiting = make_comment(review=review)
    report = client.post(
        f"{URL}/{published.id}/reports", data=b"kind=other&body=caf%e9", content_type=URLENCODED
    )
    assert report.status_code == 422
    assert FAULT in text_of(report)
    assert "caf\ufffd" in report.text
    make_moderator(email="jo@example.org")
    sign_in = client.post(
        "/admin/login", data=b"email=jo@example.org&password=caf%e9", content_type=URLENCODED
    )
    assert sign_in.status_code == 422
    desk = open_desk(app)
    token = soup_of(desk.get()).find("input", attrs={"name": "csrf_token"})["value"].encode()
    version = b"&version=%d" % waiting.version
    for url, data, kept in (
        (f"/admin/comments/{waiting.id}/decisions", b"verdict=reject&reason_words=caf%e9", True),
        (f"/admin/comments/{waiting.id}/replies", b"body=caf%e9", True),
        ("/admin/rules", b"kind=word&pattern=caf%e9&action=hold", True),
        ("/admin/rules", b"kind=word&pattern=x&action=hold&note=caf%e9", True),
        ("/admin/account/password", b"current=a&new=caf%e9-caf%e9-caf%e9&again=x", False),
    ):
        data += version + b"&csrf_token=" + token
        response = desk.client.post(url, data=data, content_type=URLENCODED)
        assert response.status_code == 422, url
        assert FAULT in text_of(response), url
        assert ("caf\ufffd" in response.text) == kept, url


def test_a_search_that_is_not_utf8_is_refused_with_a_message(app, client):
    make_review()
    desk = open_desk(app)
    for path in ("comments?q=caf%e9", "log?moderator=caf%ff", "comments?%ff=1"):
        response = desk.client.get(f"/admin/{path}")
        assert response.status_code == 400, path
        assert "in the address is not valid UTF-8." in text_of(response), path
    assert "q in the address" in text_of(desk.client.get("/admin/comments?q=caf%e9"))
    assert client.get("/?after=%ff").status_code == 400
    assert desk.client.get("/admin/comments?q=caf%C3%A9+%EF%BF%BD").status_code == 200
    # A link with a strange parameter that no page reads leads to the page.
    assert client.get("/reviews/run-on?from=caf%e9").status_code == 200


class BrokenChunks(io.BytesIO):
    """A body that ends in the middle of a chunk."""

    def read(self, _size=-1):
        raise InvalidChunkSize(b"my own words")


def test_a_form_in_broken_chunks_gets_a_clear_message(app, caplog):
    make_review()
    environ = create_environ(URL, method="POST", content_type=URLENCODED)
    del environ["CONTENT_LENGTH"]
    environ |= {"wsgi.input": BrokenChunks(), "wsgi.input_terminated": True}
    body, status, _headers = run_wsgi_app(app, environ)
    assert status.startswith("400 ")
    assert b"The form arrived incomplete and was not saved." in b"".join(body)
    assert "my own words" not in caplog.text
