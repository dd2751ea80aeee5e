"""What moderators decide, the log of it, and undoing it."""
