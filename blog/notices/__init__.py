"""What the site tells people by itself: outcomes to commenters, digests to moderators."""
