"""The public pages, and the forms that readers send."""
