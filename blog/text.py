"""What readers type, brought to one form without changing what it says."""

import re
import unicodedata

# Look like letters or marks to a program, and like nothing to a person.
_BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
)


def normalise_text(text: str) -> str:
    """Return several lines as NFC with plain line ends, without control characters or margins."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()


def normalise_line(text: str) -> str:
    """Return one line as NFC: line breaks and tabs in it become a space."""
    return re.sub(r"[\n\t\u2029]+", " ", normalise_text(text)).strip()


def has_visible_character(text: str) -> bool:
    """Tell whether a person would see anything at all."""
    return any(
        character not in _BLANKS and unicodedata.category(character)[0] in "LNPS"
        for character in text
    )


def dominant_language(text: str) -> str | None:
    """Name the language whose script fills at least a third of the letters, else None.

    A third, because Korean writers mix in Latin names, and never the other way round.
    """
    letters = sum(character.isalpha() for character in text)
    for language, script in _SCRIPTS:
        if letters and len(script.findall(text)) * 3 >= letters:
            return language
    return None
