"""Pages with published comments, and the form for a new comment."""
