"""Reviews as files: their front matter, their pictures, and reading them for an import."""
