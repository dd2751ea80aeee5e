"""Taking along and deleting what a browser has sent."""
