"""Accounts of moderators, and signing in."""
