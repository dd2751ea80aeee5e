"""How tests do what a reader's browser does to prove its work."""

import base64
import json
from typing import Any

from altcha import Challenge, Payload, solve_challenge

from blog.proofs.challenges import COUNTERS
from tests.page import Reader


def fetch_challenge(client: Reader, *, slug: str = "run-on") -> dict[str, Any]:
    """Ask the site for something to compute."""
    response = client.get(f"/reviews/{slug}/comments/challenge")
    assert response.status_code == 200, response.status
    return response.get_json()


def solve(challenge: dict[str, Any]) -> str:
    """Return the answer to a challenge as a form sends it; about a tenth of a second."""
    read = Challenge.from_dict(challenge)
    # A browser begins at 0; nothing is found below the least.
    solution = solve_challenge(read, counter_start=COUNTERS[0])
    assert solution is not None
    return Payload(read, solution).to_base64()


def prove(client: Reader, *, slug: str = "run-on") -> str:
    """Return a proof for a comment on a review."""
    return solve(fetch_challenge(client, slug=slug))


def read(payload: str) -> dict[str, Any]:
    """Return what is written in an answer."""
    return json.loads(base64.b64decode(payload))


def write(content: object) -> str:
    """Return anything in the form of an answer."""
    return base64.b64encode(json.dumps(content).encode()).decode()
