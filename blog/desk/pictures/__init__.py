"""Pages of the library of pictures."""
