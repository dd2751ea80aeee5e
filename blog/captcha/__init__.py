"""Google's reCAPTCHA, for sites that turn it on: checking a token with Google."""
