"""The moderators' list of reviews, where comments on a review are closed and opened."""
