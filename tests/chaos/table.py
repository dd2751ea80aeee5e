"""The table of a run: a row for each trouble and database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.chaos.mail_recorder import MailCount
from tests.chaos.stored import Fault
from tests.chaos.traffic import Traffic
from tests.chaos.troubles import Course

TITLES = (
    "trouble",
    "strikes",
    "acknowledged",
    "refused with words",
    "no answer",
    "resent",
    "decisions",
    "recovered in",
    "lost",
    "twice",
)


@dataclass(frozen=True)
class Report:
    """What a run on one site brought."""

    title: str
    traffic: Traffic
    courses: Sequence[Course]
    mails: MailCount
    faults: Sequence[Fault]


def format_report(report: Report) -> str:
    """Return the table of one site, with a line about its mails and its faults."""
    rows = [_make_row(report, c.trouble.name, c.recoveries) for c in report.courses]
    rows.append(_make_row(report, None, [s for c in report.courses for s in c.recoveries]))
    mails = f"{report.mails.accepted} mails, {report.mails.again} of them again"
    return "\n".join(
        [
            report.title,
            *_align([TITLES, *rows]),
            f"{mails} with the same Message-ID, after a sender was killed.",
            *(f"FAULT {fault}" for fault in report.faults),
        ]
    )


def _make_row(report: Report, name: str | None, recoveries: Sequence[float]) -> tuple[str, ...]:
    """Return the cells of a trouble, or of all if `name` is None."""
    comments = [s for s in report.traffic.submissions if name in (None, s.trouble)]
    rulings = [r for r in report.traffic.rulings if name in (None, r.trouble)]
    kinds = [fault.kind for fault in report.faults if name in (None, fault.trouble)]
    numbers = (
        len(recoveries),
        sum(s.is_acknowledged for s in comments),
        sum(s.refused for s in comments),
        sum(s.unanswered for s in comments),
        sum(s.tries > 1 for s in comments),
        sum(r.is_acknowledged for r in rulings),
    )
    longest = f"{max(recoveries):.1f} s" if recoveries else "-"
    return (
        name or "all",
        *map(str, numbers),
        longest,
        str(kinds.count("lost")),
        str(kinds.count("twice")),
    )


def _align(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines of a Markdown table."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return (
            " | ".join(["| " + first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)]) + " |"
        )

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [line(rows[0]), line(rule), *map(line, rows[1:])]
