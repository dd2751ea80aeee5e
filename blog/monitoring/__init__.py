"""What an operator watches: the checks of `doctor` and /readyz, and the figures of /metrics."""
