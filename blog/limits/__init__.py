"""Rate limits per browser or IP address, counted in the database without storing addresses."""
