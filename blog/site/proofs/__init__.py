"""What a browser is given to compute."""
