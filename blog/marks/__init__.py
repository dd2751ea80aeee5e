"""Fingerprints of comments' texts, and reasons for a moderator to look at a comment."""
