"""Reviews: what a reviewer publishes and everybody reads."""
