"""The ids of rows as they stand in addresses and forms."""

from blog.text.numbers import read_number

# As many bits as are stored (docs/decisions/0024).
LARGEST_ID = 2**63 - 1
# It counts the changes of one row.
LARGEST_VERSION = 2**31 - 1


def read_id(text: str) -> int | None:
    """Return the id that a text is, None where it is none. Each has one spelling: 7, not 07."""
    return _read(text, LARGEST_ID)


def read_version(text: str) -> int | None:
    """Return the version of a row that a text is, None where it is none; spelled as an id is."""
    return _read(text, LARGEST_VERSION)


def _read(text: str, most: int) -> int | None:
    return None if text.startswith("0") else read_number(text, least=1, most=most)
