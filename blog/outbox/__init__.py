"""Side effects that wait in a table until nobody can undo them, then leave by themselves."""
