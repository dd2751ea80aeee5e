"""Rules, which hold new comments for review or mark them as spam."""
