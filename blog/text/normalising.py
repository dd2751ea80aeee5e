"""What readers type, brought to one form without changing what it says."""

import re
import unicodedata

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _

# The most a mail server must take, RFC 5321; the validator counts without what it maps to nothing.
EMAIL_LENGTH = 254
# Syntax alone decides: a house may well call its own mail server mail.local.
SPECIAL_USE_DOMAIN_NAMES.clear()

# UAX #15 calls a text Stream-Safe where no run of combining marks is longer. Sorting a longer run
# takes time that grows with the square of its length.
LONGEST_RUN = 30
# So many characters of NFD are one of NFC, at most.
LONGEST_SPELLING = 4

# Look like letters or marks to a program, and like nothing to a person.
BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
_BREAKS = re.compile(r"[\n\t\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
)


def normalise_text(text: str, *, most: int) -> str:
    """Return several lines as NFC with plain line ends, without control characters or margins.

    A text that has more than `most` characters in every spelling, or one with a fault that
    `marks_fault` names, keeps its spelling: normalising it could take minutes, and it is to be
    refused.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _CONTROLS.sub("", text).strip()
    if len(text) > most * LONGEST_SPELLING or marks_fault(text):
        return text
    return unicodedata.normalize("NFC", text).strip()


def normalise_line(text: str, *, most: int) -> str:
    """Return one line as `normalise_text` does; line breaks and tabs in it become a space."""
    return in_one_line(normalise_text(text, most=most))


def in_one_line(text: str) -> str:
    """Return a text with a space for its line breaks and tabs."""
    return _BREAKS.sub(" ", text).strip()


def marks_fault(text: str) -> str | None:
    """Say in a sentence that a text has a longer run of combining marks than any language has."""
    run = 0
    for character in "" if text.isascii() else text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > LONGEST_RUN:
            return ngettext(
                "More than %(num)s accent stands on one letter; please remove some.",
                "More than %(num)s accents stand on one letter; please remove some.",
                LONGEST_RUN,
            )
    return None


def has_visible_character(text: str) -> bool:
    """Tell whether a person would see anything at all."""
    return any(
        character not in BLANKS and unicodedata.category(character)[0] in "LNPS"
        for character in text
    )


def email_fault(text: str) -> str | None:
    """Say in a sentence what keeps a text from being an e-mail address by its syntax, or None."""
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
        return _("It has characters that no e-mail address can have.")
    return None


def dominant_language(text: str) -> str | None:
    """Name the language whose script fills at least a third of the letters, else None.

    A third, because Korean writers mix in Latin names, and never the other way round.
    """
    letters = sum(character.isalpha() for character in text)
    for language, script in _SCRIPTS:
        if letters and len(script.findall(text)) * 3 >= letters:
            return language
    return None
