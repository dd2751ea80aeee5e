"""The environment, value by value; what is wrong with it is gathered, to be said at once.

It is long because one reader checks each setting and gathers the faults of all.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from blog.text.normalising import email_fault
from blog.text.numbers import read_number

DEFAULT_DATA_DIR = "data"
MIN_SECRET_LENGTH = 32
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 1000
MAX_NAME_LENGTH = 80
MAX_PROXY_HOPS = 10
MAX_DIGEST_MINUTES = 7 * 24 * 60
MAX_CLOSE_DAYS = 3650
MAX_REASONS = 12
MAX_REASON_LENGTH = 80
RECAPTCHA = "recaptcha"
RECAPTCHA_VERIFY_URL = "https://www.google.com/recaptcha/api/siteverify"
DEFAULT_REASONS = (
    "Off topic",
    "Insults a person",
    "Spoils without a mark",
    "Advertising",
    "Private data",
)
_KEY = re.compile(r"[\w-]{10,200}", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f.]*+:[0-9A-Fa-f:.]*+", re.ASCII)


class SettingsError(Exception):
    """Carry every fault found in the environment, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The settings cannot be used:", *(f"  {f}" for f in faults)]))
        self.faults = faults


class EnvironmentReader:
    """Read single values and gather what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        """Return a value without its margins, or the default where there is none."""
        return self.env.get(name, "").strip() or default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        given = self.env.get(name, "").strip()
        if not given:
            return default
        number = read_number(given, least=least, most=most)
        if number is not None:
            return number
        self.faults.append(f"{name} is {given[:40]!r}; it takes a number from {least} to {most}.")
        return default

    def database_url(self, data_dir: Path) -> str:
        """Return the database's address with the driver we use; a file in `data_dir` by default."""
        given = self.env.get("DATABASE_URL", "").strip()
        if not given:
            return f"sqlite:///{data_dir / 'second-lead.sqlite3'}"
        try:
            url = make_url(given)
        except (ArgumentError, ValueError):
            url = None
        kind = url.drivername.partition("+")[0] if url else ""
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
        """Return the key, or nothing where none is given and none is required."""
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
        """Return the site's own address, without a path."""
        given = self.text("SITE_URL", default).rstrip("/")
        try:
            parts = urlsplit(given)
            host = (parts.hostname or "").encode("idna").decode()
            good = parts.scheme in ("http", "https") and parts.port != 0 and _HOST.fullmatch(host)
        except ValueError:
            good = None
        if not good or given.partition("://")[2] != parts.netloc or "@" in parts.netloc:
            self.faults.append(
                f"SITE_URL is {given[:80]!r}; it takes an address such as https://example.org,"
                " without a path."
            )
        return given

    def admin_email(self) -> str | None:
        """Return the first moderator's e-mail address, checked by its syntax."""
        given = self.env.get("ADMIN_EMAIL", "").strip()
        fault = email_fault(given) if given else None
        if fault:
            self.faults.append(f"ADMIN_EMAIL is not an e-mail address: {fault}")
        return given or None

    def admin_password(self) -> str | None:
        """Return the first moderator's password."""
        given = self.env.get("ADMIN_PASSWORD", "")
        if given and not MIN_PASSWORD_LENGTH <= len(given) <= MAX_PASSWORD_LENGTH:
            self.faults.append(
                f"ADMIN_PASSWORD has {len(given)} characters; it takes at least"
                f" {MIN_PASSWORD_LENGTH} and at most {MAX_PASSWORD_LENGTH}."
            )
        return given or None

    def data_dir(self) -> Path:
        """Return the data directory, which may still have to be made."""
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

    def host(self) -> str:
        """Return the address to listen on."""
        given = self.text("HOST", "127.0.0.1")
        if not _HOST.fullmatch(given):
            self.faults.append(
                f"HOST is {given[:80]!r}; it takes an address of this machine such as 127.0.0.1,"
                " 0.0.0.0 or ::1."
            )
            return "localhost"
        return given

    def site_name(self) -> str:
        """Return the name on the pages."""
        given = self.text("SITE_NAME", "Second Lead")
        if len(given) > MAX_NAME_LENGTH or _CONTROLS.search(given):
            self.faults.append(
                f"SITE_NAME is {given[:80]!r}; it takes one line of up to {MAX_NAME_LENGTH}"
                " characters."
            )
        return given

    def smtp_url(self) -> str | None:
        """Return the mail server's address, which may hold a name and a password."""
        given = self.env.get("SMTP_URL", "").strip()
        is_good = _is_address(given, schemes=("smtp", "smtps"), may_say_more=False)
        if given and (
            not is_good or bool(urlsplit(given).username) != bool(urlsplit(given).password)
        ):
            self.faults.append(
                "SMTP_URL takes smtp://user:password@host:587 or smtps://user:password@host:465,"
                " where an @, # or / in the password is written %40, %23 or %2F."
            )
        return given or None

    def mail_from(self) -> str | None:
        """Return the address that mail comes from, checked by its syntax."""
        given = self.env.get("MAIL_FROM", "").strip()
        fault = email_fault(given) if given else None
        if not fault and not given.rpartition("@")[0].isascii():
            fault = "Few servers take letters such as these before the @."
        if fault:
            self.faults.append(f"MAIL_FROM is no address to send from: {fault}")
        return given or None

    def notify_url(self) -> str | None:
        """Return the address that takes word for the moderators; who knows it may write there."""
        given = self.env.get("NOTIFY_URL", "").strip()
        is_good = _is_address(given, schemes=("http", "https"), may_say_more=True)
        if given and (not is_good or "@" in urlsplit(given).netloc):
            self.faults.append(
                "NOTIFY_URL takes an address such as https://ntfy.sh/?topic=yours,"
                " without a name and a password in it."
            )
        return given or None

    def security_contact(self) -> str | None:
        """Return where somebody who found a hole may write, as security.txt takes it (RFC 9116)."""
        given = self.env.get("SECURITY_CONTACT", "").strip()
        if given.startswith("mailto:"):
            is_good = given.isascii() and email_fault(given.removeprefix("mailto:")) is None
        else:
            is_good = _is_address(given, schemes=("https",), may_say_more=True)
        if given and not is_good:
            self.faults.append(
                "SECURITY_CONTACT takes mailto:security@example.org or an address that begins with"
                " https://."
            )
        return given or None

    def rejection_reasons(self) -> tuple[str, ...]:
        """Return what a moderator may choose from when a comment is turned down."""
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

    def captcha(self) -> str | None:
        """Return which captcha readers are shown, None for none."""
        given = self.env.get("CAPTCHA", "").strip()
        if given not in ("", RECAPTCHA):
            self.faults.append(f"CAPTCHA is {given[:40]!r}; it takes {RECAPTCHA}, or nothing.")
        return RECAPTCHA if given == RECAPTCHA else None

    def recaptcha_key(self, name: str) -> str | None:
        """Return one of the two keys Google gives a site, which reCAPTCHA cannot do without."""
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
        """Return the address that is sent the private key, so never in the clear but at home."""
        given = self.env.get("RECAPTCHA_VERIFY_URL", "").strip() or RECAPTCHA_VERIFY_URL
        is_good = _is_address(given, schemes=("http", "https"), may_say_more=True)
        parts = urlsplit(given) if is_good else None
        is_safe = parts and (parts.scheme == "https" or parts.hostname in LOOPBACK)
        if not parts or not is_safe or "@" in parts.netloc:
            self.faults.append(
                "RECAPTCHA_VERIFY_URL takes an address that begins with https://, or one of this"
                " machine with http://, without a name and a password in it."
            )
        return given


def _is_address(given: str, *, schemes: tuple[str, ...], may_say_more: bool) -> bool:
    """Tell whether it names a host by one of these schemes; more is a path or a question."""
    try:
        parts = urlsplit(given)
        host = parts.hostname or ""
        is_good = parts.scheme in schemes and parts.port != 0 and bool(_HOST.fullmatch(host))
    except ValueError:
        return False
    is_plain = given.isascii() and given.isprintable() and " " not in given
    more = given.partition("://")[2].removeprefix(parts.netloc).rstrip("/")
    return is_good and is_plain and not parts.fragment and (may_say_more or not more)


def _may_write(folder: Path) -> bool:
    """Tell whether a folder is there and takes new files."""
    try:
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False
