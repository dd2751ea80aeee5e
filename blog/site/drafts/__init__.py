"""The page that a draft link opens."""
