"""Everything HTTP that belongs to no feature."""
