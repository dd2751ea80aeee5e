"""Why a comment deserves a look, and what its words are like: rows that hang on its number."""
