"""What programs ask that watch the site: /readyz, and the test request of doctor."""
