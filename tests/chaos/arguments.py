"""The arguments of `make chaos`."""

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.site import POSTGRESQL, SQLITE
from tests.chaos.troubles import TROUBLES, Trouble

DATABASES = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Dose:
    """A trouble, how often it strikes, and how many seconds an outage lasts."""

    trouble: Trouble
    strikes: int
    seconds: float


def read_arguments(arguments: Sequence[str], description: str | None = None) -> argparse.Namespace:
    """Return the options, with the chosen `doses`; leave with status 2 if one is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="troubles:\n" + "\n".join(f"  {t.name:<10}{t.what}" for t in TROUBLES.values()),
    )
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument(
        "--trouble",
        metavar="NAME[:STRIKES[:SECONDS]]",
        action="append",
        help="only this one, with its own numbers; may be given again; default: all",
    )
    for name, kind, default, words in (
        ("--strikes", _count, 6, "how often each trouble strikes"),
        ("--seconds", _seconds, 3.0, "how long an outage lasts"),
        ("--readers", _count, 4, "how many readers write at once"),
        ("--moderators", _count, 2, "how many moderators decide at once"),
        ("--pause", _seconds, 0.4, "the most seconds between two things that one person does"),
        ("--settle", _seconds, 300.0, "the most seconds for the outbox to send what waits then"),
        ("--seed", str, secrets.token_hex(4), "the seed of what is random"),
    ):
        parser.add_argument(name, type=kind, default=default, help=f"{words}; now %(default)s")
    parser.add_argument("--logs", type=Path, help="a folder to which the programs' logs are copied")
    given = parser.parse_args(arguments)
    try:
        given.doses = [_read_dose(text, given) for text in given.trouble or TROUBLES]
    except argparse.ArgumentTypeError as error:
        parser.error(f"argument --trouble: {error}")
    return given


def _read_dose(text: str, given: argparse.Namespace) -> Dose:
    """Return the dose that a text such as "crash:10:0.5" names."""
    name, *numbers = text.split(":")
    if name not in TROUBLES:
        raise argparse.ArgumentTypeError(f"{name!r}; the names are {', '.join(TROUBLES)}")
    if len(numbers) > 2:
        raise argparse.ArgumentTypeError(f"{text!r} has too many parts; crash:10:0.5 has three")
    strikes = _count(numbers[0]) if numbers else given.strikes
    seconds = _seconds(numbers[1]) if len(numbers) == 2 else given.seconds
    return Dose(TROUBLES[name], strikes, seconds)


def _count(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if 0 <= seconds <= 3600:
        return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
