"""Reading and sending comments."""
