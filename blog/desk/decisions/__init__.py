"""Decisions on the rows of the moderation queue, and the replies of moderators."""
