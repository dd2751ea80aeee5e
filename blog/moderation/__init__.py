"""Moderation: the moderator's side of comments; it owns no table."""
