"""Reports: readers ask a moderator to look again at what is published."""
