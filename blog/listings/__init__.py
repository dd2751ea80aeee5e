"""The lists of public reviews: those that share a tag or an actor, and related ones."""
