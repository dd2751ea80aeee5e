"""The pages where readers see, edit and withdraw their own comments."""
