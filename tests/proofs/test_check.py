"""Checking a proof of work: valid, expired, forged, malformed and used proofs."""

import base64
import hashlib
from datetime import timedelta

import altcha
import pytest
from sqlalchemy import func, select

from blog.db.engine import db
from blog.db.transactions import write
from blog.proofs.challenges import LIFETIME, LONGEST, Flaw, Proof, check_proof, make_challenge
from blog.proofs.commands import delete_expired_proofs, spend_proof
from blog.proofs.models import SpentProof
from tests.builders import NOON
from tests.databases import SECRET_KEY, on_both
from tests.proofs import solving

REVIEW = 7


def make(*, review_id: int = REVIEW, secret_key: str = SECRET_KEY):
    return make_challenge(review_id=review_id, secret_key=secret_key, now=NOON)


def check(payload: str, *, review_id: int = REVIEW, now=NOON) -> Proof | str:
    return check_proof(payload, review_id=review_id, secret_key=SECRET_KEY, now=now)


@pytest.fixture(scope="module")
def payload() -> str:
    return solving.solve(make())


@pytest.fixture
def no_derivation(monkeypatch):
    """Fail the test if the server derives a key."""

    def derive(*args, **kwargs):
        raise AssertionError("a key was derived")

    monkeypatch.setattr(hashlib, "pbkdf2_hmac", derive)
    monkeypatch.setattr(hashlib, "scrypt", derive)


def test_a_solved_challenge_is_a_proof(payload, no_derivation):
    proof = check(payload)
    assert isinstance(proof, Proof)
    assert proof.nonce == solving.read(payload)["challenge"]["parameters"]["nonce"]
    assert proof.expires_at == NOON + LIFETIME


def test_a_proof_expires(payload):
    assert isinstance(check(payload, now=NOON + LIFETIME - timedelta(minutes=1)), Proof)
    assert check(payload, now=NOON + LIFETIME) == Flaw.EXPIRED


def test_a_proof_is_valid_for_one_review(payload):
    assert check(payload, review_id=REVIEW + 1) == Flaw.FOREIGN


def test_an_empty_field_has_its_own_flaw():
    assert check("") == Flaw.NONE_SENT


def test_a_proof_made_with_another_secret_key_is_wrong():
    assert check(solving.solve(make(secret_key="another" * 6))) == Flaw.WRONG


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", "SCRYPT"),
        ("algorithm", "ARGON2ID"),
        ("cost", 1),
        ("cost", 2**40),
        ("keyPrefix", "00"),
        ("keySignature", None),
        ("keySignature", "00" * 32),
        ("nonce", "00" * 16),
        ("data", {"review": REVIEW, "expires": 4_000_000_000}),
        ("data", {"review": REVIEW + 1, "expires": 1}),
        ("data", None),
        ("expiresAt", 1),
        ("memoryCost", 2**40),
    ],
)
def test_a_changed_challenge_is_wrong_without_deriving_a_key(payload, no_derivation, name, value):
    content = solving.read(payload)
    content["challenge"]["parameters"][name] = value
    assert check(solving.write(content)) in (Flaw.WRONG, Flaw.NOT_READABLE)
    if name == "data":
        assert check(solving.write(content), review_id=REVIEW + 1) == Flaw.WRONG


@pytest.mark.parametrize("key", ["", "00" * 32, "zz", None, 7, [], "ß", "00" * 800])
def test_a_guessed_key_is_wrong(payload, no_derivation, key):
    content = solving.read(payload)
    content["solution"]["derivedKey"] = key
    assert check(solving.write(content)) in (Flaw.WRONG, Flaw.NOT_READABLE)


def test_a_challenge_that_the_site_did_not_make_is_wrong():
    easy = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=300, hmac_secret="mine")
    assert check(solving.solve(easy.to_dict())) == Flaw.WRONG
    unsigned = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=300)
    assert check(solving.solve(unsigned.to_dict())) == Flaw.WRONG


MALFORMED = {
    "no base64": "???",
    "other letters": "좋아요",
    "half a surrogate": "\ud800",
    "NUL": "\0",
    "no JSON": base64.b64encode(b"challenge").decode(),
    "no UTF-8": base64.b64encode(b"\xff\xfe").decode(),
    "deep": base64.b64encode(b"[" * 1400).decode(),
    "a long number": base64.b64encode(b"9" * 1400).decode(),
    "null": solving.write(None),
    "a number": solving.write(float("nan")),
    "a list": solving.write([1, 2]),
    "nothing in it": solving.write({}),
    "lists in it": solving.write({"challenge": [], "solution": []}),
    "words in it": solving.write({"challenge": "parameters", "solution": "counter"}),
    "half of it": solving.write({"challenge": {"parameters": {"algorithm": "PBKDF2/SHA-256"}}}),
}


@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_payload_is_not_readable(no_derivation, payload):
    assert check(payload) == Flaw.NOT_READABLE


def test_a_payload_that_is_too_long_is_not_readable(payload):
    content = solving.read(payload)
    content["solution"]["time"] = "9" * LONGEST
    assert check(solving.write(content)) == Flaw.NOT_READABLE


ODD = [None, True, -1, 10**300, float("nan"), "", "\ud800", [], {}, [[[]]], {"__proto__": 1}]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_an_odd_value_in_any_field_raises_no_error(payload, no_derivation, value):
    for part, inner in (("challenge", "parameters"), ("solution", None), ("challenge", None)):
        names = solving.read(payload)[part][inner] if inner else solving.read(payload)[part]
        for name in names:
            content = solving.read(payload)
            (content[part][inner] if inner else content[part])[name] = value
            result = check(solving.write(content))
            # The counter and the time are not checked.
            assert name in ("counter", "time") or result in (Flaw.WRONG, Flaw.NOT_READABLE), name


def test_nested_or_huge_numbers_raise_no_error(no_derivation):
    for data in ("[" * 600 + "]" * 600, '{"a":' * 200 + "1" + "}" * 200, "9" * 900, "1e999"):
        content = (
            '{"challenge":{"parameters":{"algorithm":"x","nonce":"","salt":"","cost":1,"data":'
            f'{data}}},"signature":"x"}},"solution":{{"counter":1,"derivedKey":"00"}}}}'
        )
        payload = base64.b64encode(content.encode()).decode()
        assert len(payload) <= LONGEST
        assert check(payload) == Flaw.WRONG


@on_both
def test_a_proof_can_be_used_once(app, payload):
    proof = check(payload)
    assert write(spend_proof, proof=proof) is True
    assert write(spend_proof, proof=proof) is False
    # Another payload with the same challenge is the same proof.
    content = solving.read(payload)
    content["solution"]["counter"] = 1
    assert write(spend_proof, proof=check(solving.write(content))) is False
    assert write(spend_proof, proof=check(solving.solve(make()))) is True


@on_both
def test_expired_proofs_are_deleted(app, payload):
    proof = check(payload)
    write(spend_proof, proof=proof)
    write(delete_expired_proofs, now=proof.expires_at)
    assert count() == 1
    write(delete_expired_proofs, now=proof.expires_at + timedelta(seconds=1))
    assert count() == 0
    assert check(payload, now=proof.expires_at) == Flaw.EXPIRED


def count() -> int:
    return db.session.execute(select(func.count()).select_from(SpentProof)).scalar_one()
