"""A review is written on a phone, scheduled, corrected, settled, restored, moved and exported."""

import pytest

from tests.browser.desk import make_session
from tests.browser.written import VIEWPORT, Walk
from tests.builders import make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_review_is_written_on_a_phone_and_taken_elsewhere(site, arrive, tmp_path):
    make_moderator(name="Mina Park")
    contexts = [arrive(site, viewport=VIEWPORT).context for _who in range(3)]
    for context in contexts[:2]:
        context.add_cookies([make_session(site)])
    pages = dict(zip(("phone", "laptop", "reader"), (c.new_page() for c in contexts), strict=True))
    steps = []
    walk = Walk(site=site, look=lambda at, step: steps.append((at.count(), step)), **pages)
    walk.go(tmp_path)
    assert [step for found, step in steps if found != 1] == []
    assert len(steps) == 15
