"""The queue, and the decisions on single comments."""
