"""Generate many comments to measure the site's speed."""
