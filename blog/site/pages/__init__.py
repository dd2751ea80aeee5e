"""The pages About, Privacy and Terms, and security.txt."""
