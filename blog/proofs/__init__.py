"""Proof of work: a computation of about a second that a browser does before it sends a comment."""
