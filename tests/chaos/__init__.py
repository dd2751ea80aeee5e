"""`make chaos`: the site is hurt while readers write and moderators decide; then all is counted."""
