"""Google's reCAPTCHA, for sites that ask for it: what Google says of an answer."""
