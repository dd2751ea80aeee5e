"""The pages on which a review is written, published and withdrawn."""
