"""Comments as readers send them, and as their authors later edit or withdraw them."""
