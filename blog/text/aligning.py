"""Find the shortest way to turn one sequence into another, with a bound on the work it takes.

E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: the work grows with the length
and the number of differences, so few changes in a long text are found fast, and the number of steps
can be limited. The time of `difflib` has no such limit.
"""

from array import array
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager


class TooDifferentError(Exception):
    """A comparison took more steps than it may."""


class Work:
    """The steps that a comparison may still take."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int) -> None:
        """Count steps. Raises TooDifferentError when too few are left."""
        if steps > self.left:
            raise TooDifferentError
        self.left -= steps

    @contextmanager
    def limited(self, steps: int) -> Iterator["Work"]:
        """Yield a part of this work, of at most `steps`; what is taken of it is counted here."""
        given = min(steps, self.left)
        part = Work(given)
        try:
            yield part
        finally:
            self.left -= given - part.left


# A run of items that two sequences share: its place in the old one, in the new one, its length.
Match = tuple[int, int, int]


def list_matches(old: Sequence[Hashable], new: Sequence[Hashable], work: Work) -> list[Match]:
    """Return the runs of items that both sequences have in the same order, as many as possible.

    Raises TooDifferentError when that takes more steps than `work` has left.
    """
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = _list_pairs(old[start : len(old) - end], new[start : len(new) - end], work)
    runs = [
        (0, 0, start),
        *((start + place, start + other, length) for place, other, length in _join(middle)),
        (len(old) - end, len(new) - end, end),
    ]
    return [run for run in runs if run[2]]


def _list_pairs(
    old: Sequence[Hashable], new: Sequence[Hashable], work: Work
) -> list[tuple[int, int]]:
    """Return the places of equal items, by walking back from the end along the furthest paths."""
    paths = _find_paths(old, new, work)
    pairs: list[tuple[int, int]] = []
    place, other = len(old), len(new)
    for changes in range(len(paths) - 1, 0, -1):
        before = paths[changes - 1]
        diagonal = place - other
        is_added = _comes_from_above(before, diagonal, changes)
        previous = diagonal + 1 if is_added else diagonal - 1
        start = before[previous + changes - 1]
        # The change itself is one step; the items after it are equal.
        first = start if is_added else start + 1
        while place > first:
            place, other = place - 1, other - 1
            pairs.append((place, other))
        place, other = start, start - previous
    pairs += [(each, each) for each in range(place - 1, -1, -1)]
    return pairs[::-1]


def _find_paths(
    old: Sequence[Hashable], new: Sequence[Hashable], work: Work
) -> list[Sequence[int]]:
    """Return, for 0, 1, 2 … changes, how far each diagonal gets in `old`, until the end is reached.

    The diagonal `place in old - place in new` is at the index diagonal + number of changes.
    """
    paths: list[Sequence[int]] = []
    for changes in range(len(old) + len(new) + 1):
        work.take(changes + 1)
        reached = array("l", bytes(array("l").itemsize * (2 * changes + 1)))
        for diagonal in range(-changes, changes + 1, 2):
            place = 0
            if changes:
                is_added = _comes_from_above(paths[-1], diagonal, changes)
                previous = diagonal + 1 if is_added else diagonal - 1
                place = paths[-1][previous + changes - 1] + (0 if is_added else 1)
            start = place
            end = min(len(old), len(new) + diagonal, start + work.left + 1)
            while place < end and old[place] == new[place - diagonal]:
                place += 1
            work.take(place - start)
            reached[diagonal + changes] = place
            if place >= len(old) and place - diagonal >= len(new):
                paths.append(reached)
                return paths
        paths.append(reached)
    raise AssertionError("removing all of old and adding all of new always reaches the end")


def _comes_from_above(before: Sequence[int], diagonal: int, changes: int) -> bool:
    """Return whether a diagonal is best reached by adding an item, and not by removing one."""
    if diagonal == -changes:
        return True
    if diagonal == changes:
        return False
    return before[diagonal + changes - 2] < before[diagonal + changes]


def _join(pairs: list[tuple[int, int]]) -> list[Match]:
    """Return pairs of places as runs."""
    runs: list[Match] = []
    for place, other in pairs:
        if runs and (place, other) == (runs[-1][0] + runs[-1][2], runs[-1][1] + runs[-1][2]):
            runs[-1] = (*runs[-1][:2], runs[-1][2] + 1)
        else:
            runs.append((place, other, 1))
    return runs
