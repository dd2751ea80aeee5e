"""A limit is changed where it stands, and every page and refusal follows."""

import json
import os
import subprocess
import sys

import pytest

from blog.comments.models import BODY_LENGTHS
from tests.plan import ROOT

# What is said to whoever passes a limit, and what must not be said any more.
SAID = {
    "name": (422, "72 characters; it takes up to 71", "80"),
    "long comment": (422, "4,322 characters; it takes up to 4,321", f"{BODY_LENGTHS[1]:,}"),
    "short comment": (422, "at least 4 characters", "at least 2"),
    "large comment": (413, "up to 4,321 characters", f"{BODY_LENGTHS[1]:,}"),
    "answer": (422, "4,322 characters; it takes up to 4,321", f"{BODY_LENGTHS[1]:,}"),
    "report": (422, "914 characters; up to 913", "1,000"),
    "reason": (422, "424 characters; it takes up to 423", "500"),
    "bulk": (422, "4 comments are too many at one stroke; it takes up to 3", "1,000"),
    "search": (400, "up to 165 characters; this has 166", "200"),
    "pattern": (422, "188 characters; a pattern takes up to 187", "200"),
    "note": (422, "177 characters; it takes up to 176", "200"),
    "short password": (422, "at least 13 characters; this has 12", "10"),
    "long password": (422, "at most 912 characters; this has 913", "1,000"),
    "privacy": (200, "93 days", "90 days"),
    "often": (429, "That is a lot of comments at once", "never said"),
    "inputs": (200, 'maxlength="423"', 'maxlength="500"'),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Ask a site whose limits are other ones: a process of its own, as they are read on import."""
    command = [sys.executable, "-m", "tests.changed_limits", str(tmp_path_factory.mktemp("site"))]
    answer = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr.decode()
    return json.loads(answer.stdout)


def test_each_is_asked_about(said):
    assert said.keys() == SAID.keys()


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_of_a_limit_follows_it(said, name):
    (status, words), (wanted, new, old) = said[name], SAID[name]
    assert status == wanted
    assert new in words
    assert old not in words
