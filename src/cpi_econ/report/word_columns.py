"""How a table is laid on a Word page: size of type, widths of columns, page turned or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cpi_econ.report.content import Table
from cpi_econ.report.style import columns_wide
from cpi_econ.report.table_shapes import decimals_aligned

PORTRAIT, LANDSCAPE = 170.0, 257.0
_PADDING = 4.2
_SIZES = (9.0, 8.0, 7.5)
_LONGEST_WORD, _READABLE = 45.0, 36.0
_MILLIMETRES = 0.3528
# Widths of letters as shares of the size, of Arial and the faces made to its measure.
_NARROW = frozenset("ijltfI.,:;'()[]|/ -\u00a0\u2008")
_WIDE = frozenset("MWmw%@")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid.

    Parameters
    ----------
    size : float
        Size of the type [points].
    widths : tuple of float
        Of the columns [mm].
    turned : bool
        Whether the page lies on its long side.
    split : bool
        Whether a bracket may stand below its number.
    """

    size: float
    widths: tuple[float, ...]
    turned: bool = False
    split: bool = False


def layout(block: Table) -> Layout:
    """Return the first layout in which no word and no number is broken.

    Smaller type is tried first, then brackets below their numbers, then a turned page.

    Parameters
    ----------
    block : Table

    Examples
    --------
    >>> table = Table("t", "", ["Service", "Cost"], [["A very long name " * 9, "£5"]])
    >>> laid = layout(table)
    >>> laid.size, [round(width) for width in laid.widths], laid.turned
    (9.0, [158, 12], False)
    """
    for turned, split in ((False, False), (False, True), (True, False), (True, True)):
        room = LANDSCAPE if turned else PORTRAIT
        for size in _SIZES:
            least, whole = _asked(block, size, split)
            if sum(least) <= room:
                return Layout(size, _shared(least, whole, room), turned, split)
    squeezed = [LANDSCAPE * one / sum(least) for one in least]
    return Layout(_SIZES[-1], tuple(squeezed), turned=True, split=True)


def _shared(least: list[float], whole: list[float], room: float) -> tuple[float, ...]:
    """Room left over goes to the columns that would wrap, by the square root of what they lack."""
    widths = list(least)
    for _ in widths:
        lack = [max(full - has, 0.0) for full, has in zip(whole, widths, strict=True)]
        left = room - sum(widths)
        if left <= 1e-9 or not any(lack):
            break
        weights = [math.sqrt(one) for one in lack]
        given = [left * one / sum(weights) for one in weights]
        widths = [has + min(a, b) for has, a, b in zip(widths, given, lack, strict=True)]
    return tuple(widths)


def _asked(block: Table, size: float, split: bool) -> tuple[list[float], list[float]]:
    """Least width of each column, and the width at which nothing in it wraps."""
    least, whole, rows = [], [], decimals_aligned(block)
    for at, heading in enumerate(_lower_headings(block)):
        cells = [row[at] for row in rows]
        head = _widest(heading.split(), size, bold=True)
        title = _widest([heading], size, bold=True)
        line = _widest(cells, size)
        if block.holds_words(at):
            word = min(_widest(_words(cells), size), _LONGEST_WORD)
            need = max(head, word, min(line, _READABLE))
            full = max(line, title)
        else:
            need = max(head, _widest(_parts(cells), size) if split else line)
            full = max(need, line, 0.6 * title)
        least.append(_PADDING + need)
        whole.append(_PADDING + full)
    return least, whole


def _lower_headings(block: Table) -> list[str]:
    if not block.groups:
        return list(block.columns)
    return [*block.columns[: block.words], *(one for _, short in block.groups for one in short)]


def _words(texts: Sequence[str]) -> list[str]:
    return [word for text in texts for word in text.replace("/", "/ ").split()]


def _parts(texts: Sequence[str]) -> list[str]:
    """Numbers and their brackets apart."""
    return [part for text in texts for part in text.replace(" (", "\n(").split("\n")]


def _widest(texts: Sequence[str], size: float, *, bold: bool = False) -> float:
    return max((_length(text, size) for text in texts), default=0.0) * (1.06 if bold else 1.0)


def _length(text: str, size: float) -> float:
    """Length of a line of text [mm]."""
    return _MILLIMETRES * size * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.9
    if letter.isupper():
        return 0.72
    return 0.57 * columns_wide(letter)
