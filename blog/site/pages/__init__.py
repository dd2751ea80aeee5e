"""The standing pages."""
