"""Password hashes: the algorithm, its cost, and the same cost for an unknown account."""

import runpy

import pytest
from argon2 import extract_parameters, profiles

from blog.accounts import passwords


@pytest.fixture(scope="module")
def real():
    """The globals of blog.accounts.passwords with the real hasher; other tests use a cheap one."""
    return runpy.run_path(passwords.__file__)


def test_a_password_is_hashed_with_argon2id_at_the_cost_rfc_9106_recommends(real):
    kept = real["hash_password"]("correct horse battery")
    assert extract_parameters(kept) == profiles.RFC_9106_LOW_MEMORY
    assert real["is_password"]("correct horse battery", kept)
    assert not real["is_password"]("correct horse", kept)


def test_an_unknown_account_costs_the_same_work(real):
    assert extract_parameters(real["_NOBODY"]) == profiles.RFC_9106_LOW_MEMORY
    assert not real["is_password"]("nobody has this password", None)


def test_the_site_starts_without_hashing_a_password(monkeypatch):
    """A hash takes a tenth of a second and 64 MB."""
    monkeypatch.setattr("argon2.PasswordHasher.hash", None)
    assert runpy.run_path(passwords.__file__)
