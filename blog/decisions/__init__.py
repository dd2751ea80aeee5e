"""Decisions of moderators on comments: making them, logging them and undoing them."""
