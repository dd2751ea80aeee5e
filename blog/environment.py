"""Read and check each environment variable, and collect the faults of all.

This module is long because one class checks every setting.
"""

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from blog.text.hosts import to_ascii
from blog.text.normalising import email_fault
from blog.text.numbers import read_number
from blog.text.zones import UTC_NAME, find_zone

DEFAULT_DATA_DIR = "data"
MIN_SECRET_LENGTH = 32
MIN_TOKEN_LENGTH = 20
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 1000
MAX_NAME_LENGTH = 80
MAX_PAGE_CACHE_MB = 4096
MAX_PROXY_HOPS = 10
MAX_DIGEST_MINUTES = 7 * 24 * 60
MAX_CLOSE_DAYS = 3650
MAX_BACKUP_DAYS = 3650
MAX_REASONS = 12
MAX_REASON_LENGTH = 80
LOG_FORMATS = ("json", "text")
RECAPTCHA = "recaptcha"
RECAPTCHA_VERIFY_URL = "https://www.google.com/recaptcha/api/siteverify"
DEFAULT_REASONS = (
    "Off topic",
    "Insults a person",
    "Unmarked spoiler",
    "Advertising",
    "Private data",
)
_KEY = re.compile(r"[\w-]{10,200}", re.ASCII)
# The characters of a bearer token, RFC 6750.
_TOKEN = re.compile(r"[\w.~+/=-]{1,500}", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f.]*+:[0-9A-Fa-f:.]*+", re.ASCII)


