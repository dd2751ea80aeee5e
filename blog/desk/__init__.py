"""The pages of moderators and reviewers: everything under /admin."""
