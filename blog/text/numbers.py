"""Whole numbers as people, forms and files write them."""


def read_number(text: str, *, least: int, most: int) -> int | None:
    """Return a whole number from `least` to `most`, None for any other text.

    It takes the digits 0 to 9 alone, no more of them than `most` has: Python reads no number of
    thousands of digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None
