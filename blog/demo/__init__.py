"""The demo: reviews, pictures and comments to try the site with."""
