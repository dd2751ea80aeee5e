"""If a limit's constant is changed, every page and every error message shows the new value."""

import json
import os
import subprocess
import sys

import pytest

from blog.comments.models import BODY_LENGTH, NAME_LENGTH
from blog.decisions.models import LARGEST_BULK, REASON_LENGTH
from blog.desk.queue.filters import MAX_SEARCH_LENGTH
from blog.environment import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from blog.privacy.retention import EMAILS_KEPT
from blog.reports.models import WORDS_LENGTH
from blog.rules.models import NOTE_LENGTH, PATTERN_LENGTH
from tests.plan import ROOT

# For each changed limit: the status and a part of the response to an input that exceeds it, and
# the old limit, which must not be in the response.
EXPECTED = {
    "name": (422, "72 characters; it takes up to 71", NAME_LENGTH),
    "long comment": (422, "4,322 characters; it takes up to 4,321", BODY_LENGTH),
    "large comment": (413, "up to 4,321 characters", BODY_LENGTH),
    "reply": (422, "4,322 characters; it takes up to 4,321", BODY_LENGTH),
    "report": (422, "914 characters; it takes up to 913", WORDS_LENGTH),
    "reason": (422, "424 characters; it takes up to 423", REASON_LENGTH),
    "bulk": (422, "4 comments are too many for one bulk action; it takes up to 3", LARGEST_BULK),
    "search": (400, "up to 165 characters; this has 166", MAX_SEARCH_LENGTH),
    "pattern": (422, "188 characters; a pattern takes up to 187", PATTERN_LENGTH),
    "note": (422, "177 characters; it takes up to 176", NOTE_LENGTH),
    "short password": (422, "at least 13 characters; this has 12", MIN_PASSWORD_LENGTH),
    "long password": (422, "at most 912 characters; this has 913", MAX_PASSWORD_LENGTH),
    "privacy": (200, "93 days", f"{EMAILS_KEPT.days} days"),
    "often": (429, "You have sent many comments in a short time", None),
    "inputs": (200, 'maxlength="423"', f'maxlength="{REASON_LENGTH}"'),
}


@pytest.fixture(scope="module")
def responses(tmp_path_factory):
    """The responses of a site with changed limits, as {name: (status, text)}.

    The site runs in a process of its own, because the limits are read during import.
    """
    command = [sys.executable, "-m", "tests.changed_limits", str(tmp_path_factory.mktemp("site"))]
    result = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


def test_each_changed_limit_is_tested(responses):
    assert responses.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_the_message_about_a_limit_has_the_changed_limit(responses, name):
    (status, text), (expected_status, new, old) = responses[name], EXPECTED[name]
    assert status == expected_status
    assert new in text
    if old is not None:
        assert (f"{old:,}" if isinstance(old, int) else old) not in text