class SettingsError(Exception):
    """Raised when settings are missing or bad; `faults` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The settings cannot be used:", *(f"  {f}" for f in faults)]))
        self.faults = faults


class EnvironmentReader:
    """A reader of environment variables that collects their faults in `faults`."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        """Return a variable stripped of spaces, or the default if it is empty or unset."""
        return self.env.get(name, "").strip() or default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`, or the default if the variable is unset."""
        given = self.env.get(name, "").strip()
        if not given:
            return default
        number = read_number(given, least=least, most=most)
        if number is not None:
            return number
        self.faults.append(f"{name} is {given[:40]!r}; it takes a number from {least} to {most}.")
        return default

    def switch(self, name: str) -> bool | None:
        """Return whether a variable that takes 0 or 1 is 1, or None if it is unset."""
        number = self.number(name, -1, 0, 1)
        return None if number < 0 else number == 1

    def database_url(self, data_dir: Path) -> str:
        """Return the database URL with its driver; the default is an SQLite file in `data_dir`."""
        given = self.env.get("DATABASE_URL", "").strip()
        if not given:
            return f"sqlite:///{data_dir / 'second-lead.sqlite3'}"
        try:
            url = make_url(given)
        except (ArgumentError, ValueError):
            url = None
        kind = url.drivername.partition("+")[0] if url else ""
        if url and "@" in (url.host or ""):
            self.faults.append("DATABASE_URL: an @ in the user or the password is written %40.")
            return ""
        if url and kind in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        elif url and kind == "sqlite" and url.database and url.database != ":memory:":
            file = Path(url.database).absolute()
            url = url.set(drivername="sqlite", database=str(file))
            if file.parent != data_dir and not _may_write(file.parent):
                self.faults.append(
                    f"DATABASE_URL: {file.parent} is not a folder we may write;"
                    " it takes a file in a folder that exists."
                )
        else:
            self.faults.append(
                "DATABASE_URL takes sqlite:////folder/file.sqlite3"
                " or postgresql://user:password@host/name."
            )
            return ""
        return url.render_as_string(hide_password=False)

    def secret_key(self, *, required: bool) -> str:
        """Return the secret key, or "" if it is unset; unset is a fault where `required`."""
        given = self.env.get("SECRET_KEY", "").strip()
        remedy = "`python3 -c 'import secrets; print(secrets.token_hex(32))'` makes one."
        if given and (len(given) < MIN_SECRET_LENGTH or len(set(given)) < 8):
            self.faults.append(
                f"SECRET_KEY is too easy to guess; it takes at least {MIN_SECRET_LENGTH} random"
                f" characters. {remedy}"
            )
        elif not given and required:
            self.faults.append(
                f"SECRET_KEY is missing; with PostgreSQL every machine needs the same one. {remedy}"
            )
        return given

    def site_url(self, default: str) -> str:
        """Return the public URL of the site, without a path; its host is in ASCII (punycode)."""
        given = self.text("SITE_URL", default).rstrip("/")
        try:
            parts = urlsplit(given)
            host = to_ascii(parts.hostname or "")
            good = parts.scheme in ("http", "https") and parts.port != 0 and _HOST.fullmatch(host)
        except ValueError:
            good = None
        if not good or given.partition("://")[2] != parts.netloc or "@" in parts.netloc:
            self.faults.append(
                f"SITE_URL is {given[:80]!r}; it takes an address such as https://example.org,"
                " without a path."
            )
            return given
        return given if given.isascii() else f"{parts.scheme}://{host}{_port_of(parts)}"

    def admin_email(self) -> str | None:
        """Return the e-mail address of the first moderator, or None; its syntax is checked."""
        given = self.env.get("ADMIN_EMAIL", "").strip()
        fault = email_fault(given) if given else None
        if fault:
            self.faults.append(f"ADMIN_EMAIL is not an e-mail address: {fault}")
        return given or None

    def admin_password(self) -> str | None:
        """Return the password of the first moderator, or None."""
        given = self.env.get("ADMIN_PASSWORD", "")
        if given and not MIN_PASSWORD_LENGTH <= len(given) <= MAX_PASSWORD_LENGTH:
            self.faults.append(
                f"ADMIN_PASSWORD has {len(given)} characters; it takes at least"
                f" {MIN_PASSWORD_LENGTH} and at most {MAX_PASSWORD_LENGTH}."
            )
        return given or None

    def data_dir(self) -> Path:
        """Return the path of the data directory, which need not exist yet."""
        given = self.text("DATA_DIR", DEFAULT_DATA_DIR)
        try:
            folder = Path(given).expanduser().absolute()
            nearest = next(p for p in (folder, *folder.parents) if p.exists())
        except (OSError, RuntimeError):
            nearest = folder = Path(given)
        if not _may_write(nearest):
            self.faults.append(
                f"DATA_DIR is {str(folder)[:80]!r}; {str(nearest)[:80]!r} is not a folder we may"
                " write; it takes a folder for the database, the pictures and the secret key."
            )
        return folder

    def backup_folder(self) -> Path | None:
        """Return the path of the folder for backups, which need not exist yet, or None."""
        given = self.env.get("BACKUP_DIR", "").strip()
        try:
            folder = Path(given).expanduser().absolute()
            nearest = next(p for p in (folder, *folder.parents) if p.exists())
        except (OSError, RuntimeError, ValueError):
            nearest = folder = Path(given)
        if not _may_write(nearest):
            self.faults.append(
                f"BACKUP_DIR is {str(folder)[:80]!r}; {str(nearest)[:80]!r} is not a folder we may"
                " write; it takes a folder for the backups."
            )
        return folder if given else None

    def host(self) -> str:
        """Return the IP address or host name to listen on."""
        given = self.text("HOST", "127.0.0.1")
        if not _HOST.fullmatch(given):
            self.faults.append(
                f"HOST is {given[:80]!r}; it takes an address of this machine such as 127.0.0.1,"
                " 0.0.0.0 or ::1."
            )
            return "localhost"
        return given

    def site_name(self) -> str:
        """Return the name of the site as pages show it."""
        given = self.text("SITE_NAME", "Second Lead")
        if len(given) > MAX_NAME_LENGTH or _CONTROLS.search(given):
            self.faults.append(
                f"SITE_NAME is {given[:80]!r}; it takes one line of up to {MAX_NAME_LENGTH}"
                " characters."
            )
        return given

    def time_zone(self) -> str:
        """Return the name of the time zone of accounts that have chosen none."""
        given = self.text("TIME_ZONE", UTC_NAME)
        zone = find_zone(given)
        if zone is None:
            self.faults.append(
                f"TIME_ZONE is {given[:40]!r}; it takes a name such as Asia/Seoul or Europe/Paris."
            )
        return zone.key if zone else UTC_NAME

    def smtp_url(self) -> str | None:
        """Return the URL of the mail server, which may contain user and password, or None."""
        given = self.env.get("SMTP_URL", "").strip()
        is_good = _is_address(given, schemes=("smtp", "smtps"), may_have_path=False)
        if given and (
            not is_good or bool(urlsplit(given).username) != bool(urlsplit(given).password)
        ):
            self.faults.append(
                "SMTP_URL takes smtp://user:password@host:587 or smtps://user:password@host:465,"
                " where an @, # or / in the password is written %40, %23 or %2F."
            )
        return given or None

    def mail_from(self) -> str | None:
        """Return the sender address of mail, or None; its syntax is checked."""
        given = self.env.get("MAIL_FROM", "").strip()
        fault = email_fault(given) if given else None
        if not fault and not given.rpartition("@")[0].isascii():
            fault = "Only ASCII characters work before the @."
        if fault:
            self.faults.append(f"MAIL_FROM cannot be used as a sender: {fault}")
        return given or None

    def notify_url(self) -> str | None:
        """Return the secret URL that notifications for moderators are posted to, or None."""
        given = self.env.get("NOTIFY_URL", "").strip()
        is_good = _is_address(given, schemes=("http", "https"), may_have_path=True)
        if given and (not is_good or "@" in urlsplit(given).netloc):
            self.faults.append(
                "NOTIFY_URL takes an address such as https://ntfy.sh/?topic=yours,"
                " without a name and a password in it."
            )
        return given or None

    def security_contact(self) -> str | None:
        """Return where to report security holes, for security.txt (RFC 9116), or None."""
        given = self.env.get("SECURITY_CONTACT", "").strip()
        if given.startswith("mailto:"):
            is_good = given.isascii() and email_fault(given.removeprefix("mailto:")) is None
        else:
            is_good = _is_address(given, schemes=("https",), may_have_path=True)
        if given and not is_good:
            self.faults.append(
                "SECURITY_CONTACT takes mailto:security@example.org or an address that begins with"
                " https://."
            )
        return given or None

    def rejection_reasons(self) -> tuple[str, ...]:
        """Return the reasons that moderators can choose from when they reject a comment."""
        given = self.env.get("REJECTION_REASONS", "").strip()
        if not given:
            return DEFAULT_REASONS
        reasons = tuple(dict.fromkeys(part.strip() for part in given.split(";") if part.strip()))
        if (
            not 1 <= len(reasons) <= MAX_REASONS
            or max(map(len, reasons)) > MAX_REASON_LENGTH
            or _CONTROLS.search(given)
        ):
            self.faults.append(
                f"REJECTION_REASONS is {given[:80]!r}; it takes 1 to {MAX_REASONS} reasons of up to"
                f" {MAX_REASON_LENGTH} characters, with semicolons between them."
            )
        return reasons

    def log_format(self) -> str | None:
        """Return the format of the logs, "json" or "text", or None to choose by the terminal."""
        given = self.env.get("LOG_FORMAT", "").strip()
        if given not in ("", *LOG_FORMATS):
            self.faults.append(f"LOG_FORMAT is {given[:40]!r}; it takes json or text.")
        return given or None

    def sentry_dsn(self) -> str | None:
        """Return the DSN of a Sentry project, or None; a fault if Sentry's package is missing."""
        given = self.env.get("SENTRY_DSN", "").strip()
        is_good = _is_address(given, schemes=("http", "https"), may_have_path=True)
        parts = urlsplit(given if is_good else "")
        is_safe = parts.scheme == "https" or parts.hostname in LOOPBACK
        is_project = parts.username and parts.path.rpartition("/")[2].isdigit()
        if given and (not is_safe or not is_project or parts.password or parts.query):
            self.faults.append(
                "SENTRY_DSN takes the address that Sentry shows for a project, such as"
                " https://key@o1.ingest.sentry.io/2, or one of this machine with http://."
            )
        elif given and find_spec("sentry_sdk") is None:
            self.faults.append(
                "SENTRY_DSN is set, but the package sentry-sdk is not installed: `pip install"
                " --require-hashes -r requirements-sentry.txt` installs it."
            )
        return given or None

    def captcha(self) -> str | None:
        """Return the name of the captcha in the comment form, or None for no captcha."""
        given = self.env.get("CAPTCHA", "").strip()
        if given not in ("", RECAPTCHA):
            self.faults.append(f"CAPTCHA is {given[:40]!r}; it takes {RECAPTCHA}, or nothing.")
        return RECAPTCHA if given == RECAPTCHA else None

    def recaptcha_key(self, name: str) -> str | None:
        """Return the reCAPTCHA key in a variable, or None; a fault if CAPTCHA needs the key."""
        given = self.env.get(name, "").strip()
        if given and not _KEY.fullmatch(given):
            self.faults.append(
                f"{name} takes a key as Google shows it: letters, digits, - and _, 10 to 200."
            )
        elif not given and self.env.get("CAPTCHA", "").strip() == RECAPTCHA:
            self.faults.append(
                f"{name} is missing; CAPTCHA={RECAPTCHA} takes both keys that Google gives a site."
            )
        return given or None

    def recaptcha_verify_url(self) -> str:
        """Return the URL that checks reCAPTCHA tokens: https, or http on this machine only."""
        given = self.env.get("RECAPTCHA_VERIFY_URL", "").strip() or RECAPTCHA_VERIFY_URL
        is_good = _is_address(given, schemes=("http", "https"), may_have_path=True)
        parts = urlsplit(given) if is_good else None
        is_safe = parts and (parts.scheme == "https" or parts.hostname in LOOPBACK)
        if not parts or not is_safe or "@" in parts.netloc:
            self.faults.append(
                "RECAPTCHA_VERIFY_URL takes an address that begins with https://, or one of this"
                " machine with http://, without a name and a password in it."
            )
        return given

    def metrics_token(self) -> str | None:
        """Return the token that whoever reads /metrics must send, or None for no metrics."""
        given = self.env.get("METRICS_TOKEN", "").strip()
        if given and (
            not _TOKEN.fullmatch(given) or len(given) < MIN_TOKEN_LENGTH or len(set(given)) < 8
        ):
            self.faults.append(
                f"METRICS_TOKEN takes at least {MIN_TOKEN_LENGTH} random letters, digits and any of"
                " -._~+/=."
            )
        return given or None


def _port_of(parts: SplitResult) -> str:
    return f":{parts.port}" if parts.port else ""


def _is_address(given: str, *, schemes: tuple[str, ...], may_have_path: bool) -> bool:
    """Return whether a text is a URL with one of these schemes.

    `may_have_path` allows a path or a query after the host; a fragment is never allowed.
    """
    try:
        parts = urlsplit(given)
        host = parts.hostname or ""
        is_good = parts.scheme in schemes and parts.port != 0 and bool(_HOST.fullmatch(host))
    except ValueError:
        return False
    is_plain = given.isascii() and given.isprintable() and " " not in given
    more = given.partition("://")[2].removeprefix(parts.netloc).rstrip("/")
    return is_good and is_plain and not parts.fragment and (may_have_path or not more)


def _may_write(folder: Path) -> bool:
    """Return whether a folder exists and files can be created in it."""
    try:
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False
