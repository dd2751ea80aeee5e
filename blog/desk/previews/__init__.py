"""The preview of a review, and links with which somebody else reads a draft."""
