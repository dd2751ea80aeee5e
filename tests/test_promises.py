"""The numbers that people are promised, on pages, in mail or in README.

Other tests take them from the module that has them, so that a number can be changed. Whoever
changes one finds here that it was promised, and says so where it stands.
"""

from datetime import timedelta

import pytest

from blog.accounts.commands import CLIENT_LIMIT, FAILURES_FORGOTTEN_AFTER, FREE_FAILURES
from blog.comments.models import BODY_LENGTHS, NAME_LENGTH
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
    "a comment has 2 to 5 000 characters": (BODY_LENGTHS, (2, 5000)),
    "a name has up to 80": (NAME_LENGTH, 80),
    "a report has up to 1 000": (WORDS_LENGTH, 1000),
    "a browser sends 5 a minute and 30 an hour": (
        BROWSER_LIMITS,
        (Limit(5, MINUTE), Limit(30, HOUR)),
    ),
    "an address sends 20 a minute and 200 an hour": (
        ADDRESS_LIMITS,
        (Limit(20, MINUTE), Limit(200, HOUR)),
    ),
    "the same again within ten minutes is one": (SAME_COMMENT_WINDOW, 10 * MINUTE),
    "a published comment is corrected for a quarter of an hour": (CHANGE_WINDOW, 15 * MINUTE),
    "a notice waits half a minute for an undo": (UNDO_WINDOW, timedelta(seconds=30)),
    "typed in three seconds is a reason to look": (HASTY_SECONDS, 3),
    "a proof may be used for four hours": (LIFETIME, 4 * HOUR),
    "a rule is tried on 1 000 decided comments": (TRIED, 1000),
    "five sign-ins a minute, three of them free": (
        (CLIENT_LIMIT, FREE_FAILURES, FAILURES_FORGOTTEN_AFTER),
        (Limit(5, MINUTE), 3, DAY),
    ),
    "mail is tried for three days": (GIVEN_UP_AFTER, 3 * DAY),
    "an address that never confirmed gets one letter a day": (ASKED_AGAIN_AFTER, DAY),
    "the key of an address is kept for two days": (KEY_DAYS, 2),
    "what is kept for 30 days": (
        (CLIENTS_KEPT, SUBMISSIONS_KEPT, WITHDRAWN_KEPT),
        (30 * DAY,) * 3,
    ),
    "e-mail addresses are kept for 90 days": (EMAILS_KEPT, 90 * DAY),
}


@pytest.mark.parametrize("promise", PROMISED)
def test_a_number_that_was_promised_stands(promise):
    found, promised = PROMISED[promise]
    assert found == promised
