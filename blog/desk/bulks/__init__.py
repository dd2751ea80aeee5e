"""Decisions on many comments at once."""
