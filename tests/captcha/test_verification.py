"""What becomes of a captcha's answer: a word for every failure, and no long wait for any."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from blog.captcha.verification import LONGEST_RESPONSE, MOST_WAITING, read_captcha
from tests.captcha.verifier import running
from tests.databases import make_settings
from tests.patience import PATIENCE_SECONDS, wait_until, within_patience

TOKEN = "03AFcWeA5-token_from-the-widget"
FORM = {"g-recaptcha-response": TOKEN, "author_name": "Mina", "body": "The bench scene."}
KEY = "6Lc-private-key"


@pytest.fixture
def verifier():
    with running() as verifier:
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


def test_a_good_answer_is_no_reason(verifier, settings):
    assert read_captcha(FORM, settings) is None


def test_the_key_and_the_answer_are_sent_and_nothing_of_the_reader(verifier, settings):
    read_captcha(FORM, settings)
    assert verifier.asked == [{"secret": [KEY], "response": [TOKEN]}]
    (headers,) = verifier.headers
    assert {name.lower() for name in headers} <= {
        *("host", "user-agent", "content-type", "content-length", "connection"),
        "accept-encoding",
    }
    assert headers["User-Agent"] == "second-lead"


def test_a_site_without_a_captcha_asks_nobody(verifier, settings):
    assert read_captcha(FORM, replace(settings, captcha=None)) is None
    assert read_captcha({}, replace(settings, captcha=None)) is None
    assert not verifier.asked


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
def test_what_no_widget_made_is_not_even_asked_about(verifier, settings, token, reason):
    form = {} if token is None else {"g-recaptcha-response": token}
    assert read_captcha(form, settings) == reason
    assert not verifier.asked


@pytest.mark.parametrize(
    ("answer", "reason"),
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
def test_any_other_answer_is_a_reason(verifier, settings, response, reason):
    verifier.answer = response
    assert read_captcha(FORM, settings) == reason


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_an_error_is_no_answer_even_where_its_words_would_do(verifier, settings, status):
    verifier.status = status
    with running() as elsewhere:
        verifier.location = elsewhere.url
        assert read_captcha(FORM, settings) == "no response"
        # The key goes nowhere but to the address that was set.
        assert not elsewhere.asked


def test_a_key_that_is_not_known_is_told_to_the_log_without_the_key(verifier, settings, caplog):
    verifier.answer = b'{"success": false, "error-codes": ["invalid-input-secret"]}'
    assert read_captcha(FORM, settings) == "refused"
    assert "RECAPTCHA_PRIVATE_KEY" in caplog.text
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.serial
@pytest.mark.parametrize("drips", [False, True], ids=["silent", "byte by byte"])
def test_a_slow_server_is_waited_for_no_longer_than_all_of_it_may_take(verifier, settings, drips):
    verifier.hold(drips=drips)
    with within_patience():
        assert read_captcha(FORM, settings, seconds=0.3) == "no response"
    assert verifier.asked


@pytest.mark.serial
def test_a_name_that_is_looked_up_for_ever_is_not_waited_for(settings, monkeypatch):
    with running() as verifier:
        verifier.hold()
        look_up = socket.getaddrinfo

        def dawdle(*args, **more):
            verifier.may_reply.wait(2 * PATIENCE_SECONDS)
            return look_up(*args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", dawdle)
        slow = replace(settings, recaptcha_verify_url=verifier.url)
        with within_patience():
            assert read_captcha(FORM, slow, seconds=0.3) == "no response"


def test_a_server_that_is_not_there_is_no_answer(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    gone = replace(settings, recaptcha_verify_url=f"http://127.0.0.1:{port}/")
    assert read_captcha(FORM, gone) == "no response"


def test_no_more_than_two_wait_at_a_time_and_the_others_are_not_checked(verifier, settings):
    verifier.hold()
    with ThreadPoolExecutor(MOST_WAITING) as pool:
        waiting = [
            pool.submit(read_captcha, FORM, settings, seconds=PATIENCE_SECONDS)
            for _ in range(MOST_WAITING)
        ]
        wait_until(lambda: len(verifier.asked) == MOST_WAITING)
        assert read_captcha(FORM, settings) == "not checked, too many at once"
        verifier.may_reply.set()
        assert [job.result() for job in waiting] == [None] * MOST_WAITING
    assert read_captcha(FORM, settings) is None
    assert len(verifier.asked) == MOST_WAITING + 1
