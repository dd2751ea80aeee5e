"""The ids of rows as they stand in addresses and forms."""

# Stored are 64 bits (docs/decisions/0024). Addresses and forms go up to the largest that fits in
# 32, so that what is no id is refused before a query asks for it.
LARGEST_ID = 2**31 - 1
