"""Verifying a captcha: the reason for each failure, and timeouts."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from blog.captcha.verification import LONGEST_RESPONSE, MOST_WAITING, read_captcha
from tests.captcha.verifier import run_verifier
from tests.databases import make_settings
from tests.patience import PATIENCE_SECONDS, wait_until, within_patience

TOKEN = "03AFcWeA5-token_from-the-widget"
FORM = {"g-recaptcha-response": TOKEN, "author_name": "Mina", "body": "The bench scene."}
KEY = "6Lc-private-key"


@pytest.fixture
def verifier():
    with run_verifier() as verifier:
        yield verifier


@pytest.fixture
def settings(verifier, tmp_path):
    return replace(
        make_settings(database_url="sqlite://", data_dir=tmp_path),
        captcha="recaptcha",
        recaptcha_public_key="6Lc-public-key",
        recaptcha_private_key=KEY,
        recaptcha_verify_url=verifier.url,
    )


def test_a_solved_captcha_is_no_reason(verifier, settings):
    assert read_captcha(FORM, settings) is None


def test_the_request_contains_the_key_and_the_token_and_nothing_of_the_reader(verifier, settings):
    read_captcha(FORM, settings)
    assert verifier.requests == [{"secret": [KEY], "response": [TOKEN]}]
    (headers,) = verifier.headers
    assert {name.lower() for name in headers} <= {
        *("host", "user-agent", "content-type", "content-length", "connection"),
        "accept-encoding",
    }
    assert headers["User-Agent"] == "second-lead"


def test_a_site_without_a_captcha_sends_no_request(verifier, settings):
    assert read_captcha(FORM, replace(settings, captcha=None)) is None
    assert read_captcha({}, replace(settings, captcha=None)) is None
    assert not verifier.requests


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (None, "not ticked"),
        ("", "not ticked"),
        (" \t", "not ticked"),
        ("x" * 8193, "refused"),
        ("열쇠", "refused"),
        ("\ud800", "refused"),
    ],
)
def test_a_token_of_the_wrong_form_is_refused_without_a_request(verifier, settings, token, reason):
    form = {} if token is None else {"g-recaptcha-response": token}
    assert read_captcha(form, settings) == reason
    assert not verifier.requests


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (b'{"success": false, "error-codes": ["timeout-or-duplicate"]}', "refused"),
        (b'{"success": false, "error-codes": "invalid-input-secret"}', "refused"),
        (b'{"success": "true"}', "unreadable response"),
        (b'{"success": 1}', "unreadable response"),
        (b"{}", "unreadable response"),
        (b"[true]", "unreadable response"),
        (b"null", "unreadable response"),
        (b"", "unreadable response"),
        (b"<html>Our proxy says no</html>", "unreadable response"),
        (b'{"success": true', "unreadable response"),
        (b"\xff\xfe\x00", "unreadable response"),
        (b"[" * 60_000, "unreadable response"),
        (b" " * (LONGEST_RESPONSE + 1) + b'{"success": true}', "no response"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_any_other_response_is_a_reason(verifier, settings, response, reason):
    verifier.response = response
    assert read_captcha(FORM, settings) == reason


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_an_error_status_is_no_response_even_if_its_body_says_success(verifier, settings, status):
    verifier.status = status
    with run_verifier() as elsewhere:
        verifier.location = elsewhere.url
        assert read_captcha(FORM, settings) == "no response"
        # The key is sent only to the address in the settings.
        assert not elsewhere.requests


def test_an_invalid_key_is_logged_without_the_key(verifier, settings, caplog):
    verifier.response = b'{"success": false, "error-codes": ["invalid-input-secret"]}'
    assert read_captcha(FORM, settings) == "refused"
    assert "RECAPTCHA_PRIVATE_KEY" in caplog.text
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.serial
@pytest.mark.parametrize("drips", [False, True], ids=["silent", "byte by byte"])
def test_a_slow_server_is_given_up_after_the_timeout(verifier, settings, drips):
    verifier.hold(drips=drips)
    with within_patience():
        assert read_captcha(FORM, settings, seconds=0.3) == "no response"
    assert verifier.requests


@pytest.mark.serial
def test_a_slow_name_lookup_is_given_up_after_the_timeout(settings, monkeypatch):
    with run_verifier() as verifier:
        verifier.hold()
        look_up = socket.getaddrinfo

        def dawdle(*args, **more):
            verifier.may_reply.wait(2 * PATIENCE_SECONDS)
            return look_up(*args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", dawdle)
        slow = replace(settings, recaptcha_verify_url=verifier.url)
        with within_patience():
            assert read_captcha(FORM, slow, seconds=0.3) == "no response"


def test_an_unreachable_server_is_no_response(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    gone = replace(settings, recaptcha_verify_url=f"http://127.0.0.1:{port}/")
    assert read_captcha(FORM, gone) == "no response"


def test_two_requests_wait_at_a_time_and_other_captchas_are_not_checked(verifier, settings):
    verifier.hold()
    with ThreadPoolExecutor(MOST_WAITING) as pool:
        waiting = [
            pool.submit(read_captcha, FORM, settings, seconds=PATIENCE_SECONDS)
            for _ in range(MOST_WAITING)
        ]
        wait_until(lambda: len(verifier.requests) == MOST_WAITING)
        assert read_captcha(FORM, settings) == "not checked, too many at once"
        verifier.may_reply.set()
        assert [job.result() for job in waiting] == [None] * MOST_WAITING
    assert read_captcha(FORM, settings) is None
    assert len(verifier.requests) == MOST_WAITING + 1
