"""Read the pictures that a form uploads, and say in words why one is refused."""

import logging
from dataclasses import dataclass, field

from flask import abort, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from blog.db.errors import RETRY_SECONDS
from blog.failures import explain
from blog.manuscripts.fields import Fault
from blog.pictures.commands import PictureFile
from blog.pictures.conversion import BadPictureError, BusyError
from blog.pictures.making import MAX_UPLOAD_BYTES, make_upload
from blog.text.language import gettext as _
from blog.text.normalising import normalise_line
from blog.web.current import current_settings

# As many bytes as the pictures of one request may have; a script sends one at a time.
MOST_BYTES = 5 * MAX_UPLOAD_BYTES
LONGEST_NAME = 100
log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class Uploads:
    """The pictures of a form with the names of their files, and a fault for each refused one.

    A fault has the name of a file in place of a key. `retry` is after how many seconds the same may
    succeed, None if it never will.
    """

    made: list[tuple[str, PictureFile]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    retry: int | None = None

    @property
    def alert(self) -> str:
        """Return all faults as one text."""
        return " ".join(str(fault) if fault.key else fault.sentence for fault in self.faults)

    @property
    def status(self) -> int:
        """Return the status of a response that shows the faults."""
        return 422 if self.retry is None else 503


def read_form() -> None:
    """Read the fields and files of this request.

    Responds with 413 if they are too large, and with 503 if there is no room for them.
    """
    try:
        request.form  # noqa: B018  # Reading it is what may fail.
    except RequestEntityTooLarge:
        fault = _(
            "A picture may have up to %(each)s MiB, all that are sent at once up to %(all)s MiB."
            " Nothing was changed.",
            each=MAX_UPLOAD_BYTES // 2**20,
            all=MOST_BYTES // 2**20,
        )
        abort(413, fault)
    except OSError as error:
        log.warning("An upload cannot be stored: %s", explain(error))
        abort(503, _say_no_room())


def read_uploads(name: str, *, is_optional: bool = False) -> Uploads:
    """Return the pictures in the files of a form's field, converted and stored as files."""
    uploads = Uploads()
    files = [file for file in request.files.getlist(name) if _is_chosen(file)]
    if not files and not is_optional:
        uploads.faults.append(Fault("", _("Choose a picture first.")))
    for file in files:
        _add(uploads, file)
    return uploads


def _is_chosen(file: FileStorage) -> bool:
    """Return whether a file was chosen; a browser sends an empty one without a name if not."""
    if file.filename:
        return True
    has_content = bool(file.stream.read(1))
    file.stream.seek(0)
    return has_content


def _add(uploads: Uploads, file: FileStorage) -> None:
    name = normalise_line(file.filename or "", most=LONGEST_NAME)
    shown = name[:LONGEST_NAME] or _("The picture")
    try:
        made = make_upload(file.stream, current_settings().media_dir)
    except BusyError as error:
        uploads.faults.append(Fault(shown, str(error)))
        uploads.retry = RETRY_SECONDS
    except BadPictureError as error:
        uploads.faults.append(Fault(shown, str(error)))
    except OSError as error:
        log.warning("An uploaded picture cannot be stored: %s", explain(error))
        uploads.faults.append(Fault(shown, _say_no_room()))
        uploads.retry = RETRY_SECONDS
    else:
        uploads.made.append((name, made))


def _say_no_room() -> str:
    return _(
        "The site has no room for it, or may not write to its folder of pictures. Tell whoever"
        " runs the site; the log says why."
    )
