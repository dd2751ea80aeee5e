"""The attribute `sizes` of pictures: how wide static/css/site.css shows them at each place."""

from blog.pictures.models import Picture

# A picture in a text is at most this high, in hundredths of the screen.
TALLEST = 85
# The width of the place of a figure, and of a picture among the words of a paragraph.
FIGURE = "100vw, 58rem"
WORDS = "100vw - 2.2rem, 40rem"
# The width of a card in a shelf with one, two and three columns, and of the lead.
ONE, TWO, THREE, LEAD = "92vw", "min(45vw, 37rem)", "min(29vw, 24rem)", "min(92vw, 76rem)"
# The width of the picture of a card whose picture is a square beside its words.
COMPACT = "6.5rem"
# The width of the picture of a related review above its words.
RELATED = "min(45vw, 18.4rem)"


def text_sizes(width: int, height: int, is_figure: bool) -> str:
    """Return `sizes` of a picture in a review's text: not above its own size, nor too high."""
    place = FIGURE if is_figure else WORDS
    highest = round(TALLEST * width / height, 1)
    return f"min({place}, {width}px, {highest}svh)"


def card_sizes(picture: Picture, place: str, is_vertical: bool) -> str:
    """Return `sizes` of a picture that covers the drawing of a card.

    `place` is "lead", or "half" or "third" for two or three cards in a row below the lead,
    "shelf" for cards on other pages, or "related" for a related review. Beside a vertical title
    the drawing is narrower.
    """
    ratio = picture.width / picture.height

    def cover(card: str, width: float, height: float) -> str:
        """Return how wide the picture is if its drawing has these shares of the card's width."""
        return f"calc({card} * {max(width, height * ratio):.2f})"

    def on_shelf(card: str) -> str:
        return cover(card, 0.78, 0.625) if is_vertical else cover(card, 1, 0.5)

    if place == "lead":
        large = cover(LEAD, 0.84, 0.45) if is_vertical else cover(LEAD, 1, 0.38)
        small = cover("100vw", 0.76, 0.75) if is_vertical else cover("100vw", 1, 0.6)
        return f"(min-width: 50rem) {large}, {small}"
    if place == "related":
        return f"(min-width: 40rem) {cover(RELATED, 1, 0.625)}, {cover(COMPACT, 1, 0.625)}"
    two = f"(min-width: 44rem) {on_shelf(TWO)}"
    if place == "half":
        return f"{two}, {on_shelf(ONE)}"
    if place == "third":
        small = f"(min-width: 40rem) {on_shelf(ONE)}, {cover(COMPACT, 1, 1)}"
        return f"(min-width: 62rem) {on_shelf(THREE)}, {two}, {small}"
    return f"(min-width: 67rem) {on_shelf(THREE)}, {two}, {on_shelf(ONE)}"
