"""Fixture: a longer timeout for the fake server that verifies captchas."""

import pytest

from blog.captcha.verification import read_captcha
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the default timeout; tests of slow servers pass their own."""
    assert read_captcha.__kwdefaults__ is not None
    monkeypatch.setitem(read_captcha.__kwdefaults__, "seconds", PATIENCE_SECONDS)
