"""Parse whole numbers that people typed."""


def read_number(text: str, *, least: int, most: int) -> int | None:
    """Return a text as a whole number from `least` to `most`, or None for any other text.

    Accepts only the digits 0 to 9, and no more digits than `most` has: Python's int() raises an
    error for thousands of digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None
