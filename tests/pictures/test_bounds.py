"""Converting a picture in a process of its own, and what happens when that takes too much."""

import pytest

from blog.pictures import conversion, converter
from blog.pictures.conversion import AT_ONCE, BadPictureError, Bounds, BusyError
from blog.pictures.making import make_picture
from tests.manuscripts.files import draw_picture
from tests.pictures.converting import RUN


@pytest.fixture
def convert(tmp_path, monkeypatch):
    """Convert a small picture with the program itself, and return what is made of it."""
    monkeypatch.setattr(conversion, "_run", RUN)
    path = draw_picture(tmp_path, "a.png")
    return lambda **bounds: make_picture(path, tmp_path / "media", bounds=Bounds(**bounds))


def test_no_web_worker_reads_the_pixels_of_a_picture_itself(convert, monkeypatch):
    monkeypatch.setattr(converter, "convert", None)
    monkeypatch.setattr(converter, "open_picture", None)
    assert convert().width == 64


def test_a_picture_that_takes_too_long_is_refused_in_words_and_the_next_is_converted(convert):
    for _ in range(AT_ONCE + 1):
        with pytest.raises(BadPictureError, match=r"takes longer than 0 seconds .* Scale it down"):
            convert(seconds=0)
    assert convert(wait=0).width == 64


def test_a_picture_that_needs_too_much_memory_is_refused_in_words(convert):
    with pytest.raises(BadPictureError, match=r"too much memory .* Scale it down"):
        convert(memory=1)


def test_a_picture_whose_converter_is_killed_is_refused_in_words(
    convert, monkeypatch, tmp_path, caplog
):
    program = tmp_path / "killed.py"
    program.write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(converter, "__file__", str(program))
    with pytest.raises(BadPictureError, match=r"stops the program .* Scale it down"):
        convert()
    assert "status -9" in caplog.text


def test_a_picture_is_refused_for_now_while_too_many_others_are_converted(convert):
    for _ in range(AT_ONCE):
        assert conversion._slots.acquire(blocking=False)
    try:
        with pytest.raises(BusyError, match="Try again in a minute"):
            convert(wait=0)
    finally:
        conversion._slots.release(AT_ONCE)
    assert convert(wait=0).width == 64
