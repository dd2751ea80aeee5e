"""Describe unexpected exceptions without quoting a reader.

docs/decisions/0052-logs-name-no-reader.md has the reasons.
"""

import errno
import os
from collections.abc import Iterator
from types import CodeType

from sqlalchemy.exc import DBAPIError, IntegrityError

from blog.db.errors import constraint_name, describe_error

UNKNOWN = "(message left out, as it may quote a reader)"


def harmless(error: BaseException) -> BaseException:
    """Return a copy of an exception, with its traceback and causes, whose message quotes nobody.

    The copy has the name of the exception's class, and prints and reports like the exception.
    """
    copies: dict[int, BaseException] = {}
    for each in _chain(error):
        kind = type(each)
        names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
        copy = type(kind.__name__, (Exception,), names)(explain(each))
        copies[id(each)] = copy.with_traceback(each.__traceback__)
    for each in _chain(error):
        copy = copies[id(each)]
        copy.__cause__ = copies.get(id(each.__cause__))
        copy.__context__ = copies.get(id(each.__context__))
        copy.__suppress_context__ = each.__suppress_context__
    return copies[id(error)]


def explain(error: BaseException) -> str:
    """Return what can be said of an exception without quoting a reader."""
    if isinstance(error, DBAPIError):
        broken = constraint_name(error) if isinstance(error, IntegrityError) else ""
        return f"{describe_error(error)} {broken}".rstrip()
    if isinstance(error, OSError) and error.errno and error.strerror == os.strerror(error.errno):
        return f"{errno.errorcode.get(error.errno, error.errno)} {error.strerror}"
    codes = list(_codes_of(error))
    if isinstance(error, (AttributeError, NameError)):
        is_ours = any(error.name in code.co_names + code.co_varnames for code in codes)
        return f"no {error.name}" if is_ours else UNKNOWN
    if not error.args:
        return ""
    # A sentence of the program, not one that was put together with a reader's words.
    message = error.args[0]
    is_ours = isinstance(message, str) and any(message in _texts_of(code) for code in codes)
    return message if is_ours and len(error.args) == 1 else UNKNOWN


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all exceptions that led to it, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [e for e in (each.__cause__, each.__context__) if e is not None]


def _codes_of(error: BaseException) -> Iterator[CodeType]:
    """Yield the code of each function in an exception's traceback."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code
        trace = trace.tb_next


def _texts_of(code: CodeType) -> Iterator[str]:
    return (value for value in code.co_consts if isinstance(value, str))
