"""Many comments, to measure the site with."""
