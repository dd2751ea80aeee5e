"""Proofs of work: what a browser computes to show that a comment was worth a second to it."""
