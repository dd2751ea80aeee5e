"""Who writes reviews: names, biographies and pictures, from a file or the desk."""
