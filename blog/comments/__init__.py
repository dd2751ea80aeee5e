"""Comments: what readers write, in which state it is, and what everybody may read of it."""
