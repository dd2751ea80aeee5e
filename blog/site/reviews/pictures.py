"""The attribute `sizes` of pictures: how wide static/css/site.css shows them at each place."""

# A picture in a text is at most this high, in hundredths of the screen.
TALLEST = 85
# The width of the place of a figure, and of a picture among the words of a paragraph.
FIGURE = "100vw, 58rem"
WORDS = "100vw - 2.2rem, 40rem"


def text_sizes(width: int, height: int, is_figure: bool) -> str:
    """Return `sizes` of a picture in a review's text: not above its own size, nor too high."""
    place = FIGURE if is_figure else WORDS
    highest = round(TALLEST * width / height, 1)
    return f"min({place}, {width}px, {highest}svh)"
