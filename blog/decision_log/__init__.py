"""The log of decisions, and what it tells of those who took them; owns no table."""
