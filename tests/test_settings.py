"""Settings: the values that environment variables may have, and the messages about wrong values."""

import multiprocessing
import os
import stat
import subprocess
import sys
from dataclasses import FrozenInstanceError
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from blog.settings import Settings, SettingsError
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[1]
SECRET = "0123456789abcdef0123456789abcdef"
POSTGRES = "postgresql://user:secret@db.example/blog"

_barrier: Barrier


def read(folder: Path, **env: str) -> Settings:
    return Settings.from_env({"DATA_DIR": str(folder), **env})


def faults_of(folder: Path, **env: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(folder, **env)
    return caught.value.faults


def set_barrier(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def read_secrets(folders: list[str]) -> list[str]:
    secrets = []
    for folder in folders:
        _barrier.wait(PATIENCE_SECONDS)
        secrets.append(Settings.from_env({"DATA_DIR": folder}).secret_key)
    return secrets


def test_an_empty_environment_gives_the_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({})
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/second-lead.sqlite3"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.site_url == "http://127.0.0.1:8000"
    assert settings.site_name == "Second Lead"
    assert settings.trusted_proxies == 0
    assert (settings.admin_email, settings.admin_password) == (None, None)
    assert (settings.smtp_url, settings.notify_url) == (None, None)
    assert settings.digest_minutes == 60
    assert settings.comments_close_days == 0
    assert settings.sender == "no-reply@localhost"
    assert settings.mail_dir == tmp_path / "data" / "mail"
    assert (settings.backup_dir, settings.backup_days) == (tmp_path / "data" / "backups", 30)
    assert "Off topic" in settings.rejection_reasons


def test_an_empty_value_counts_as_missing(tmp_path):
    settings = read(tmp_path, PORT="", SITE_NAME="  ", TRUSTED_PROXIES="", SITE_URL="", HOST="")
    assert (settings.port, settings.site_name, settings.trusted_proxies) == (8000, "Second Lead", 0)


GOOD = [
    ("DATABASE_URL", "sqlite:////tmp/x.db", "database_url", "sqlite:////tmp/x.db"),
    # Query options are kept, and our driver is added.
    (
        "DATABASE_URL",
        f"{POSTGRES}?sslmode=require",
        "database_url",
        "postgresql+psycopg://user:secret@db.example/blog?sslmode=require",
    ),
    # Many hosting companies use this short scheme.
    (
        "DATABASE_URL",
        "postgres://db.example/blog",
        "database_url",
        "postgresql+psycopg://db.example/blog",
    ),
    ("SECRET_KEY", SECRET, "secret_key", SECRET),
    ("HOST", "::1", "site_url", "http://[::1]:8000"),
    ("HOST", "0.0.0.0", "host", "0.0.0.0"),
    ("PORT", "65535", "site_url", "http://127.0.0.1:65535"),
    ("SITE_URL", "https://drama.example/", "site_url", "https://drama.example"),
    ("SITE_URL", "http://[::1]:9000", "site_url", "http://[::1]:9000"),
    ("SITE_URL", "https://한국.example:8443", "site_url", "https://xn--3e0b707e.example:8443"),
    ("SITE_URL", "https://straße.example", "site_url", "https://xn--strae-oqa.example"),
    ("SITE_NAME", "두 번째 주인공 👩‍💻", "site_name", "두 번째 주인공 👩‍💻"),
    ("TRUSTED_PROXIES", "0", "trusted_proxies", 0),
    ("TRUSTED_PROXIES", "10", "trusted_proxies", 10),
    ("ADMIN_EMAIL", "Mina@example.org", "admin_email", "Mina@example.org"),
    # A host name of a local network.
    ("ADMIN_EMAIL", "mina@localhost", "admin_email", "mina@localhost"),
    ("ADMIN_EMAIL", "미나@한국.kr", "admin_email", "미나@한국.kr"),
    ("ADMIN_PASSWORD", "0123456789", "admin_password", "0123456789"),
    ("SMTP_URL", "smtp://mail.example", "smtp_url", "smtp://mail.example"),
    ("SMTP_URL", "smtps://a:b%40c@[::1]:465", "smtp_url", "smtps://a:b%40c@[::1]:465"),
    ("MAIL_FROM", "desk@drama.example", "sender", "desk@drama.example"),
    ("SITE_URL", "https://drama.example", "sender", "no-reply@drama.example"),
    ("SITE_URL", "https://한국.example", "sender", "no-reply@xn--3e0b707e.example"),
    ("SITE_URL", "http://[::1]:9000", "sender", "no-reply@localhost"),
    ("NOTIFY_URL", "https://ntfy.sh/?topic=x", "notify_url", "https://ntfy.sh/?topic=x"),
    ("SECURITY_CONTACT", "mailto:a@b.example", "security_contact", "mailto:a@b.example"),
    ("SECURITY_CONTACT", "https://b.example/?x", "security_contact", "https://b.example/?x"),
    ("HSTS_SUBDOMAINS", "1", "hsts_subdomains", True),
    ("PORT", "9000", "takes_demo", True),
    ("SITE_URL", "http://[::1]:9000", "takes_demo", True),
    ("SITE_URL", "https://drama.example", "takes_demo", False),
    ("HOST", "0.0.0.0", "takes_demo", False),
    ("DEMO", "0", "takes_demo", False),
    ("DEMO", "1", "demo", True),
    ("NOTIFY_URL", "http://127.0.0.1:9/a/b", "notify_url", "http://127.0.0.1:9/a/b"),
    ("TIME_ZONE", "asia/seoul", "time_zone", "Asia/Seoul"),
    ("PAGE_CACHE_MB", "0", "page_cache_mb", 0),
    ("PAGE_CACHE_MB", "4096", "page_cache_mb", 4096),
    ("DIGEST_MINUTES", "0", "digest_minutes", 0),
    ("DIGEST_MINUTES", "10080", "digest_minutes", 10080),
    ("COMMENTS_CLOSE_DAYS", "0", "comments_close_days", 0),
    ("COMMENTS_CLOSE_DAYS", "3650", "comments_close_days", 3650),
    ("CAPTCHA", "", "captcha", None),
    (
        "RECAPTCHA_VERIFY_URL",
        "http://127.0.0.1:9/verify",
        "recaptcha_verify_url",
        "http://127.0.0.1:9/verify",
    ),
    ("METRICS_TOKEN", "abc-0123456789._~+/=", "metrics_token", "abc-0123456789._~+/="),
    ("REJECTION_REASONS", "One; 둘 ;; One;", "rejection_reasons", ("One", "둘")),
    ("REJECTION_REASONS", "x" * 80, "rejection_reasons", ("x" * 80,)),
    ("REJECTION_REASONS", "a;b;c;d;e;f;g;h;i;j;k;l", "rejection_reasons", tuple("abcdefghijkl")),
]


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"), GOOD, ids=[f"{row[0]}={row[1]}" for row in GOOD]
)
def test_a_valid_value_is_accepted(name, value, field, expected, tmp_path):
    settings = read(tmp_path, **{"SECRET_KEY": SECRET, name: value})
    assert getattr(settings, field) == expected


BAD = [
    ("DATABASE_URL", "mysql://db.example/blog", "postgresql://"),
    ("DATABASE_URL", "sqlite://", "sqlite:////folder/file.sqlite3"),
    ("DATABASE_URL", "sqlite:///:memory:", "sqlite:////folder/file.sqlite3"),
    ("DATABASE_URL", "postgresql://db.example:port/blog", "postgresql://"),
    ("DATABASE_URL", "sqlite:////no/such/folder/x.db", "a folder that exists"),
    # The host would be rd@db.example, and error messages name the host.
    ("DATABASE_URL", "postgresql://me:p@ssword@db.example/blog", "is written %40"),
    ("SECRET_KEY", "too-short", "at least 32"),
    ("SECRET_KEY", "a" * 64, "too easy to guess"),
    ("DATA_DIR", "/dev/null/data", "takes a folder"),
    ("DATA_DIR", "~nobody-has-this-name/data", "takes a folder"),
    ("DATA_DIR", "/tmp/" + "x" * 300, "takes a folder"),
    ("HOST", "not a host", "127.0.0.1"),
    ("HOST", "[::1]", "::1"),
    ("PORT", "0", "from 1 to 65535"),
    ("PORT", "65536", "from 1 to 65535"),
    ("PORT", "http", "from 1 to 65535"),
    # Arabic digits, which Python's int() accepts.
    ("PORT", "٨٠٨٠", "from 1 to 65535"),
    ("SITE_URL", "drama.example", "https://example.org"),
    ("SITE_URL", "ftp://drama.example", "https://example.org"),
    ("SITE_URL", "https://drama.example/blog", "without a path"),
    ("SITE_URL", "https://drama.example?", "without a path"),
    ("SITE_URL", "https://me:secret@drama.example", "https://example.org"),
    ("SITE_URL", "https://two words.example", "https://example.org"),
    ("SITE_URL", "https://drama.example:99999", "https://example.org"),
    ("SITE_URL", "https://[::1", "https://example.org"),
    ("SITE_NAME", "two\nlines", "one line"),
    ("SITE_NAME", "x" * 81, "up to 80"),
    ("TIME_ZONE", "Seoul/Asia", "such as Asia/Seoul"),
    ("TRUSTED_PROXIES", "-1", "from 0 to 10"),
    ("TRUSTED_PROXIES", "11", "from 0 to 10"),
    ("TRUSTED_PROXIES", "9" * 5000, "from 0 to 10"),
    ("TRUSTED_PROXIES", "1.0", "from 0 to 10"),
    ("ADMIN_EMAIL", "mina", "@-sign"),
    ("ADMIN_EMAIL", "Mina Park <mina@example.org>", "not an e-mail address"),
    ("ADMIN_EMAIL", "mina@a..example", "two periods"),
    # Soft hyphens are invisible, and the validation of e-mail addresses does not count them.
    ("ADMIN_EMAIL", "mina@" + "\u00ad" * 260 + "a.example", "up to 254"),
    # A byte that is not valid UTF-8.
    ("ADMIN_EMAIL", "mina\udcff@a.example", "not an e-mail address"),
    ("ADMIN_PASSWORD", "123456789", "at least 10"),
    ("ADMIN_PASSWORD", "x" * 1001, "at most 1000"),
    ("METRICS_TOKEN", "0123456789abcdef012", "at least 20"),
    ("METRICS_TOKEN", "a" * 40, "random letters"),
    ("METRICS_TOKEN", "two words 0123456789", "random letters"),
    ("SMTP_URL", "mail.example:25", "smtp://user:password@host:587"),
    ("SMTP_URL", "http://mail.example", "smtps://user:password@host:465"),
    ("SMTP_URL", "smtp://", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://mail.example:0", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://mail.example:99999", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://[::1", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://user@mail.example", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://user:pass/word@mail.example", "%2F"),
    ("SMTP_URL", "smtp://user:pass#word@mail.example", "%23"),
    ("SMTP_URL", "smtp://user:비밀@mail.example", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://mail.example\r\nRCPT TO", "smtp://user:password@host:587"),
    ("SMTP_URL", "smtp://mail.example/inbox", "smtp://user:password@host:587"),
    ("MAIL_FROM", "desk", "cannot be used as a sender"),
    ("MAIL_FROM", "Desk <desk@drama.example>", "cannot be used as a sender"),
    ("MAIL_FROM", "desk@drama.example\r\nBcc: x@y.example", "cannot be used as a sender"),
    ("MAIL_FROM", "미나@drama.example", "before the @"),
    ("NOTIFY_URL", "ntfy.sh/topic", "https://ntfy.sh/?topic=yours"),
    ("SECURITY_CONTACT", "security@example.org", "mailto:security@example.org"),
    ("SECURITY_CONTACT", "mailto:nobody", "mailto:security@example.org"),
    ("SECURITY_CONTACT", "mailto:a@b.example\r\nX: y", "mailto:security@example.org"),
    ("SECURITY_CONTACT", "http://example.org/", "begins with https://"),
    ("HSTS_SUBDOMAINS", "yes", "a number from 0 to 1"),
    ("DEMO", "yes", "a number from 0 to 1"),
    ("NOTIFY_URL", "file:///etc/passwd", "https://ntfy.sh/?topic=yours"),
    ("NOTIFY_URL", "https://user:secret@ntfy.sh/", "without a name and a password"),
    ("NOTIFY_URL", "https://two words.example/", "https://ntfy.sh/?topic=yours"),
    ("NOTIFY_URL", "https://ntfy.sh/\r\nX: y", "https://ntfy.sh/?topic=yours"),
    ("NOTIFY_URL", "https://ntfy.sh/한국", "https://ntfy.sh/?topic=yours"),
    ("NOTIFY_URL", "https://[::1", "https://ntfy.sh/?topic=yours"),
    ("PAGE_CACHE_MB", "4097", "from 0 to 4096"),
    ("PAGE_CACHE_MB", "64 MB", "from 0 to 4096"),
    ("DIGEST_MINUTES", "-1", "from 0 to 10080"),
    ("DIGEST_MINUTES", "10081", "from 0 to 10080"),
    ("DIGEST_MINUTES", "1.5", "from 0 to 10080"),
    ("DIGEST_MINUTES", "9" * 5000, "from 0 to 10080"),
    ("COMMENTS_CLOSE_DAYS", "-1", "from 0 to 3650"),
    ("COMMENTS_CLOSE_DAYS", "3651", "from 0 to 3650"),
    ("COMMENTS_CLOSE_DAYS", "never", "from 0 to 3650"),
    ("BACKUP_DIR", "/dev/null/backups", "a folder for the backups"),
    ("BACKUP_DAYS", "0", "from 1 to 3650"),
    ("CAPTCHA", "hcaptcha", "takes recaptcha"),
    ("LOG_FORMAT", "xml", "takes json or text"),
    ("SENTRY_DSN", "https://o1.ingest.sentry.io/2", "https://key@o1.ingest.sentry.io/2"),
    ("SENTRY_DSN", "https://key@sentry.io/project", "https://key@o1.ingest.sentry.io/2"),
    ("SENTRY_DSN", "https://key:secret@sentry.io/2", "https://key@o1.ingest.sentry.io/2"),
    ("SENTRY_DSN", "http://key@sentry.io/2", "https://key@o1.ingest.sentry.io/2"),
    ("SENTRY_DSN", "key", "https://key@o1.ingest.sentry.io/2"),
    ("RECAPTCHA_PUBLIC_KEY", "6Lc <key>", "as Google shows it"),
    ("RECAPTCHA_PRIVATE_KEY", "열쇠열쇠열쇠열쇠열쇠", "as Google shows it"),
    ("RECAPTCHA_VERIFY_URL", "www.google.com", "begins with https://"),
    ("RECAPTCHA_VERIFY_URL", "http://verify.example/", "begins with https://"),
    ("RECAPTCHA_VERIFY_URL", "https://me:secret@verify.example/", "without a name"),
    ("RECAPTCHA_VERIFY_URL", "https://[::1", "begins with https://"),
    ("REJECTION_REASONS", ";", "1 to 12 reasons"),
    ("REJECTION_REASONS", "x" * 81, "up to 80 characters"),
    ("REJECTION_REASONS", "a;b;c;d;e;f;g;h;i;j;k;l;m", "1 to 12 reasons"),
    ("REJECTION_REASONS", "two\nlines", "1 to 12 reasons"),
]


@pytest.mark.parametrize(
    ("name", "value", "remedy"), BAD, ids=[f"{row[0]}={row[1][:30]!a}" for row in BAD]
)
def test_a_wrong_value_is_named_with_a_right_example(name, value, remedy, tmp_path):
    faults = faults_of(tmp_path / "data", **{name: value})
    assert len(faults) == 1, faults
    assert faults[0].startswith(name)
    assert remedy in faults[0]


def test_all_faults_are_reported_together_and_nothing_is_written(tmp_path):
    bad = {name: value for name, value, _ in BAD if name not in ("DATA_DIR", "DATABASE_URL")}
    faults = faults_of(tmp_path / "data", DATABASE_URL="mysql://db.example/blog", **bad)
    assert {fault.split()[0].rstrip(":") for fault in faults} == {*bad, "DATABASE_URL"}
    assert not list(tmp_path.iterdir())


def test_a_message_about_a_fault_contains_no_secrets(tmp_path):
    bad = {
        "SECRET_KEY": "hush",
        "ADMIN_PASSWORD": "whisper",
        "DATABASE_URL": "my://u:pssst@h/x",
        "SMTP_URL": "smtp://u:murmur@host:0",
        "NOTIFY_URL": "https://u:mumble@h/?topic=quiet",
        "RECAPTCHA_PRIVATE_KEY": "6Lc hiss",
        "RECAPTCHA_VERIFY_URL": "https://u:breath@h/",
        "SENTRY_DSN": "https://hum@sentry.io/project",
    }
    text = " ".join(faults_of(tmp_path, **bad))
    secret = ("hush", "whisper", "pssst", "murmur", "mumble", "quiet", "hiss", "breath", "hum")
    assert not [word for word in secret if word in text]


def test_postgresql_requires_a_secret_key(tmp_path):
    (fault,) = faults_of(tmp_path / "data", DATABASE_URL=POSTGRES)
    assert fault.startswith("SECRET_KEY is missing")
    assert "secrets.token_hex(32)" in fault


def test_recaptcha_requires_both_of_its_keys(tmp_path):
    keys = {"RECAPTCHA_PUBLIC_KEY": "6Lc-public-key", "RECAPTCHA_PRIVATE_KEY": "6Lc-private-key"}
    settings = read(tmp_path, CAPTCHA="recaptcha", **keys)
    assert settings.captcha == "recaptcha"
    assert settings.recaptcha_private_key == "6Lc-private-key"
    assert settings.recaptcha_verify_url == "https://www.google.com/recaptcha/api/siteverify"
    for missing in keys:
        given = {name: key for name, key in keys.items() if name != missing}
        (fault,) = faults_of(tmp_path, CAPTCHA="recaptcha", **given)
        assert fault.startswith(f"{missing} is missing")
    assert len(faults_of(tmp_path, CAPTCHA="recaptcha")) == 2
    # The keys alone do not turn reCAPTCHA on.
    assert read(tmp_path, **keys).captcha is None


def test_sentry_without_its_package_is_named_with_what_installs_it(tmp_path, monkeypatch):
    dsn = "https://key@o1.ingest.sentry.io/2"
    assert read(tmp_path, SENTRY_DSN=dsn).sentry_dsn == dsn
    monkeypatch.setattr("blog.environment.find_spec", lambda _name: None)
    (fault,) = faults_of(tmp_path, SENTRY_DSN=dsn)
    assert "requirements-sentry.txt" in fault
    assert read(tmp_path).sentry_dsn is None


def test_the_settings_are_frozen(tmp_path):
    with pytest.raises(FrozenInstanceError):
        read(tmp_path).port = 80


def test_the_data_directory_is_created_even_if_the_key_is_given(tmp_path):
    settings = read(tmp_path / "new" / "data", SECRET_KEY=SECRET)
    assert settings.data_dir.is_dir()


def test_a_secret_key_is_made_once_and_readable_only_for_its_owner(tmp_path):
    secret = read(tmp_path / "data").secret_key
    file = tmp_path / "data" / "secret_key"
    assert len(secret) >= 64
    assert secret == file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read(tmp_path / "data").secret_key == secret
    assert list((tmp_path / "data").iterdir()) == [file]
    assert read(tmp_path / "other").secret_key != secret


def test_processes_that_start_together_agree_on_the_key(tmp_path):
    # Many folders, because two processes seldom write the key at exactly the same time.
    folders = [str(tmp_path / f"data-{number}") for number in range(60)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(3)
    with context.Pool(3, initializer=set_barrier, initargs=(barrier,)) as pool:
        found = pool.map(read_secrets, [folders] * 3, chunksize=1)
    assert found[0] == found[1] == found[2]
    assert len(set(found[0])) == len(folders)


def test_a_damaged_secret_key_is_named_and_not_replaced(tmp_path):
    (tmp_path / "secret_key").write_text("oops")
    assert str(tmp_path / "secret_key") in faults_of(tmp_path)[0]
    assert (tmp_path / "secret_key").read_text() == "oops"


def test_a_secret_key_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "secret_key").mkdir()
    assert faults_of(tmp_path)[0].startswith("SECRET_KEY")


def test_the_trusted_hosts_are_the_site_and_localhost(tmp_path):
    hosts = read(tmp_path, SITE_URL="https://Drama.Example").trusted_hosts
    assert hosts == ("drama.example", "localhost", "127.0.0.1", "::1")


def test_a_korean_site_address_is_trusted_in_punycode(tmp_path):
    assert (
        read(tmp_path, SITE_URL="https://한국.example").trusted_hosts[0] == "xn--3e0b707e.example"
    )


@pytest.mark.parametrize(
    "program",
    [
        ("flask", "--app", "wsgi", "setup"),
        pytest.param(("gunicorn", "--config", "gunicorn.conf.py"), marks=pytest.mark.slow),
    ],
    ids=["flask", "gunicorn"],
)
def test_a_program_reports_wrong_settings_without_a_traceback(program, tmp_path):
    env = os.environ | {
        "DATA_DIR": str(tmp_path / "data"), "PORT": "none", "SITE_URL": "drama", "SECRET_KEY": "x",
    }  # fmt: skip
    command = [str(Path(sys.executable).parent / program[0]), *program[1:]]
    result = subprocess.run(
        command,
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert result.returncode != 0
    for name in ("PORT", "SITE_URL", "SECRET_KEY"):
        assert f"  {name} is" in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert not list(tmp_path.iterdir())
