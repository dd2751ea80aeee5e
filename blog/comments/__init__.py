"""Comments: what readers write, and the decisions taken on it."""
