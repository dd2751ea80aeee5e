"""The moderators' and reviewers' door: everything under /admin."""
