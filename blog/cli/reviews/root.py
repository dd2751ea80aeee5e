"""The group of commands that the modules of this folder add theirs to."""

from flask.cli import AppGroup

group = AppGroup("review", help="Import, export and list reviews; render them again.")
