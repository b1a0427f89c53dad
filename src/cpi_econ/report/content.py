"""What a report is made of, before it is a page or a document: sections of plain blocks.

Every block is text, so the page, the Word file and the workbook say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; ``strong`` for the sentences that a reader must not miss."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of a list, each with a heading word or none."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text.

    Parameters
    ----------
    name : str
        Sheet of the workbook, unique in a report.
    caption : str
    columns : sequence of str
    rows : sequence of sequence of str
    words : int
        Columns of words on the left; the others hold numbers.
    note : str
        Below the table.
    groups : sequence of (heading, headings)
        Columns of numbers gathered under a heading, as arms side by side; empty for none.
    """

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    note: str = ""
    groups: Sequence[tuple[str, Sequence[str]]] = ()

    def holds_words(self, column: int) -> bool:
        """Whether a column is one of words, set from the left, or one of numbers.

        Examples
        --------
        >>> Table("t", "Costs", ["arm", "cost"], [["low", "5"]]).holds_words(1)
        False
        """
        longest = max((len(row[column]) for row in self.rows), default=0)
        return column < self.words or longest > _LONGEST_NUMBER


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure drawn when it is needed, with its alternative text.

    Parameters
    ----------
    name, caption, alt : str
    draw : callable
        Returns the axes.
    beside : bool
        Whether it stands beside the figure before it where the page is wide enough for two.
    """

    name: str
    caption: str
    alt: str
    draw: Callable[[], Axes]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Explorer:
    """The plane and the acceptability curve that one threshold drives.

    Parameters
    ----------
    effects : sequence of str
        Effects to choose from, the primary one first.
    still : sequence of Picture
        What stands there on paper and without JavaScript.
    """

    effects: Sequence[str]
    still: Sequence[Picture]


Block = Paragraph | Listing | Table | Picture | Explorer


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the report; one without blocks is not shown."""

    id: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)


def tables_of(sections: Sequence[Section]) -> list[Table]:
    """Every table of a report in reading order.

    Examples
    --------
    >>> table = Table("t", "Costs", ["arm", "cost"], [["low", "5"]])
    >>> [one.name for one in tables_of([Section("a", "A", [Paragraph("x"), table])])]
    ['t']
    """
    return [block for one in sections for block in one.blocks if isinstance(block, Table)]
