"""Pictures: converting them for the web, storing them, deleting those that nothing shows."""
