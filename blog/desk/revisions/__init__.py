"""The revisions of a review: their list, comparing and restoring them."""
