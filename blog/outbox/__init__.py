"""The outbox: a table of messages to send later, when a decision can no longer be undone."""
