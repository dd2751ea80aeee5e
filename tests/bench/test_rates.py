"""The rates that `make bench` compares with those of bare servers."""

import pytest

from tests.bench import kept, load, rates

pytestmark = [pytest.mark.slow, pytest.mark.serial]


def test_comments_are_sent_and_pages_are_read_beside_a_bare_server(monkeypatch):
    # wrk is not on every machine.
    monkeypatch.setattr(load, "has_wrk", lambda: False)
    page, sending = rates.measure_rates("SQLite", seconds=1, rounds=1)
    for rate in (page, sending):
        assert rate.site.rate > 0
        assert 0 < rate.share < 1
        assert f"at least {rate.least}" in rates.format_rate(rate)


def test_kept_pages_are_read_beside_a_bare_server_and_take_memory(monkeypatch):
    monkeypatch.setattr(load, "has_wrk", lambda: False)
    monkeypatch.setattr(kept, "has_wrk", lambda: False)  # Nor is nginx, which is left out.
    found = list(kept.measure_kept_rates("SQLite", seconds=1, rounds=1))
    assert len(found) == len(kept.PAGES) + 1
    assert all(rate.site.rate > 0 and rate.share > 0 for rate in found)
    one = kept.measure_kept("SQLite", pages=20, approvals=2)
    assert one.megabytes > 0
    assert 0 < one.median <= one.slowest
