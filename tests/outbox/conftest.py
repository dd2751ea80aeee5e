"""A mail server that takes whatever comes."""

from collections.abc import Iterator

import pytest

from tests.outbox.mail_server import Server, running


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server
