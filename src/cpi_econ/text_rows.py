"""What every reader of text tables must know of a row."""

from __future__ import annotations

_DELIMITERS = ",;\t"


def delimiter_of(header: str) -> str:
    r"""Sign that most often stands in the first row: Excel writes ``;`` in much of Europe.

    Parameters
    ----------
    header : str

    Examples
    --------
    >>> delimiter_of("id;arm;cost in EUR, 2024"), delimiter_of("id\tarm")
    (';', '\t')
    """
    return max(_DELIMITERS, key=header.count)


def uneven_row(cells: int, width: int) -> str:
    """What is said of a row that has more, or fewer, cells than the header.

    Parameters
    ----------
    cells, width : int
        Of the row and of the header.

    Examples
    --------
    >>> uneven_row(3, 2)[:33]
    'has 3 cells and the header 2; a v'
    """
    return (
        f"has {cells} cells and the header {width}; a value that holds the separator needs "
        "quotation marks around it."
    )
