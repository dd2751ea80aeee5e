"""What is kept about people, for how long, and how they get it or have it erased; owns no table."""
