"""The queue: its pages, its rows, and one comment whole."""
