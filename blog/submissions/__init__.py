"""What readers send, and what they may change of it."""
