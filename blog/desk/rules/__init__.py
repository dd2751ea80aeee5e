"""Pages for the rules that hold comments for review or mark them as spam."""
