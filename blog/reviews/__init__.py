"""Reviews of K-dramas, imported from files, with their pictures."""
