"""The rules that hold comments."""
