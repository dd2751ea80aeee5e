"""Reading whole numbers, ids and versions from text."""

from blog.db.ids import LARGEST_ID, LARGEST_VERSION, read_id, read_version
from blog.text.numbers import read_number

ODD = ["", " 1", "1 ", "+1", "-1", "1.0", "1e3", "1_0", "٣", "1\0", "x", "9" * 5000]


def test_a_number_has_only_digits_and_is_within_its_bounds():
    assert [read_number(text, least=5, most=100) for text in ("4", "5", "005", "100", "101")] == [
        None, 5, 5, 100, None,
    ]  # fmt: skip
    assert [text for text in ODD if read_number(text, least=0, most=100) is not None] == []


def test_an_id_has_one_spelling_and_fits_in_64_bits():
    assert [read_id(text) for text in ("1", "12", str(LARGEST_ID))] == [1, 12, LARGEST_ID]
    refused = [*ODD, "0", "01", str(LARGEST_ID + 1), "9" * 19]
    assert [text for text in refused if read_id(text) is not None] == []


def test_a_version_is_spelled_as_an_id_is_and_fits_in_32_bits():
    assert [read_version(text) for text in ("1", str(LARGEST_VERSION))] == [1, LARGEST_VERSION]
    refused = [*ODD, "0", "01", str(LARGEST_VERSION + 1)]
    assert [text for text in refused if read_version(text) is not None] == []
