"""Signing in, and a moderator's own account."""
