"""The front page, the pages of reviews and tags, the feed and the sitemap."""
