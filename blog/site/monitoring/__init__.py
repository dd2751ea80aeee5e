"""What programs ask that watch the site: /readyz, /metrics, and the test request of doctor."""
