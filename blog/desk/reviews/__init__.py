"""The desk's list of reviews."""
