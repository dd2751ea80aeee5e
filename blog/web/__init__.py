"""HTTP code that all features share: caching, errors, security headers, form fields, logs."""
