"""The rates that `make bench` compares with those of bare servers."""

import pytest

from tests.bench import load, rates

pytestmark = [pytest.mark.slow, pytest.mark.serial]


def test_comments_are_sent_and_pages_are_read_beside_a_bare_server(monkeypatch):
    # wrk is not on every machine.
    monkeypatch.setattr(load, "has_wrk", lambda: False)
    page, sending = rates.measure_rates("SQLite", seconds=1, rounds=1)
    for rate in (page, sending):
        assert rate.site.rate > 0
        assert 0 < rate.share < 1
        assert f"at least {rate.least}" in rates.format_rate(rate)
