"""Reviews and reviewers written as the files that an import reads."""
