"""What `doctor` says about the proxies in front of the site, and about its certificate."""

import pytest

from blog import create_app
from blog.monitoring.forwarding import FORGED, make_token
from blog.web.current import current_time
from tests.databases import SECRET_KEY, make_settings
from tests.monitoring.serving import CERTIFICATE, consult, served
from tests.outbox.sending import change_settings, later

READER = "198.51.100.7"


class Proxy:
    """A proxy in front of an application.

    It adds the reader's address to X-Forwarded-For, or, unless it `trusts` what arrives, replaces
    the header; it passes on none of the headers that it `drops`.
    """

    def __init__(self, app, *, trusts=True, drops=()) -> None:
        self.app, self.trusts, self.drops = app, trusts, drops

    def __call__(self, environ, start_response):
        given = environ.get("HTTP_X_FORWARDED_FOR") if self.trusts else None
        environ["HTTP_X_FORWARDED_FOR"] = ", ".join(filter(None, (given, READER)))
        environ["HTTP_X_FORWARDED_PROTO"] = environ["wsgi.url_scheme"]
        environ["wsgi.url_scheme"] = "http"
        for name in self.drops:
            environ.pop(name, None)
        return self.app(environ, start_response)


@pytest.fixture
def examine(site, clock, database_url, tmp_path):
    """Return a function that runs `doctor` on a site behind a proxy, and returns the states."""

    def run(*, trusted: int, is_https: bool = False, proxies=({},)) -> dict[str, str]:
        app = create_app(
            make_settings(database_url=database_url, data_dir=tmp_path, trusted_proxies=trusted)
        )
        app.extensions["clock"] = clock
        whole = app
        for options in proxies:
            whole = Proxy(whole, **options)
        with served(whole, is_https=is_https) as url:
            change_settings(site, site_url=url, trusted_proxies=trusted)
            _status, printed = consult(site)
        return {check["name"]: check["state"] for check in printed["checks"]}

    return run


@pytest.mark.parametrize(
    ("trusted", "proxies", "state"),
    [
        (1, [{}], "ok"),
        (1, [{"trusts": False}], "ok"),
        (2, [{}, {}], "ok"),
        # Readers choose their address: the forged one is believed.
        (1, [], "failed"),
        (2, [{}], "failed"),
        # All readers have the address of a proxy.
        (0, [{}], "failed"),
        (0, [{"trusts": False}], "failed"),
        (1, [{}, {}], "failed"),
        (2, [{"trusts": False}], "failed"),
        (0, [{"drops": ["HTTP_X_FORWARDED_FOR"]}], "warning"),
    ],
)
def test_the_number_of_proxies_is_compared_with_the_setting(examine, trusted, proxies, state):
    assert examine(trusted=trusted, proxies=proxies)["forwarding"] == state


def test_https_is_checked_with_its_certificate(examine, monkeypatch):
    assert examine(trusted=1, is_https=True)["site"] == "failed"  # Nobody vouches for it.
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    found = examine(trusted=1, is_https=True)
    expected = {"site": "ok", "forwarding": "ok", "certificate": "ok", "hsts": "ok"}
    assert {name: found[name] for name in expected} == expected
    later(days=101 * 365)
    assert examine(trusted=1, is_https=True)["certificate"] == "failed"


def test_a_proxy_that_hides_https_is_found(examine, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    found = examine(trusted=1, is_https=True, proxies=[{"drops": ["HTTP_X_FORWARDED_PROTO"]}])
    assert (found["forwarding"], found["hsts"]) == ("failed", "warning")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"site_url": "http://drama.invalid"}, "https"),
        ({"site_url": "https://drama.invalid"}, "proxy"),
        ({"host": "0.0.0.0"}, "proxy"),
    ],
)
def test_settings_that_do_not_fit_together_are_a_warning(site, settings, name):
    change_settings(site, **settings)
    _status, printed = consult(site)
    assert (name, "warning") in [(check["name"], check["state"]) for check in printed["checks"]]


def test_another_program_at_the_sites_address_is_found(site):
    def other(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok\n"]

    with served(other) as url:
        change_settings(site, site_url=url)
        _status, printed = consult(site)
    (check,) = [check for check in printed["checks"] if check["name"] == "site"]
    assert (check["state"], "Another program" in check["sentence"]) == ("failed", True)


def test_only_a_fresh_token_of_the_secret_key_is_answered(client):
    def ask(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": FORGED}
        return client.get("/monitoring/forwarding", headers=headers).status_code

    token = make_token(secret_key=SECRET_KEY, now=current_time())
    assert ask(token) == 200
    other = make_token(secret_key="another", now=current_time())
    assert [ask(wrong) for wrong in ("", "x", other, f"{token}0", "9" * 12 + "-" + "0" * 64)] == [
        404
    ] * 5
    later(minutes=2)
    assert ask(token) == 404
