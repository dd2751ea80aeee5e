"""The URL where browsers get a challenge for the proof of work."""
