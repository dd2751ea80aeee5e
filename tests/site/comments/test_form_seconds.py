"""The field `typed_seconds` of the comment form: the typing time measured by the script."""

import pytest

from blog.submissions.submission import HASTY_SECONDS
from tests.page import soup_of
from tests.site.comments.sending import COMMENT, comments, reasons, send, with_and_without_htmx

pytestmark = pytest.mark.usefixtures("review")


def send_timed(client, *given):
    """Send a comment for each of these times; return the reasons of each comment by time."""
    for number, seconds in enumerate(given):
        data = COMMENT | {"body": f"Number {number}", "typed_seconds": seconds}
        assert send(client, data).status_code == 303, seconds
    found = reasons()
    return dict(zip(given, [found.get(comment.id, {}) for comment in comments()], strict=True))


def test_a_very_short_typing_time_is_a_reason_and_no_refusal(client):
    details = {"0": "0 s", "0.4": "0 s", "1.6": "2 s", f"{HASTY_SECONDS}.0": f"{HASTY_SECONDS} s"}
    expected = {given: {"hasty": detail} for given, detail in details.items()}
    assert send_timed(client, *details) == expected


def test_a_longer_typing_time_is_no_reason(client):
    enough = [f"{HASTY_SECONDS}.1", str(HASTY_SECONDS + 1), "75.25", "9999999"]
    assert send_timed(client, *enough) == {given: {} for given in enough}


NONSENSE = [
    *("", " ", "-1", "-0.5", "nan", "NaN", "inf", "-inf", "1e-9", "1_0", "0x1", "1,5", "soon"),
    *("٣", "１", "0.00001", "9" * 8, "9" * 5000, "1.2.3", "0\x00", "1 second", "두 초", "\x00"),
]


@with_and_without_htmx
def test_an_invalid_typing_time_is_ignored(app, htmx):
    for number, given in enumerate([None, *NONSENSE]):
        data = COMMENT | ({} if given is None else {"typed_seconds": given})
        address = f"203.0.113.{number}"
        response = send(app.test_client(), data, htmx=htmx, address=address)
        assert response.status_code == (201 if htmx else 303), given
    assert reasons() == {}
    assert len(comments()) == 1 + len(NONSENSE)


def field_of(response):
    form = soup_of(response).find("form", id="comment-form")
    return form.find("input", attrs={"name": "typed_seconds"})


def test_the_page_has_no_field_for_the_typing_time(client):
    assert field_of(client.get("/reviews/run-on")) is None


def test_a_refused_form_gives_the_typing_time_back(client):
    response = send(client, {"author_name": "Mina", "body": "", "typed_seconds": "41.5"})
    assert field_of(response)["value"] == "41.5"
    assert field_of(response)["type"] == "hidden"


def test_a_refused_form_gives_no_invalid_typing_time_back(client):
    for given in ("soon", "-1", "nan", "'\"><svg onload=a>"):
        response = send(client, {"author_name": "Mina", "body": "", "typed_seconds": given})
        assert response.status_code == 422, given
        assert field_of(response) is None, given
