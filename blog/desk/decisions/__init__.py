"""Decisions on a comment or on the copies of its row, and the answers that moderators write."""
