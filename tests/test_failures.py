"""Exceptions are described with what the program knows of them, and never quote a reader."""

import traceback

import pytest
from sqlalchemy import insert

from blog.db.engine import db
from blog.db.transactions import write
from blog.failures import harmless
from blog.outbox.models import MailAddress
from tests.builders import NOON
from tests.databases import on_both

WORDS = "quagga"


def describe(work):
    try:
        work()
    except Exception as error:  # noqa: BLE001  # Each case raises another.
        return "".join(traceback.format_exception(harmless(error)))
    raise AssertionError("It did not fail.")


def raise_words():
    raise ValueError(f"{WORDS} is not a number")


def raise_from():
    try:
        int(WORDS)
    except ValueError as error:
        raise RuntimeError("The sentence of the program.") from error


def raise_note():
    error = KeyError(WORDS)
    error.add_note(WORDS)
    raise error


def raise_group():
    raise ExceptionGroup("Several.", [ValueError(WORDS)])


QUOTES = {
    "a sentence with words": raise_words,
    "Python itself": lambda: int(WORDS),
    "a key": lambda: {}[WORDS],
    "an attribute": lambda: getattr(None, WORDS),
    "a note": raise_note,
    "a group": raise_group,
    "a cause": raise_from,
    "a file": lambda: open(f"/nowhere/{WORDS}"),  # noqa: PTH123, SIM115  # It does not exist.
}


@pytest.mark.parametrize("work", QUOTES.values(), ids=QUOTES)
def test_no_exception_quotes_words(work):
    shown = describe(work)
    last = shown.strip().splitlines()[-1]
    assert WORDS not in shown.replace("WORDS", "")
    assert "Error" in last or "Group" in last
    assert work.__name__ in shown, "where it happened"


def test_what_the_program_wrote_is_shown():
    assert "RuntimeError: The sentence of the program." in describe(raise_from)
    assert "The above exception was the direct cause" in describe(raise_from)
    assert "AttributeError: no title" in describe(lambda: None.title)
    assert "NameError: no nothing" in describe(lambda: nothing)  # noqa: F821  # It is the point.
    assert "KeyError: missing" in describe(lambda: {}["missing"])
    assert "ENOENT No such file or directory" in describe(QUOTES["a file"])


@on_both
def test_a_database_error_names_its_constraint_and_no_value(app):
    row = {"address_hash": WORDS, "created_at": NOON}

    def add_twice():
        db.session.execute(insert(MailAddress), [row, row])

    shown = describe(lambda: write(add_twice))
    assert "IntegrityError" in shown
    assert WORDS not in shown.replace("WORDS", "")
    assert "address_hash" in shown.splitlines()[-1]
