"""The readers' door: the public pages, and what readers send."""
