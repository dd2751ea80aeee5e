"""Helpers that fetch and solve a proof-of-work challenge, as a reader's browser does."""

import base64
import json
from typing import Any

from altcha import Challenge, Payload, solve_challenge

from blog.proofs.challenges import COUNTERS
from tests.page import Reader


def fetch_challenge(client: Reader, *, slug: str = "run-on") -> dict[str, Any]:
    """Fetch a new challenge for a comment on this review."""
    response = client.get(f"/reviews/{slug}/comments/challenge")
    assert response.status_code == 200, response.status
    return response.get_json()


def solve(challenge: dict[str, Any]) -> str:
    """Solve a challenge in about 0.1 seconds, and return the payload for the form."""
    parsed = Challenge.from_dict(challenge)
    # A browser begins at 0; no solution is below the smallest counter.
    solution = solve_challenge(parsed, counter_start=COUNTERS[0])
    assert solution is not None
    return Payload(parsed, solution).to_base64()


def prove(client: Reader, *, slug: str = "run-on") -> str:
    """Fetch and solve a challenge, and return the payload for the form."""
    return solve(fetch_challenge(client, slug=slug))


def read(payload: str) -> dict[str, Any]:
    """Decode a payload."""
    return json.loads(base64.b64decode(payload))


def write(content: object) -> str:
    """Encode any content as a payload."""
    return base64.b64encode(json.dumps(content).encode()).decode()
