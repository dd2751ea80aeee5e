"""Convert a picture in a process of its own, so that a bad one can neither stall nor fill this one.

A picture of 40 megapixels takes hundreds of megabytes, and decoders written in C have had faults.
"""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import IO, Any

from blog.pictures import converter
from blog.pictures.converter import Converted, File
from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _

AT_ONCE = 2
_slots = BoundedSemaphore(AT_ONCE)
log = logging.getLogger(__name__)


class BadPictureError(Exception):
    """Raised when a picture file cannot be used; the message says why."""


class BusyError(BadPictureError):
    """Raised when too many pictures are being converted; the same picture may succeed later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """The most that converting one picture may take.

    `wait` is how many seconds it may wait for its turn, `seconds` how many it may then last, and
    `memory` how many MiB of memory it may ask for.
    """

    wait: float = 60
    seconds: float = 60
    memory: int = 1024


USUAL = Bounds()


def convert(file: IO[bytes], *, bounds: Bounds = USUAL) -> Converted:
    """Return the picture in an open file of the disk, converted for the web.

    Raises BadPictureError, and BusyError if AT_ONCE others are being converted all the time.
    """
    if not _slots.acquire(timeout=bounds.wait):
        raise BusyError(_("could not be converted: other pictures are. Try again in a minute."))
    try:
        answer = _run(file, bounds)
    finally:
        _slots.release()
    head, _end, contents = answer.partition(b"\n")
    values = json.loads(head)
    if reason := values.pop("reason", None):
        raise BadPictureError(_explain(reason, values))
    return Converted(**{**values, "files": _split(contents, values["files"])})


def _run(file: IO[bytes], bounds: Bounds) -> bytes:
    """Return what the program says about a picture."""
    # All processors count, and the system looks at whole seconds; it is for a program whose parent
    # is gone.
    limits = (str(bounds.memory * 2**20), str(round(bounds.seconds) * AT_ONCE + 1))
    try:
        done = subprocess.run(  # noqa: S603  # The program is ours, its arguments are numbers.
            # Without -I, the program could import a module that lies beside it.
            [sys.executable, "-I", converter.__file__, *limits],
            stdin=file,
            capture_output=True,
            timeout=bounds.seconds,
            check=True,
            env={},  # It needs none of the secrets in this process's environment.
        )
    except subprocess.TimeoutExpired:
        seconds = round(bounds.seconds)
        fault = ngettext(
            "takes longer than %(num)s second to convert.",
            "takes longer than %(num)s seconds to convert.",
            seconds,
        )
        raise BadPictureError(f"{fault} {scale_it_down()}") from None
    except subprocess.CalledProcessError as error:
        # The name of an exception alone: its message may quote the picture, such as its title.
        last = error.stderr.decode(errors="replace").strip().rpartition("\n")[-1]
        kind = last.partition(":")[0] if last.partition(":")[0].isidentifier() else "-"
        log.warning("The converter of pictures ended with status %s: %s", error.returncode, kind)
        raise BadPictureError(_explain("memory", {})) from None
    return done.stdout


def _split(contents: bytes, files: list[tuple[int, str, int]]) -> list[File]:
    """Return the files from their widths, endings and lengths, and their bytes in a row."""
    split, start = [], 0
    for width, ending, length in files:
        split.append(File(width, ending, contents[start : start + length]))
        start += length
    return split


def _explain(reason: str, values: dict[str, Any]) -> str:
    """Return the sentences that say why a picture is refused, and what to do."""
    size = " × ".join(format_number(values[key]) for key in ("width", "height") if key in values)
    kinds = _("It takes a JPEG, PNG, WebP or AVIF picture.")
    match reason:
        case "unknown":
            fault, advice = _("is no picture this site can read."), kinds
        case "damaged":
            fault, advice = _("is damaged (%(problem)s).", problem=values["problem"]), kinds
        case "pixels":
            most = values["most"] // 10**6
            fault = (
                _("has %(size)s pixels; it takes up to %(most)s million.", size=size, most=most)
                if size
                else _("has too many pixels; it takes up to %(most)s million.", most=most)
            )
            advice = scale_it_down()
        case "side":
            fault = _(
                "has %(size)s pixels; no side may be longer than %(most)s.",
                size=size,
                most=format_number(values["most"]),
            )
            advice = scale_it_down()
        case "tall":
            fault = _(
                "is too tall: at a width of %(width)s pixels, at most %(height)s are allowed.",
                width=format_number(values["width"]),
                height=format_number(values["most"]),
            )
            advice = _("Cut it into several pictures.")
        case _:
            fault = _("takes too much memory to convert, or stops the program that converts it.")
            advice = scale_it_down()
    return f"{fault} {advice}"


def scale_it_down() -> str:
    """Return the advice for a picture that is too large."""
    return _("Scale it down, or save it again as JPEG.")
