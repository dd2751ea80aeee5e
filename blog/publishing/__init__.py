"""Publishing what was written at the desk, and withdrawing it."""
