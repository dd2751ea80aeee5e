"""Patience with the stand-in for the address that judges a captcha's answer."""

import pytest

from blog.captcha.verification import read_captcha
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for an answer longer than a site does; tests of slow ones say how long themselves."""
    assert read_captcha.__kwdefaults__ is not None
    monkeypatch.setitem(read_captcha.__kwdefaults__, "seconds", PATIENCE_SECONDS)
