"""The ids of rows as they stand in addresses and forms."""

from blog.text.numbers import read_number

# Stored are 64 bits (docs/decisions/0024). Addresses and forms go up to the largest that fits in
# 32, so that what is no id is refused before a query asks for it.
LARGEST_ID = 2**31 - 1


def read_id(text: str) -> int | None:
    """Return the id, or the version of a row, that a text is; None where it is none.

    Each has one spelling: 7, not 07.
    """
    return None if text.startswith("0") else read_number(text, least=1, most=LARGEST_ID)
