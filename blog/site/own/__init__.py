"""A reader's own comments."""
