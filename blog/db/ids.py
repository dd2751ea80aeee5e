"""Read the ids and versions of rows from URLs and forms."""

from blog.text.numbers import read_number

# Ids are stored in 64 bits (docs/decisions/0024).
LARGEST_ID = 2**63 - 1
# A version counts the changes of one row.
LARGEST_VERSION = 2**31 - 1


def read_id(text: str) -> int | None:
    """Parse an id; return None for any text that is no id, such as "x", "0" or "07"."""
    return _read(text, LARGEST_ID)


def read_version(text: str) -> int | None:
    """Parse the version of a row; return None for any text that is no version, such as "07"."""
    return _read(text, LARGEST_VERSION)


def _read(text: str, most: int) -> int | None:
    return None if text.startswith("0") else read_number(text, least=1, most=most)
