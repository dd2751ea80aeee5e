"""The numbers kept for the statistics of moderators are those of the log."""

from datetime import timedelta

from sqlalchemy import update

from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.models import DecisionTally
from blog.moderation.states import Verdict
from tests.builders import NOON, make_comment, make_decision, make_moderator_reply
from tests.databases import on_both
from tests.desk.log.log import decide_again, decide_as_bulk, list_wrong_tallies
from tests.desk.log.test_moderators import tallies_of
from tests.privacy.people import maintain


@on_both
def test_every_kind_of_decision_is_counted_as_the_log_counts_it(client, moderator, jun, review):
    comments = [make_comment(review=review) for _ in range(6)]
    late = NOON + timedelta(days=40)
    decide_as_bulk(comments[:3], moderator)
    decide_as_bulk(comments[:3], jun, verdict=Verdict.REOPEN, now=late)
    make_decision(comment=comments[3], moderator=moderator, verdict=Verdict.DISCUSS)
    for verdict in (Verdict.APPROVE_SPOILER, Verdict.NOT_SPOILER, Verdict.TAKE_DOWN):
        decide_again(comments[3], moderator, verdict)
    decide_again(comments[3], moderator, Verdict.REOPEN, now=late)
    make_moderator_reply(comment=comments[4], moderator=moderator)
    decide_again(comments[4], jun, Verdict.REOPEN, now=late)
    assert tallies_of(client)["All time"]["Mina Park"][:-1] == ["7", "2", "0", "3", "1", "1", "4"]
    assert list_wrong_tallies() == []


@on_both
def test_maintenance_corrects_wrong_statistics(app, client, moderator, review):
    for days in (0, 1, 40):
        comment = make_comment(review=review, now=NOON + timedelta(days=days))
        make_decision(comment=comment, moderator=moderator, now=NOON + timedelta(days=days))
    is_second = DecisionTally.day == (NOON + timedelta(days=1)).date()
    spoil = update(DecisionTally).where(is_second).values(decisions=9, spam=2)
    write(lambda: db.session.execute(spoil))
    assert tallies_of(client)["All time"]["Mina Park"][0] == "11"
    assert "Moderator statistics: 1 corrected." in maintain(app)
    assert tallies_of(client)["All time"]["Mina Park"][:4] == ["3", "3", "0", "0"]
    assert "corrected" not in maintain(app)
