"""Signing in and out, and the account page of a moderator."""
