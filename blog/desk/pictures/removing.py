"""Delete the files of pictures that are deleted."""

import logging
from collections.abc import Iterable

from blog.pictures.files import remove_files
from blog.web.current import current_settings

log = logging.getLogger(__name__)


def remove_unused_files(names: Iterable[str]) -> None:
    """Delete files that no picture has any more; one that cannot be deleted is logged."""
    media_dir = current_settings().media_dir
    if fault := remove_files(names, media_dir):
        log.warning("Unused pictures stay in %s, as they cannot be deleted: %s", media_dir, fault)
