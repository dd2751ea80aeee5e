"""Pages on which moderators edit the reviewers."""
