"""Backups: the whole site in one file, which is checked and restored."""
