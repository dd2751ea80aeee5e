"""Errors are reported to Sentry with what the log has of them, and nothing else."""

import json
import logging
from contextlib import contextmanager

import pytest
import sentry_sdk

from blog.web import sentry
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.web.fake_sentry import fake_sentry
from tests.web.log_reading import written
from tests.web.test_request_ids import id_on

WORDS = "quagga"


@contextmanager
def reporting():
    """Report this process's errors to a fake Sentry; yield the server."""
    before = list(logging.root.handlers)
    with fake_sentry() as server:
        sentry.set_up(server.dsn)
        try:
            yield server
        finally:
            server.go_on.set()
            sentry_sdk.get_client().close(timeout=PATIENCE_SECONDS)
            sentry_sdk.get_global_scope().set_client(None)
            logging.root.handlers[:] = before


@pytest.fixture
def broken(new_app):
    def fail(word):
        secret = f"{word} is no number"
        raise ValueError(secret)

    new_app.add_url_rule("/broken/<word>", view_func=fail, methods=["GET", "POST"])
    return new_app.test_client()


def send(broken):
    broken.set_cookie("second_lead_owner", WORDS)
    return broken.post(
        f"/broken/{WORDS}?q={WORDS}",
        data={"body": WORDS, "author_name": WORDS},
        headers={"User-Agent": WORDS},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )


def test_an_error_is_reported_with_its_id_and_nothing_of_the_reader(broken):
    with reporting() as server, written() as log:
        response = send(broken)
        wait_until(lambda: server.arrived)
    (event,) = server.events
    assert event["tags"] == {"request_id": id_on(response)}
    assert event["transaction"] == "POST /broken/<word>"
    assert event["release"].startswith("second-lead@")
    assert event["logentry"] == {"message": "An unexpected error."}
    (error,) = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["value"].startswith("(message left out")
    last = error["stacktrace"]["frames"][-1]
    assert (last["function"], last["context_line"].strip()) == ("fail", "raise ValueError(secret)")
    everything = server.arrived[0].replace("WORDS", "")
    assert WORDS not in everything
    assert "203.0.113.9" not in everything
    assert set(event) <= set(sentry.ALLOWED)
    assert [line["request_id"] for line in log.lines] == [id_on(response)]


def test_only_allowed_keys_are_sent():
    event = {
        "level": "error",
        "user": {"email": WORDS},
        "request": {"cookies": WORDS},
        "breadcrumbs": {"values": [{"message": WORDS}]},
        "server_name": WORDS,
        "tags": {"request_id": "beefcafe", "reader": WORDS},
        "logentry": {"message": "It failed: %s", "params": [WORDS]},
        "exception": {
            "values": [
                {"type": "ValueError", "stacktrace": {"frames": [{"vars": {"body": WORDS}}]}}
            ]
        },
    }
    sent = sentry.keep_allowed(event, sentry.ALLOWED)
    assert WORDS not in json.dumps(sent)
    assert sent["tags"] == {"request_id": "beefcafe"}
    assert sent["exception"]["values"][0]["type"] == "ValueError"


def test_another_librarys_message_is_reported_without_its_values(app):
    with reporting() as server:
        try:
            int(WORDS)
        except ValueError:
            logging.getLogger("other.library").exception("It failed: %s", WORDS)
        logging.getLogger("blog.outbox").critical("Outbox, message 7: KeyError")
        wait_until(lambda: len(server.arrived) == 2)
    other, ours = server.events
    assert other["logentry"] == {"message": "It failed: %s"}
    assert WORDS not in json.dumps(other).replace("WORDS", "")
    assert ours["logentry"] == {"message": "Outbox, message 7: KeyError"}
    assert ours["level"] == "fatal"


def test_a_sentry_that_does_not_answer_delays_no_reader(broken):
    with reporting() as server:
        server.is_slow.set()
        for _ in range(3):
            assert send(broken).status_code == 500
        assert not server.arrived


def test_warnings_and_the_troubles_of_reporting_are_not_reported(app):
    with reporting() as server:
        logging.getLogger("blog.test").warning("The database stayed busy.")
        logging.getLogger("urllib3.connectionpool").error("No answer.")
        logging.getLogger("blog.test").error("This one.")
        wait_until(lambda: server.arrived)
    (event,) = server.events
    assert event["logentry"] == {"message": "This one."}
