"""Accounts: the people who may sign in."""
