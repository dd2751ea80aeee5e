"""What is handed out to be computed: another every time, for everybody, and kept nowhere."""

import pytest

from blog.proofs.challenges import COST, COUNTERS, LIFETIME, LONGEST
from tests.builders import make_moderator, make_review, sign_in
from tests.proofs.solving import fetch_challenge, read, solve
from tests.site.comments.sending import everything_stored, send

URL = "/reviews/run-on/comments/challenge"


@pytest.fixture
def review(app):
    return make_review()


def test_nobody_may_keep_it(client, review):
    response = client.get(URL)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers


def test_every_one_is_another(client, review):
    made = [fetch_challenge(client) for _ in range(5)]
    for name in ("nonce", "salt", "keyPrefix"):
        assert len({challenge["parameters"][name] for challenge in made}) == 5


def test_it_says_what_it_is_for_and_how_long(client, review, clock):
    parameters = fetch_challenge(client)["parameters"]
    assert parameters["data"] == {
        "review": review.id,
        "expires": (clock.now + LIFETIME).timestamp(),
    }
    assert (parameters["algorithm"], parameters["cost"]) == ("PBKDF2/SHA-256", COST)


def test_it_sets_no_cookie_and_looks_at_none(client, review):
    send(client)
    make_moderator()
    sign_in(client)
    response = client.get(URL)
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers


def test_it_writes_nothing(client, review):
    before = everything_stored()
    fetch_challenge(client)
    assert everything_stored() == before


def test_its_answer_fits_the_form_and_takes_as_long_as_it_should(client, review):
    for _ in range(3):
        response = solve(fetch_challenge(client))
        assert len(response) < LONGEST / 2
        assert COUNTERS[0] <= read(response)["solution"]["counter"] <= COUNTERS[1]


def test_what_is_not_public_has_none(client, clock):
    make_review(slug="later", published_at=clock.now.replace(year=2030))
    make_review(slug="draft", published_at=None)
    for slug in ("later", "draft", "nowhere"):
        assert client.get(f"/reviews/{slug}/comments/challenge").status_code == 404, slug


def test_it_is_only_asked_for(client, review):
    assert client.post(URL).status_code == 405
