"""Google's reCAPTCHA, for sites that ask for it: its widget, and what Google says of an answer."""
