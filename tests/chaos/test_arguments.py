"""The arguments of `make chaos`, and the table that it prints."""

import pytest

from tests.chaos.arguments import read_arguments
from tests.chaos.mail_recorder import MailCount
from tests.chaos.stored import Fault
from tests.chaos.table import Report, format_report
from tests.chaos.traffic import Ruling, Submission, Traffic
from tests.chaos.troubles import TROUBLES, Course


def test_each_trouble_can_have_its_own_number_and_length():
    given = read_arguments(["--trouble=crash:9:0.5", "--trouble=reload", "--strikes=2"])
    doses = [(dose.trouble.name, dose.strikes, dose.seconds) for dose in given.doses]
    assert doses == [("crash", 9, 0.5), ("reload", 2, 3)]
    assert [dose.trouble.name for dose in read_arguments([]).doses] == list(TROUBLES)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--trouble=flood"], "--trouble: 'flood'; the names are workers, master,"),
        (["--trouble=crash:often"], "--trouble: 'often' is no whole number from 1"),
        (["--trouble=crash:0"], "--trouble: '0' is no whole number from 1"),
        (["--trouble=crash:1:2:3"], "--trouble: 'crash:1:2:3' has too many parts"),
        (["--strikes=0"], "--strikes: '0' is no whole number from 1"),
        (["--seconds=long"], "--seconds: 'long' is no number of seconds from 0 to 3600"),
        (["--settle=nan"], "--settle: 'nan' is no number of seconds from 0 to 3600"),
    ],
)
def test_a_wrong_argument_is_named(capsys, arguments, reason):
    with pytest.raises(SystemExit, match="2"):
        read_arguments(arguments)
    assert reason in capsys.readouterr().err


def test_the_table_has_a_row_for_each_trouble_and_names_each_fault():
    traffic = Traffic()
    common = {"trouble": "crash", "name": "", "email": "", "body": "", "is_htmx": True}
    saved = {"tries": 3, "refused": 1, "unanswered": 1, "acknowledged_at": 1.0}
    traffic.submissions = [
        Submission(mark="a", submission_id=None, **saved, **common),
        Submission(mark="b", submission_id=None, tries=1, unanswered=1, **common),
    ]
    traffic.rulings = [
        Ruling(
            trouble="crash",
            moderator="jo",
            comment_id=1,
            version=1,
            verdict="approve",
            acknowledged_at=1.0,
        )
    ]
    report = Report(
        "PostgreSQL",
        traffic,
        [Course(TROUBLES["crash"], recoveries=[0.5, 2.0]), Course(TROUBLES["restart"])],
        MailCount(accepted=5, again=2),
        [Fault("lost", "crash", "comment a"), Fault("twice", "", "comment b")],
    )
    lines = format_report(report).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[3:6]]
    assert cells == [
        ["crash", "2", "1", "1", "2", "1", "1", "2.0 s", "1", "0"],
        ["restart", "0", "0", "0", "0", "0", "0", "-", "0", "0"],
        ["all", "2", "1", "1", "2", "1", "1", "2.0 s", "1", "1"],
    ]
    assert lines[6].startswith("5 mails, 2 of them again with the same Message-ID")
    assert lines[7:] == ["FAULT lost (crash): comment a", "FAULT twice (): comment b"]
