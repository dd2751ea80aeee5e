"""The URL where browsers get a challenge for the proof of work."""

from flask import Blueprint, Response, abort, jsonify

from blog.proofs.challenges import make_challenge
from blog.reviews.queries import find_public_review
from blog.web.current import current_settings, current_time

blueprint = Blueprint("proofs", __name__)


@blueprint.get("/reviews/<slug>/comments/challenge")
def show(slug: str) -> Response:
    """Return a new challenge for the proof of work as JSON; the server does not store it."""
    now = current_time()
    review = find_public_review(slug=slug, now=now) or abort(404)
    secret_key = current_settings().secret_key
    return jsonify(make_challenge(review_id=review.id, secret_key=secret_key, now=now))
