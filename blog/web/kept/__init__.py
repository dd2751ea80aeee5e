"""Public pages that are kept whole in memory, and given to everybody who asks for them."""
