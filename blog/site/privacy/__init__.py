"""Download and deletion of all comments that a browser has sent."""
