"""Reporting a comment."""
