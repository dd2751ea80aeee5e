"""Standing pages: about, privacy, terms."""
