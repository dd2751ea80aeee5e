"""The moderation queue: its pages, its rows, and the page of one comment."""
