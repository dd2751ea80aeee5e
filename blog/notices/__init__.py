"""Notices: mail to authors about their comments, and digests of the queue to moderators."""
