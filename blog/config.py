"""Settings: read once from the environment, frozen, every fault named at once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DEFAULT_DATA_DIR = "data"
MIN_SECRET_LENGTH = 32
MIN_PASSWORD_LENGTH = 10
MAX_PROXY_HOPS = 10


class SettingsError(Exception):
    """Carry every fault found in the environment, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The settings cannot be used:", *(f"  {f}" for f in faults)]))
        self.faults = faults


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Hold everything the environment decides; README.md has the table."""

    database_url: str
    secret_key: str
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    site_url: str = "http://127.0.0.1:8000"
    site_name: str = "Second Lead"
    trusted_proxies: int = 0
    admin_email: str | None = None
    admin_password: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def trusted_hosts(self) -> list[str]:
        """List the host names this site answers to: its own and loopback."""
        own = urlsplit(self.site_url).hostname
        return [*([own] if own else []), "localhost", "127.0.0.1", "::1"]

    @property
    def pages_dir(self) -> Path:
        """Name the folder whose Markdown files replace the standing pages."""
        return self.data_dir / "pages"

    @property
    def media_dir(self) -> Path:
        """Name the folder that holds the pictures, named by their content."""
        return self.data_dir / "media"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the environment; make the data directory and, on SQLite, its secret key.

        Raises SettingsError with every missing or bad value, before anything is written.
        """
        reader = _Reader(env)
        data_dir = Path(reader.text("DATA_DIR", DEFAULT_DATA_DIR)).expanduser().absolute()
        database_url = reader.database_url(data_dir)
        host, port = reader.text("HOST", "127.0.0.1"), reader.number("PORT", 8000, 1, 65535)
        values = {
            "host": host,
            "port": port,
            "site_url": reader.site_url(f"http://{f'[{host}]' if ':' in host else host}:{port}"),
            "site_name": reader.text("SITE_NAME", "Second Lead"),
            "trusted_proxies": reader.number("TRUSTED_PROXIES", 0, 0, MAX_PROXY_HOPS),
            "admin_email": reader.admin_email(),
            "admin_password": reader.admin_password(),
        }
        secret_key = reader.secret_key(required=database_url.startswith("postgresql"))
        reader.check_data_dir(data_dir)
        if reader.faults:
            raise SettingsError(reader.faults)
        return cls(
            database_url=database_url,
            data_dir=data_dir,
            secret_key=secret_key or _kept_secret(data_dir),
            **values,  # type: ignore[arg-type]  # The reader's methods give each its type.
        )

    @classmethod
    def from_env_or_exit(cls) -> "Settings":
        """Read the environment, or end the process with the faults in words."""
        try:
            return cls.from_env()
        except SettingsError as error:
            raise SystemExit(str(error)) from None


class _Reader:
    """Read single values and gather what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.env.get(name, "").strip() or default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        given = self.env.get(name, "").strip()
        if not given:
            return default
        if given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most:
            return int(given)
        self.faults.append(f"{name} is {given[:40]!r}; it takes a number from {least} to {most}.")
        return default

    def database_url(self, data_dir: Path) -> str:
        given = self.env.get("DATABASE_URL", "").strip()
        if not given:
            return f"sqlite:///{data_dir / 'second-lead.sqlite3'}"
        try:
            url = make_url(given)
        except ArgumentError:
            url = None
        kind = url.drivername.partition("+")[0] if url else ""
        if url and kind in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        elif url and kind == "sqlite" and url.database and url.database != ":memory:":
            url = url.set(drivername="sqlite", database=str(Path(url.database).absolute()))
        else:
            self.faults.append(
                "DATABASE_URL takes sqlite:////folder/file.sqlite3"
                " or postgresql://user:password@host/name."
            )
            return ""
        return url.render_as_string(hide_password=False)

    def secret_key(self, *, required: bool) -> str:
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
        given = self.text("SITE_URL", default).rstrip("/")
        try:
            parts = urlsplit(given)
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if not good or parts.path or parts.query or parts.fragment or parts.username:
            self.faults.append(
                f"SITE_URL is {given[:80]!r}; it takes an address such as https://example.org,"
                " without a path."
            )
        return given

    def admin_email(self) -> str | None:
        given = self.env.get("ADMIN_EMAIL", "").strip()
        if given:
            try:
                validate_email(given, check_deliverability=False, test_environment=True)
            except EmailNotValidError as error:
                self.faults.append(f"ADMIN_EMAIL is not an e-mail address: {error}")
        return given or None

    def admin_password(self) -> str | None:
        given = self.env.get("ADMIN_PASSWORD", "")
        if given and len(given) < MIN_PASSWORD_LENGTH:
            self.faults.append(
                f"ADMIN_PASSWORD is too short; it takes at least {MIN_PASSWORD_LENGTH} characters."
            )
        return given or None

    def check_data_dir(self, data_dir: Path) -> None:
        nearest = next(p for p in (data_dir, *data_dir.parents) if p.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            self.faults.append(f"DATA_DIR is {data_dir}; {nearest} is not a folder we may write.")


def _kept_secret(data_dir: Path) -> str:
    """Return the data directory's own secret key, made with mode 0600 when there is none.

    Processes that start together agree: the file appears whole, by a link that only one can make.
    """
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = data_dir / f".secret_key-{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # Another process was first; its key is the key.
        finally:
            draft.unlink()
    secret = path.read_text().strip()
    if len(secret) < MIN_SECRET_LENGTH:
        raise SettingsError([f"SECRET_KEY: the file {path} is damaged; remove it or set the key."])
    return secret


def current_settings() -> Settings:
    """Return the running application's settings."""
    return cast(Settings, current_app.extensions["settings"])
