"""Reports: readers ask a moderator to look at a published comment again."""
