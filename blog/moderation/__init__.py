"""The statuses of comments and the verdicts of moderators; it has no tables."""
