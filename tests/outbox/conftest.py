"""Fixture: a mail server that accepts every e-mail."""

from collections.abc import Iterator

import pytest

from tests.outbox.mail_server import Server, run_mail_server


@pytest.fixture
def server() -> Iterator[Server]:
    with run_mail_server() as server:
        yield server
