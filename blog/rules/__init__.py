"""Rules: what a comment is held for, or taken for spam, before anybody has read it."""
