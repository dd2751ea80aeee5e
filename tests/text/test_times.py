"""Times that people type in their own zone, when its clocks change, and zones by name."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import TZPATH, ZoneInfo, reset_tzpath

import pytest

from blog.text.times import UnclearTimeError, read_local_time, read_time, write_local_time
from blog.text.zones import find_zone, list_zones
from tests.costs import cost_ratio, seconds

PARIS, SEOUL = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Seoul")
# Zones whose clocks changed at midnight, by half an hour, by a whole day, or by odd seconds.
ODD = ["America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia"]


def fault_of(text: str, zone: ZoneInfo) -> UnclearTimeError:
    with pytest.raises(UnclearTimeError) as caught:
        read_local_time(text, zone)
    return caught.value


def test_a_time_is_read_in_the_writers_zone_unless_another_was_typed():
    expected = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    texts = ("2026-11-29 18:30", "2026-11-29T18:30", "2026-11-29T18:30:00.000", "2026-11-29 9:30Z")
    for text in (*texts, "2026-11-29 04:30 -05:00"):
        assert read_local_time(text, SEOUL) == expected, text
    assert read_local_time("2026-11-29", SEOUL).isoformat() == "2026-11-29T00:00:00+09:00"
    assert read_time("2026-11-29 18:30").utcoffset() == timedelta(0)


def test_a_time_that_daylight_saving_skips_is_named_with_the_two_times_beside_it():
    assert str(fault_of("2026-03-29T02:30", PARIS)) == (
        "2026-03-29 02:30 does not exist in Europe/Paris, as the clocks go forward then."
        " Type 2026-03-29 01:30 or 2026-03-29 03:30."
    )
    settled = read_local_time("2026-03-29 02:30 +02:00", PARIS)
    assert settled == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    # Korea had daylight saving in 1987 and 1988.
    assert "Type 1987-05-10 01:30 or 1987-05-10 03:30." in str(fault_of("1987-05-10 02:30", SEOUL))
    # A date alone means midnight, which Brazil skipped.
    assert "2018-11-04 00:00 does not exist" in str(fault_of("2018-11-04", ZoneInfo(ODD[0])))


def test_a_time_that_comes_twice_is_named_with_both_offsets():
    fault = fault_of("2026-10-25 02:30", PARIS)
    assert str(fault) == (
        "2026-10-25 02:30 comes twice in Europe/Paris, as the clocks go back then."
        " Type 2026-10-25 02:30 +02:00 for the first or 2026-10-25 02:30 +01:00 for the second."
    )
    first, second = fault.choices
    assert second - first == timedelta(hours=1)
    assert read_local_time("2026-10-25 02:30 +02:00", PARIS) == first


@pytest.mark.parametrize("name", ["Europe/Paris", "Asia/Seoul", *ODD])
def test_what_is_written_in_a_field_is_read_as_the_same_time(name):
    zone = ZoneInfo(name)
    changes = (
        datetime(year, month, day, hour, tzinfo=UTC)
        for year in (1911, 1972, 1988, 2011, 2018)
        for month in range(1, 13)
        for day in range(1, 29)
        for hour in (0, 15)
    )
    for time in changes:
        assert read_local_time(write_local_time(time, zone), zone) == time


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-03-29 02:00", "Europe/Paris"),
        ("2026-10-25 02:59:59", "Europe/Paris"),
        ("1911-03-10 23:55", "Europe/Paris"),
        ("2026-04-05 01:45", "Australia/Lord_Howe"),
        ("2011-12-30 12:00", "Pacific/Apia"),
        ("1972-01-07 00:20", "Africa/Monrovia"),
    ],
)
def test_each_suggested_time_is_accepted_as_it_is_written(text, name):
    zone = ZoneInfo(name)
    for choice in fault_of(text, zone).choices:
        written = write_local_time(choice, zone)
        assert written in str(fault_of(text, zone))
        assert read_local_time(written, zone) == choice


def test_no_typed_text_is_an_error():
    for text in ("", "tomorrow", "2026-02-30", "2026-11-29 25:00", "2026-11-29 1:00 +24:00"):
        assert read_local_time(text, PARIS) is None, text
    for text in ("0001-01-01 00:00", "9999-12-31 23:59", "1899-12-31", "٢٠٢٦-11-29", "2026-1-1\n"):
        assert read_local_time(text, PARIS) is None, text
    assert read_local_time("2026-11-29 18:30:00." + "0" * 99_999, PARIS) is not None


@pytest.mark.parametrize(
    "piece", ["2026-", "1", " ", "T", "+09:", "2026-11-29 ", "2026-11-29 18:30 ", ":00"]
)
def test_the_time_to_read_a_long_text_grows_with_its_length(piece):
    def read(count: int) -> None:
        assert read_local_time(piece * count, PARIS) is None

    long, short = (partial(seconds, partial(read, count)) for count in (80_000, 10_000))
    assert cost_ratio(long, short, most=16) <= 16


def test_a_zone_is_found_by_name_in_any_case_or_by_its_city():
    for name in ("Asia/Seoul", " asia/seoul ", "SEOUL"):
        assert find_zone(name).key == "Asia/Seoul", name
    assert find_zone("new york").key == "America/New_York"
    for name in (
        "",
        "x",
        "../../etc/passwd",
        "/etc/localtime",
        "localtime",
        "Asia",
        "\0",
        "x" * 999,
    ):
        assert find_zone(name) is None, name
    assert {"UTC", "Asia/Seoul", "Europe/Paris"} <= set(list_zones())
    assert all(find_zone(name).key == name for name in list_zones())


def test_a_machine_without_zone_files_has_all_zones():
    try:
        reset_tzpath(to=())
        noon = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo.no_cache("Asia/Seoul"))
        assert noon.utcoffset() == timedelta(hours=9)
    finally:
        reset_tzpath(to=TZPATH)
