"""The front page, the reviews, and their feed."""
