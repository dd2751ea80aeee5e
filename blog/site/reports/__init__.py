"""The pages where readers report a published comment."""
