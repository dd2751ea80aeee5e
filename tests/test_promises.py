"""The numbers that pages, mail or README promise to people.

Other tests import these numbers from their modules, so only this test fails if one of them is
changed. Then the text that promises the number must be changed too.
"""

from datetime import timedelta

import pytest

from blog.accounts.commands import CLIENT_LIMIT, FAILURES_FORGOTTEN_AFTER, FREE_FAILURES
from blog.comments.models import BODY_LENGTH, NAME_LENGTH
from blog.decisions.notifying import UNDO_WINDOW
from blog.limits.queries import KEY_DAYS, Limit
from blog.outbox.commands import ASKED_AGAIN_AFTER, GIVEN_UP_AFTER
from blog.privacy.retention import CLIENTS_KEPT, EMAILS_KEPT, SUBMISSIONS_KEPT, WITHDRAWN_KEPT
from blog.proofs.challenges import LIFETIME
from blog.reports.models import WORDS_LENGTH
from blog.rules.queries import TRIED
from blog.submissions.owning import CHANGE_WINDOW
from blog.submissions.resending import ADDRESS_LIMITS, BROWSER_LIMITS, SAME_COMMENT_WINDOW
from blog.submissions.submission import HASTY_SECONDS

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROMISED = {
    "a comment has up to 5 000 characters": (BODY_LENGTH, 5000),
    "a name has up to 80 characters": (NAME_LENGTH, 80),
    "a report has up to 1 000 characters": (WORDS_LENGTH, 1000),
    "a browser sends 5 a minute and 30 an hour": (
        BROWSER_LIMITS,
        (Limit(5, MINUTE), Limit(30, HOUR)),
    ),
    "an address sends 20 a minute and 200 an hour": (
        ADDRESS_LIMITS,
        (Limit(20, MINUTE), Limit(200, HOUR)),
    ),
    "the same comment sent again within 10 minutes is not added": (
        SAME_COMMENT_WINDOW,
        10 * MINUTE,
    ),
    "a published comment can be edited for 15 minutes": (CHANGE_WINDOW, 15 * MINUTE),
    "a notice is sent 30 seconds after the decision": (UNDO_WINDOW, timedelta(seconds=30)),
    "typing in less than 3 seconds is a reason in the queue": (HASTY_SECONDS, 3),
    "a proof is valid for 4 hours": (LIFETIME, 4 * HOUR),
    "a rule is tested on 1 000 decided comments": (TRIED, 1000),
    "5 sign-ins a minute, 3 failures without a delay, forgotten after a day": (
        (CLIENT_LIMIT, FREE_FAILURES, FAILURES_FORGOTTEN_AFTER),
        (Limit(5, MINUTE), 3, DAY),
    ),
    "delivery of a mail is tried for 3 days": (GIVEN_UP_AFTER, 3 * DAY),
    "an unconfirmed address gets at most one mail a day": (ASKED_AGAIN_AFTER, DAY),
    "the key of hashed addresses is kept for 2 days": (KEY_DAYS, 2),
    "fingerprints, submission ids and withdrawn comments are kept for 30 days": (
        (CLIENTS_KEPT, SUBMISSIONS_KEPT, WITHDRAWN_KEPT),
        (30 * DAY,) * 3,
    ),
    "e-mail addresses are kept for 90 days": (EMAILS_KEPT, 90 * DAY),
}


@pytest.mark.parametrize("promise", PROMISED)
def test_a_promised_number_is_unchanged(promise):
    found, promised = PROMISED[promise]
    assert found == promised
