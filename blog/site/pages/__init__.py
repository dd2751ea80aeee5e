"""The pages About, Privacy and Terms, security.txt and the web app manifest."""
