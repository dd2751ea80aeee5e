"""Normalise and check text that people type: Unicode, line breaks, e-mail addresses."""

import re
import unicodedata

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _

# The longest address that mail servers must accept, RFC 5321. email_validator does not count
# characters that its normalisation removes, so `email_fault` counts them.
EMAIL_LENGTH = 254
# Only the syntax is checked: a private mail server may well be called mail.local.
SPECIAL_USE_DOMAIN_NAMES.clear()

# The longest run of combining marks in a Stream-Safe text (UAX #15). Normalising a longer run takes
# quadratic time.
LONGEST_RUN = 30
# One NFC character is at most this many NFD characters.
LONGEST_SPELLING = 4

# Invisible characters whose Unicode category is letter, mark or symbol.
BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f\U0001d159")
# The blocks of emoji. Fonts have new emoji before Python knows that the characters are assigned.
_EMOJI = range(0x1F000, 0x1FB00)
_BREAKS = re.compile(r"[\n\t\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def normalise_text(text: str, *, most: int) -> str:
    r"""Return a text in NFC with \n as line break, stripped and without control characters.

    A text longer than `most` characters in any spelling, or with a fault found by `marks_fault`, is
    not converted to NFC, which could take minutes; callers refuse such a text anyway.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _CONTROLS.sub("", text).strip()
    if len(text) > most * LONGEST_SPELLING or marks_fault(text):
        return text
    return unicodedata.normalize("NFC", text).strip()


def normalise_line(text: str, *, most: int) -> str:
    """Return a text normalised as by `normalise_text`, with line breaks and tabs as spaces."""
    return in_one_line(normalise_text(text, most=most))


def normalise_tag(text: str, *, most: int) -> str:
    """Return a tag in the form in which it is stored: one line in small letters."""
    return normalise_line(text, most=most).lower()


def in_one_line(text: str) -> str:
    """Return a text with its line breaks and tabs replaced by spaces."""
    return _BREAKS.sub(" ", text).strip()


def marks_fault(text: str) -> str | None:
    """Return an error message if one letter has more than 30 combining marks, else None."""
    if text.isascii() or not any(map(unicodedata.combining, text)):
        return None
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > LONGEST_RUN:
            return ngettext(
                "One letter has more than %(num)s accent; please remove some.",
                "One letter has more than %(num)s accents; please remove some.",
                LONGEST_RUN,
            )
    return None


def has_visible_character(text: str) -> bool:
    """Return whether a text has at least one visible character."""
    return any(
        ord(character) in _EMOJI
        or (character not in BLANKS and unicodedata.category(character)[0] in "LNPS")
        for character in text
    )


def email_fault(text: str) -> str | None:
    """Return an error message if a text is no e-mail address by its syntax, else None."""
    if len(text) > EMAIL_LENGTH:
        return ngettext(
            "It has %(num)s character; it takes up to %(most)s.",
            "It has %(num)s characters; it takes up to %(most)s.",
            len(text),
            most=format_number(EMAIL_LENGTH),
        )
    try:
        validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        return str(error)
    except UnicodeError:
        return _("It contains characters that are not allowed in an e-mail address.")
    return None
