"""The pages behind the links in mail."""
