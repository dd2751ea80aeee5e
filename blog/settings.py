"""The settings of the site, read once from environment variables."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from blog.environment import (
    DEFAULT_REASONS,
    LOOPBACK,
    MAX_BACKUP_DAYS,
    MAX_CLOSE_DAYS,
    MAX_DIGEST_MINUTES,
    MAX_PAGE_CACHE_MB,
    MAX_PROXY_HOPS,
    MIN_SECRET_LENGTH,
    RECAPTCHA_VERIFY_URL,
    EnvironmentReader,
    SettingsError,
)
from blog.text.zones import UTC_NAME


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings of the site, read from environment variables; docs/settings.md explains each."""

    database_url: str
    secret_key: str
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    site_url: str = "http://127.0.0.1:8000"
    site_name: str = "Second Lead"
    time_zone: str = UTC_NAME
    demo: bool | None = None
    trusted_proxies: int = 0
    admin_email: str | None = None
    admin_password: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    notify_url: str | None = None
    digest_minutes: int = 60
    rejection_reasons: tuple[str, ...] = DEFAULT_REASONS
    hsts_subdomains: bool = False
    security_contact: str | None = None
    comments_close_days: int = 0
    captcha: str | None = None
    recaptcha_public_key: str | None = None
    recaptcha_private_key: str | None = None
    recaptcha_verify_url: str = RECAPTCHA_VERIFY_URL
    backup_folder: Path | None = None
    backup_days: int = 30
    log_format: str | None = None
    sentry_dsn: str | None = None
    metrics_token: str | None = None
    page_cache_mb: int = 64

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """Return the host names that requests may have: the site's own and those of loopback."""
        return _trusted_hosts(self.site_url)

    @property
    def takes_demo(self) -> bool:
        """Return whether the demo may be loaded: by the setting, else only where nobody sees it."""
        if self.demo is not None:
            return self.demo
        return urlsplit(self.site_url).hostname in LOOPBACK

    @property
    def mail_host(self) -> str:
        """Return the site's host name for mail; "localhost" where the site has only an IP."""
        host = self.trusted_hosts[0]
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return host
        return "localhost"

    @property
    def sender(self) -> str:
        """Return the sender address of all mail."""
        return self.mail_from or f"no-reply@{self.mail_host}"

    @property
    def mail_dir(self) -> Path:
        """Return the folder where mail is saved if no mail server is set."""
        return self.data_dir / "mail"

    @property
    def pages_dir(self) -> Path:
        """Return the folder whose Markdown files replace the about, privacy and terms pages."""
        return self.data_dir / "pages"

    @property
    def media_dir(self) -> Path:
        """Return the folder of the pictures, whose file names are hashes of their content."""
        return self.data_dir / "media"

    @property
    def backup_dir(self) -> Path:
        """Return the folder where backups are written."""
        return self.backup_folder or self.data_dir / "backups"

    @classmethod
    def from_env(
        cls, env: Mapping[str, str] = os.environ, *, creates_folder: bool = True
    ) -> "Settings":
        """Return the settings; create the data directory and, if SECRET_KEY is unset, a key file.

        Without `creates_folder`, a missing or empty data directory stays so, and the key is random.
        Raises SettingsError, which lists every missing or bad value, before anything is written.
        """
        reader = EnvironmentReader(env)
        data_dir = reader.data_dir()
        database_url = reader.database_url(data_dir)
        host, port = reader.host(), reader.number("PORT", 8000, 1, 65535)
        values = {
            "host": host,
            "port": port,
            "site_url": reader.site_url(f"http://{f'[{host}]' if ':' in host else host}:{port}"),
            "site_name": reader.site_name(),
            "time_zone": reader.time_zone(),
            "demo": reader.switch("DEMO"),
            "trusted_proxies": reader.number("TRUSTED_PROXIES", 0, 0, MAX_PROXY_HOPS),
            "admin_email": reader.admin_email(),
            "admin_password": reader.admin_password(),
            "smtp_url": reader.smtp_url(),
            "mail_from": reader.mail_from(),
            "notify_url": reader.notify_url(),
            "digest_minutes": reader.number("DIGEST_MINUTES", 60, 0, MAX_DIGEST_MINUTES),
            "rejection_reasons": reader.rejection_reasons(),
            "security_contact": reader.security_contact(),
            "hsts_subdomains": reader.switch("HSTS_SUBDOMAINS") is True,
            "comments_close_days": reader.number("COMMENTS_CLOSE_DAYS", 0, 0, MAX_CLOSE_DAYS),
            "captcha": reader.captcha(),
            "recaptcha_public_key": reader.recaptcha_key("RECAPTCHA_PUBLIC_KEY"),
            "recaptcha_private_key": reader.recaptcha_key("RECAPTCHA_PRIVATE_KEY"),
            "recaptcha_verify_url": reader.recaptcha_verify_url(),
            "backup_folder": reader.backup_folder(),
            "backup_days": reader.number("BACKUP_DAYS", 30, 1, MAX_BACKUP_DAYS),
            "log_format": reader.log_format(),
            "sentry_dsn": reader.sentry_dsn(),
            "metrics_token": reader.metrics_token(),
            "page_cache_mb": reader.number("PAGE_CACHE_MB", 64, 0, MAX_PAGE_CACHE_MB),
        }
        secret_key = reader.secret_key(required=database_url.startswith("postgresql"))
        if reader.faults:
            raise SettingsError(reader.faults)
        if creates_folder:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not secret_key:
            is_used = creates_folder or (data_dir.is_dir() and any(data_dir.iterdir()))
            secret_key = _keep_secret(data_dir) if is_used else secrets.token_hex(32)
        return cls(
            database_url=database_url,
            data_dir=data_dir,
            secret_key=secret_key,
            **values,  # type: ignore[arg-type]  # The reader's methods return the right types.
        )

    @classmethod
    def from_env_or_exit(cls, *, creates_folder: bool = True) -> "Settings":
        """Return the settings, or print what is wrong with the environment and exit."""
        try:
            return cls.from_env(creates_folder=creates_folder)
        except SettingsError as error:
            raise SystemExit(str(error)) from None


@lru_cache
def _trusted_hosts(site_url: str) -> tuple[str, ...]:
    # Every request asks.
    return (urlsplit(site_url).hostname or "localhost", "localhost", "127.0.0.1", "::1")


def _keep_secret(data_dir: Path) -> str:
    """Return the secret key stored in the data directory; create it with mode 0600 if missing.

    Processes that start at once get the same key: only one of them can create the hard link.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f".secret_key-{secrets.token_hex(8)}"
        try:
            _write_key(draft)
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # Another process created the key first.
        except OSError as error:
            fault = f"SECRET_KEY: the file {path} cannot be written: {error.strerror}."
            raise SettingsError([fault]) from None
        finally:
            draft.unlink(missing_ok=True)
    try:
        secret = path.read_text().strip()
    except OSError as error:
        fault = f"SECRET_KEY: the file {path} cannot be read: {error.strerror}."
        raise SettingsError([fault]) from None
    if len(secret) < MIN_SECRET_LENGTH:
        raise SettingsError([f"SECRET_KEY: the file {path} is damaged; remove it or set the key."])
    return secret


def _write_key(path: Path) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
