"""GET /reviews/<slug>/comments/challenge: a new challenge for each request, stored nowhere."""

import pytest

from blog.proofs.challenges import COST, COUNTERS, LIFETIME, LONGEST
from tests.builders import make_moderator, make_review, sign_in
from tests.proofs.solving import fetch_challenge, read, solve
from tests.site.comments.sending import everything_stored, send

URL = "/reviews/run-on/comments/challenge"


@pytest.fixture
def review(app):
    return make_review()


def test_a_challenge_is_not_cached(client, review):
    response = client.get(URL)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers


def test_every_challenge_is_different(client, review):
    made = [fetch_challenge(client) for _ in range(5)]
    for name in ("nonce", "salt", "keyPrefix"):
        assert len({challenge["parameters"][name] for challenge in made}) == 5


def test_a_challenge_names_its_review_and_its_time_of_expiry(client, review, clock):
    parameters = fetch_challenge(client)["parameters"]
    assert parameters["data"] == {
        "review": review.id,
        "expires": (clock.now + LIFETIME).timestamp(),
    }
    assert (parameters["algorithm"], parameters["cost"]) == ("PBKDF2/SHA-256", COST)


def test_a_challenge_neither_sets_nor_reads_cookies(client, review):
    send(client)
    make_moderator()
    sign_in(client)
    response = client.get(URL)
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers


def test_a_challenge_is_not_stored(client, review):
    before = everything_stored()
    fetch_challenge(client)
    assert everything_stored() == before


def test_a_solution_fits_the_form_and_its_counter_is_in_range(client, review):
    for _ in range(3):
        proof = solve(fetch_challenge(client))
        assert len(proof) < LONGEST / 2
        assert COUNTERS[0] <= read(proof)["solution"]["counter"] <= COUNTERS[1]


def test_a_review_that_is_not_public_has_no_challenge(client, clock):
    make_review(slug="later", published_at=clock.now.replace(year=2030))
    make_review(slug="draft", published_at=None)
    for slug in ("later", "draft", "nowhere"):
        assert client.get(f"/reviews/{slug}/comments/challenge").status_code == 404, slug


def test_a_challenge_accepts_no_post(client, review):
    assert client.post(URL).status_code == 405
