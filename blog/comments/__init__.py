"""Comments of readers: their fields, their status, and which of them are public."""
