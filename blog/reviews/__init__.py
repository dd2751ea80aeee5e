"""Reviews of K-dramas: their fields, which of them are public, and when comments close."""
