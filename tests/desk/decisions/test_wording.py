"""Every verdict has sentences of its own for who decided and for how many comments."""

import pytest

from blog.desk.decisions.wording import COUNTED, DECIDED
from blog.moderation.states import Verdict


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_says_who_decided_and_how_many(app, verdict):
    with app.app_context():
        sentence = DECIDED[verdict](name="Mina", time="13:00", day="1 May 2026")
        assert sentence.startswith("Mina ")
        assert sentence.endswith(" at 13:00 UTC on 1 May 2026.")
        assert COUNTED[verdict](2).startswith("2 ")


def test_no_two_verdicts_have_the_same_sentence(app):
    with app.app_context():
        facts = {"name": "Mina", "time": "13:00", "day": "1 May 2026"}
        assert len({DECIDED[verdict](**facts) for verdict in Verdict}) == len(Verdict)
        assert len({COUNTED[verdict](2) for verdict in Verdict}) == len(Verdict)
