"""Tables of a report in other forms: frames, LaTeX, great_tables."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pandas as pd

from cpi_econ.errors import DataError, stop
from cpi_econ.report.content import Table, tables_of
from cpi_econ.report.material import material
from cpi_econ.report.sections import sections
from cpi_econ.result.answer import CEAResult

if TYPE_CHECKING:
    from great_tables import GT

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "−": r"$-$",
    "–": "--",
    "£": r"\pounds{}",
}


def report_tables(result: CEAResult) -> dict[str, Table]:
    """Every table of the report of a result by name, as text.

    Parameters
    ----------
    result : CEAResult
        From `evaluate` or `load`.
    """
    return {table.name: table for table in tables_of(sections(material(result)))}


def to_frame(table: Table) -> pd.DataFrame:
    """Table as a frame of text.

    Examples
    --------
    >>> to_frame(Table("t", "Costs", ["arm", "cost"], [["low", "£5"]]))["cost"].tolist()
    ['£5']
    """
    return pd.DataFrame(list(map(list, table.rows)), columns=list(table.columns), dtype=object)


def to_latex(table: Table) -> str:
    r"""Table as LaTeX with the rules of the package booktabs.

    Parameters
    ----------
    table : Table
        Every special character of its text is escaped.

    Examples
    --------
    >>> print(to_latex(Table("t", "Costs & use", ["arm", "cost"], [["low", "£5"]])))
    \begin{table}
    \caption{Costs \& use}
    \begin{tabular}{lr}
    \toprule
    arm & cost \\
    \midrule
    low & \pounds{}5 \\
    \bottomrule
    \end{tabular}
    \end{table}
    """
    letters = "l" * table.words + "r" * (len(table.columns) - table.words)
    lines = [
        r"\begin{table}",
        rf"\caption{{{_escaped(table.caption)}}}",
        rf"\begin{{tabular}}{{{letters}}}",
        r"\toprule",
        _line(table.columns),
        r"\midrule",
        *map(_line, table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        *([rf"\par\footnotesize {_escaped(table.note)}"] if table.note else []),
        r"\end{table}",
    ]
    return "\n".join(lines)


def to_great_table(table: Table) -> GT:
    """Table as a ``great_tables.GT``, arms as spanners.

    Parameters
    ----------
    table : Table

    Raises
    ------
    DataError
        ``E029`` great_tables is not installed.
    """
    if find_spec("great_tables") is None:
        message = (
            "this form of a table needs great-tables, which is not installed. Install the extra: "
            'python -m pip install "cpi-econ[report]".'
        )
        stop(DataError, "E029", message)
    from great_tables import GT, html

    frame = to_frame(table)
    frame.columns = pd.Index([f"column_{at}" for at in range(len(table.columns))])
    short = list(table.columns)
    made = GT(frame).tab_header(title=html(_web(table.caption)))
    at = table.words
    for heading, parts in table.groups:
        names = list(frame.columns[at : at + len(parts)])
        made = made.tab_spanner(label=html(_web(heading)), columns=names, id=f"arm_{at}")
        short[at : at + len(parts)] = parts
        at += len(parts)
    labels: dict[str, Any] = {
        name: html(_web(text)) for name, text in zip(frame.columns, short, strict=True)
    }
    made = made.cols_label(**labels).cols_align("right", list(frame.columns[table.words :]))
    return made.tab_source_note(html(_web(table.note))) if table.note else made


def _line(cells: Sequence[str]) -> str:
    return " & ".join(_escaped(str(cell)) for cell in cells) + r" \\"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)


def _web(text: str) -> str:
    from html import escape

    return escape(text)
