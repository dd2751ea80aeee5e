"""The demo: reviews, drawings and comments of our own, to try the site with."""
