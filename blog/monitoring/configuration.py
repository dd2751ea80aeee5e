"""The settings as a person may see them: each with its value and where it is from, no secrets."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url

from blog.settings import Settings

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
# A setting with one of these words in its name is a secret, unless it is in PUBLIC.
SECRET_WORDS = ("KEY", "PASSWORD", "TOKEN", "DSN", "URL")
PUBLIC = ("SITE_URL", "RECAPTCHA_PUBLIC_KEY", "RECAPTCHA_VERIFY_URL")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One setting: its name, its value as text, and where it is from.

    `source` is "environment", "file" or "default".
    """

    name: str
    value: str
    source: str


def list_settings(settings: Settings, env: Mapping[str, str]) -> list[Setting]:
    """Return all settings; of a secret only whether it is set."""
    return [
        Setting(
            name=name,
            value=_show(name, getattr(settings, field.name)),
            source=_find_source(name, env),
        )
        for field in fields(settings)
        for name in [field.name.upper()]
    ]


def read_release() -> str:
    """Return the version of this release, or "unknown" if its project file is missing."""
    try:
        return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"


def _show(name: str, value: Any) -> str:
    if value is None or value == "":
        return "not set"
    if name == "DATABASE_URL":
        return make_url(value).set(query={}).render_as_string(hide_password=True)
    if name == "SMTP_URL":
        parts = urlsplit(value)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if name not in PUBLIC and any(word in name for word in SECRET_WORDS):
        return "set"
    if isinstance(value, bool):
        return str(int(value))
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _find_source(name: str, env: Mapping[str, str]) -> str:
    """Return where a setting is from; only the secret key can be from a file."""
    if env.get(name, "").strip():
        return "environment"
    return "file" if name == "SECRET_KEY" else "default"
