"""Reviews as files: their front matter, and reading them for an import."""
