"""How a client is identified by its address, and that logs contain no address."""

import ipaddress
import json
import logging
from pathlib import Path

import pytest
from gunicorn.config import Config
from sqlalchemy import func, select

from blog.db.engine import db
from blog.limits.models import ClientKey
from blog.limits.queries import list_client_names, network_of
from blog.submissions.resending import ADDRESS_LIMITS
from blog.web.logs import DiscreetLogger
from blog.web.masking import hide_addresses
from tests.builders import make_review
from tests.databases import on_both
from tests.site.comments.sending import COMMENT, URL, comments, random_id, reader_of_site_with, send

CASES = Path(__file__).parents[2] / ".." / "shared" / "data" / "http/forwarded_header_cases.jsonl"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.8", "203.0.113.8"),
        (" 203.0.113.8 ", "203.0.113.8"),
        ("203.0.113.8:4711", "203.0.113.8"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        # An IPv4 address written as an IPv6 address is the same client.
        ("::ffff:203.0.113.8", "203.0.113.8"),
        ("::FFFF:CB00:7108", "203.0.113.8"),
        ("[::ffff:203.0.113.8]:80", "203.0.113.8"),
        # All values that are not addresses are one client, called unknown.
        (None, "unknown"),
        ("", "unknown"),
        ("unknown", "unknown"),
        ("_hidden", "unknown"),
        ("localhost", "unknown"),
        ("203.0.113", "unknown"),
        ("203.0.113.008", "unknown"),
        ("203.0.113.8, 10.0.0.1", "unknown"),
        ("1::2::3", "unknown"),
        ("[", "unknown"),
        ("%", "unknown"),
        ("\x00", "unknown"),
        ("9" * 5000, "unknown"),
    ],
)
def test_an_address_is_reduced_to_the_network_of_a_client(address, network):
    assert network_of(address) == network


def name_of(client, **more):
    """Send a comment and return the client name stored with it."""
    assert send(client, COMMENT | {"body": random_id()}, **more).status_code == 303
    return comments()[-1].client_name


def get_todays_name(address, now):
    """Return the client name of an address on a day whose key exists."""
    return list_client_names(address=address, now=now)[0]


def test_as_many_forwarded_addresses_are_trusted_as_there_are_proxies(app, clock):
    make_review()
    forwarded = {"X-Forwarded-For": "198.51.100.1, 198.51.100.2, 198.51.100.3"}
    trusted = ["203.0.113.8", "198.51.100.3", "198.51.100.2", "198.51.100.1", "203.0.113.8"]
    for hops, address in enumerate(trusted):
        with reader_of_site_with(app, trusted_proxies=hops) as reader:
            environ = {"REMOTE_ADDR": "203.0.113.8"}
            reader.post(
                URL,
                data=COMMENT | {"body": random_id()},
                headers=forwarded,
                environ_overrides=environ,
            )
        assert comments()[-1].client_name == get_todays_name(address, clock.now), hops


def test_no_other_header_identifies_the_client(app, clock):
    make_review()
    with reader_of_site_with(app, trusted_proxies=1) as reader:
        for header in ("Forwarded", "X-Real-IP", "CF-Connecting-IP", "Client-IP"):
            data = COMMENT | {"body": random_id()}
            headers = {header: "for=198.51.100.1"}
            assert reader.post(URL, data=data, headers=headers).status_code == 303, header
            name = comments()[-1].client_name
            assert name == get_todays_name("127.0.0.1", clock.now), header


def forwarded_cases():
    """Return the recorded values of X-Forwarded-For."""
    if not CASES.exists():
        pytest.skip("the shared data of forwarding headers is not beside this checkout")
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    names = {"X-Forwarded-For", "HTTP_X_FORWARDED_FOR", "X_FORWARDED_FOR"}
    return list(dict.fromkeys(case["value"] for case in cases if case["header"] in names))


def client_of(value, hops):
    """Return the client that an X-Forwarded-For value names, counting `hops` from its end."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if len(parts) < hops:
        return "127.0.0.1"
    text = parts[-hops]
    bare = text[1:].split("]")[0] if text.startswith("[") else text
    bare = bare.split(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return "unknown"


@pytest.mark.parametrize("hops", [1, 2])
def test_recorded_headers_name_the_expected_client(app, clock, hops):
    make_review()
    values = forwarded_cases()
    assert len(values) > 30
    with reader_of_site_with(app, trusted_proxies=hops) as reader:
        for value in values:
            clock.now += ADDRESS_LIMITS[0].window
            headers = {"X-Forwarded-For": value}
            data = COMMENT | {"body": random_id()}
            reader.delete_cookie("second_lead_owner", path="/reviews")
            assert reader.post(URL, data=data, headers=headers).status_code == 303, value
    # All comments are of one day, whose key exists.
    found = [comment.client_name for comment in comments()]
    assert found == [get_todays_name(client_of(value, hops), clock.now) for value in values]


@on_both
def test_a_client_has_a_new_name_each_day(app, client, clock):
    make_review()
    first = name_of(client)
    assert name_of(client) == first
    clock.advance(days=1)
    second = name_of(client)
    assert len(bytes.fromhex(first)) == 16
    assert first != second
    clock.advance(days=1)
    assert name_of(client) not in (first, second)
    days = db.session.execute(select(func.count()).select_from(ClientKey)).scalar_one()
    assert days == 2


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Invalid request from ip=203.0.113.8: my words",
            "A request that is not valid HTTP was refused.",
        ),
        ("Bad peer ip=203.0.113.8: bad", "Bad peer ip=(address): bad"),
        ("peer 2001:db8:1:2::9 hung up", "peer (address) hung up"),
        ("peer ::ffff:203.0.113.8 hung up", "peer (address) hung up"),
        ("from [2001:db8::1]:443", "from [(address)]:443"),
        ("from 203.0.113.8:4711.", "from (address):4711."),
        ("from 2001:db8:1:2::9: bad", "from (address): bad"),
        ("from 2001:db8::.", "from (address)."),
        ("at 12:30:203.0.113.8", "at 12:30:(address)"),
        ("gunicorn 27.0.1 took 12:30:45 at 3.5 s", "gunicorn 27.0.1 took 12:30:45 at 3.5 s"),
        ("Worker (pid:4711) exited", "Worker (pid:4711) exited"),
    ],
)
def test_a_warning_leaves_addresses_out(message, shown):
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, "%s", (message,), None)
    assert hide_addresses(record)
    assert record.getMessage() == shown


def test_gunicorn_warns_without_addresses(caplog):
    logger = DiscreetLogger(Config())
    logger.error_log.propagate = True
    try:
        logger.warning("Invalid request from ip=%s: %s", "203.0.113.8", "my words")
        logger.warning("Peer %s hung up", "203.0.113.8")
        logger.info("Listening at: %s", "http://127.0.0.1:8000")
    finally:
        logger.error_log.propagate = False
        logger.error_log.filters.clear()
        logger.error_log.handlers.clear()
    assert "203.0.113.8" not in caplog.text
    assert "my words" not in caplog.text
    assert "(address)" in caplog.text
