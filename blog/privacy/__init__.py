"""Personal data: its retention times, its export and its erasure. This feature has no table."""
