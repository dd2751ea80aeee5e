"""Recognise faces made of characters, such as (*´▽`*), which contain characters of Markdown."""

import re

# Letters that are eyes, mouths or arms in faces, such as *ㅠㅠ* and (*´ω`*).
_LETTERS = "oO0uUvVwWTωΩдДεзノﾉツﾟﾞㅅㅁㅂㅇㅠㅜ_"
# Symbols and punctuation; an emoji between asterisks is emphasised.
_PART = rf"[^\s\w*\U0001f000-\U0001faff]|[{_LETTERS}]"
_BETWEEN_STARS = re.compile(rf"(\*\*?)((?:{_PART}){{1,12}})\1(?!\*)")
_BETWEEN_BRACKETS = re.compile(rf"(?:[^\w\s>]|[{_LETTERS}xX3]){{0,5}} ?<(?![\w/])")
_TWICE = re.compile(r"(?P<side>[-*]) ?\S{1,3} ?(?P=side)(?!\S)")
_ROUND = {"(": 1, "（": 1, ")": -1, "）": -1}


def find_face_with_stars(text: str, start: int) -> int | None:
    """Return the end of a face between asterisks that begins at `start`, such as *^^*, or None."""
    match = _BETWEEN_STARS.match(text, start)
    if match is None or (match[2].isascii() and match[2].isalnum()):
        return None
    return match.end()


def begins_inside_face(text: str) -> bool:
    """Return whether a text is the rest of a face such as > _ <, without its first character."""
    return _BETWEEN_BRACKETS.match(text) is not None


def is_face_line(line: str) -> bool:
    """Return whether a line begins with a face such as - _ -, which looks like a list."""
    return _TWICE.match(line) is not None


def is_between_faces(text: str) -> bool:
    """Return whether a text between two backticks runs from one face to the next.

    Between (´･ω･`) and (´･ω･`) a bracket closes that was never opened.
    """
    depth = 0
    for character in text:
        depth += _ROUND.get(character, 0)
        if depth < 0:
            return True
    return depth > 0 or text[:1].isspace() != text[-1:].isspace()
