"""A limit is changed where it stands, and every page and refusal follows."""

import json
import os
import subprocess
import sys

import pytest

from blog.comments.models import BODY_LENGTHS, NAME_LENGTH
from blog.decisions.models import LARGEST_BULK, REASON_LENGTH
from blog.desk.queue.filters import MAX_SEARCH_LENGTH
from blog.environment import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from blog.privacy.retention import EMAILS_KEPT
from blog.reports.models import WORDS_LENGTH
from blog.rules.models import NOTE_LENGTH, PATTERN_LENGTH
from tests.plan import ROOT

# What is said to whoever passes a changed limit, and the limit that must not be said any more.
SAID = {
    "name": (422, "72 characters; it takes up to 71", NAME_LENGTH),
    "long comment": (422, "4,322 characters; it takes up to 4,321", BODY_LENGTHS[1]),
    "short comment": (422, "at least 4 characters", f"at least {BODY_LENGTHS[0]}"),
    "large comment": (413, "up to 4,321 characters", BODY_LENGTHS[1]),
    "reply": (422, "4,322 characters; it takes up to 4,321", BODY_LENGTHS[1]),
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
def said(tmp_path_factory):
    """Ask a site whose limits are other ones: a process of its own, as they are read on import."""
    command = [sys.executable, "-m", "tests.changed_limits", str(tmp_path_factory.mktemp("site"))]
    result = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


def test_each_is_asked_about(said):
    assert said.keys() == SAID.keys()


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_of_a_limit_follows_it(said, name):
    (status, words), (wanted, new, old) = said[name], SAID[name]
    assert status == wanted
    assert new in words
    if old is not None:
        assert (f"{old:,}" if isinstance(old, int) else old) not in words
