"""Turns: how many threads of a process write, or prepare what they will write, at a time."""

from contextlib import ExitStack, suppress

import pytest

from blog.db import transactions
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import TURNS, turn, write
from tests.databases import on_both

pytestmark = on_both


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(transactions, "TURN_SECONDS", 0)


def test_without_a_turn_a_command_is_not_run_until_another_ends(app, database_name):
    run: list[str] = []
    with ExitStack() as others:
        for _other in range(TURNS[database_name]):
            others.enter_context(turn())
        with pytest.raises(DatabaseBusyError):
            write(run.append, "too early")
    write(run.append, "in turn")
    assert run == ["in turn"]


def test_a_turn_ends_with_an_error(app, database_name):
    for _time in range(TURNS[database_name] + 1):
        with suppress(ZeroDivisionError), turn():
            _ = 1 / 0
        with pytest.raises(ZeroDivisionError):
            write(lambda: 1 / 0)
