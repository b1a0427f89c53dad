"""What is wrong with answers that cannot be valued, by row and column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.effects.instruments import Instrument
from cpi_econ.effects.level_checks import LevelFault, check_levels
from cpi_econ.errors import Finding, Where

_SHOWN = 5
_MOST = 20


def column_findings(frame: pd.DataFrame, names: Sequence[str], needs: str) -> list[Finding]:
    """``E055`` for each column that is absent or stands twice.

    Examples
    --------
    >>> column_findings(pd.DataFrame({"mo": [1]}), ["mo", "sc"], "EQ-5D-5L needs")[0].where.column
    'sc'
    """
    listed = ", ".join(map(str, frame.columns[:12]))
    findings = []
    for name in names:
        times = int((frame.columns == name).sum())
        if times != 1:
            found = (
                f'there is no column "{name}"' if not times else f'"{name}" stands {times} times'
            )
            message = f"{found}; {needs} {', '.join(names)}. Columns here: {listed}."
            findings.append(Finding("E055", message, Where(column=name)))
    return findings


def level_findings(
    columns: Sequence[npt.NDArray[Any]],
    instrument: Instrument,
    names: Sequence[str],
    index: pd.Index,
) -> list[Finding]:
    """Findings about columns of levels, in the order of the dimensions."""
    frame = pd.DataFrame(dict(zip(instrument.dimensions, columns, strict=True)), copy=False)
    faults = check_levels(frame, instrument)
    column = dict(zip(instrument.dimensions, names, strict=True))
    return [_finding(fault, column[fault.item], index) for fault in faults if fault.code[0] == "E"]


def _finding(fault: LevelFault, column: str, index: pd.Index) -> Finding:
    return Finding(
        fault.code,
        f"{fault.message} {rows_named(fault.rows, index)}",
        Where(None, None, column),
    )


def rows_named(rows: npt.NDArray[np.bool_], index: pd.Index) -> str:
    """Sentence that names the rows by their index labels.

    Examples
    --------
    >>> rows_named(np.array([False, True]), pd.Index([10, 11]))
    'Row 11.'
    """
    labels = [str(label) for label in index[rows]]
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    word = "Row" if len(labels) == 1 else "Rows"
    return f"{word} {', '.join(labels[:_SHOWN])}{more}."


def state_findings(
    codes: npt.NDArray[np.intp],
    unread: dict[int, object],
    instrument: Instrument,
    index: pd.Index,
) -> list[Finding]:
    """Findings about states that cannot be read, one for each different state."""
    findings = [
        Finding(
            *_state_fault(state, instrument, rows_named(codes == place, index)),
            Where(column="state"),
        )
        for place, state in list(unread.items())[:_MOST]
    ]
    if len(unread) > _MOST:
        more = f"{len(unread) - _MOST} more different answers are no states of {instrument.name}."
        findings.append(Finding("E053", more, Where(column="state")))
    return findings


def _state_fault(state: object, instrument: Instrument, rows: str) -> tuple[str, str]:
    text, width = str(state).strip(), len(instrument.dimensions)
    if len(text) != width or not (text.isascii() and text.isdigit()):
        wrong = (
            f'"{text}" is no state of {instrument.name}; a state is {width} digits, one for each '
            f"of {', '.join(instrument.dimensions)}. {rows}"
        )
        return "E053", wrong
    levels = pd.DataFrame([[int(x) for x in text]], columns=list(instrument.dimensions))
    fault = check_levels(levels, instrument)[0]
    return fault.code, f'state "{text}", {fault.item}: {fault.message} {rows}'
