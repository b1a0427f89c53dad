"""Values of one column: numbers, identifiers and yes/no answers, with missing codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.files import RawTable

BLANKS = frozenset({"", ".", "NA", "N/A", "NaN", "nan", "NULL", "<NA>"})
_YES = frozenset({"1", "yes", "y", "true", "ja", "oui"})
_NO = frozenset({"0", "no", "n", "false", "nein", "non"})
MissingCodes = Mapping[str, Sequence[Any]]


def token(value: Any) -> str:
    """One value as text: no blanks around it, and ``1.0`` as ``1``.

    Examples
    --------
    >>> token(1.0), token(" low ")
    ('1', 'low')
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def tokens(series: pd.Series) -> pd.Series:
    """Values of a column as text, missing where blank.

    Parameters
    ----------
    series : Series
        A raw column of any type.
    """
    if pd.api.types.is_string_dtype(series.dtype) and series.dtype != object:
        text = series.str.strip()
    else:
        text = series.map(token, na_action="ignore").astype("str")
        text = text.where(series.notna())
    return text.mask(text.isin(BLANKS))


def identifiers(series: pd.Series) -> pd.Series:
    """Participant identifiers as text; ``101.0`` from a workbook is ``101``."""
    text = tokens(series)
    whole = text.str.fullmatch(r"\d+\.0+", na=False)
    return text.mask(whole, text.str.replace(r"\.0+$", "", regex=True))


def missing_codes(codes: MissingCodes, *columns: str) -> frozenset[str]:
    """Codes declared missing for the first of ``columns`` that has its own, else the default.

    Examples
    --------
    >>> sorted(missing_codes({"default": [-9], "gp": [-9, 999]}, "gp_bl", "gp"))
    ['-9', '999']
    """
    for column in columns:
        if column in codes:
            return frozenset(map(token, codes[column]))
    return frozenset(map(token, codes.get("default", ())))


def numbers(
    raw: RawTable, column: str, missing: frozenset[str], codes: Mapping[Any, Any] | None = None
) -> tuple[pd.Series, list[Finding]]:
    """Numbers of a column, and a finding for each value that is none.

    Parameters
    ----------
    raw : RawTable
    column : str
    missing : frozenset of str
        Codes that mean missing.
    codes : mapping, optional
        Number that each value in the file stands for.
    """
    text = tokens(raw.frame[column])
    text = text.mask(text.isin(missing))
    if codes:
        known = {token(key): float(value) for key, value in codes.items()}
        text = text.map(lambda value: known.get(value, value), na_action="ignore")
    values = pd.to_numeric(text, errors="coerce").astype(float)
    values = values.mask(np.isinf(values))
    wrong = text.notna() & values.isna()
    return values, findings_by_value(raw, column, text[wrong], "E016", _not_a_number)


def _not_a_number(value: str) -> str:
    bare = value.replace("£", "").replace("$", "").replace("€", "").replace(" ", "")
    as_dot = bare.replace(",", ".") if bare.count(",") == 1 else bare.replace(",", "")
    try:
        hint = f"write {float(as_dot if '.' not in bare else bare.replace(',', '')):g}"
    except ValueError:
        hint = "correct it, or declare it under missing_codes"
    return f'"{value}" is not a number; {hint}.'


def findings_by_value(
    raw: RawTable,
    column: str,
    values: pd.Series,
    code: str,
    words: Callable[[Any], str],
    most: int = 5,
) -> list[Finding]:
    """One finding for each distinct value, at its first row, with the number of rows.

    Parameters
    ----------
    values : Series
        The values to report, indexed by row of the file.
    words : callable
        Message for one value.
    """
    found = []
    for value, rows in list(values.groupby(values, sort=False))[:most]:
        more = f" ({len(rows)} rows hold it.)" if len(rows) > 1 else ""
        place = Where(raw.name, int(rows.index[0]), column)
        found.append(Finding(code, words(value) + more, place))
    distinct = values.nunique()
    if distinct > most:
        message = f"{distinct - most} more values of this column have the same problem."
        found.append(Finding(code, message, Where(raw.name, None, column)))
    return found


def answers(raw: RawTable, column: str, missing: frozenset[str]) -> tuple[pd.Series, list[Finding]]:
    """True, False or missing for a yes/no question, and findings for any other value.

    A labelled column is read by its labels; otherwise 1 and yes are True, 0 and no are False.
    """
    text = tokens(raw.frame[column])
    text = text.mask(text.isin(missing))
    labels = {token(key): label for key, label in raw.labels.get(column, {}).items()}
    plain = text.map(lambda value: str(labels.get(value, value)), na_action="ignore")
    plain = plain.str.strip().str.lower()
    yes, no = plain.isin(_YES), plain.isin(_NO)
    wrong = text.notna() & ~yes & ~no
    answer = pd.Series(pd.NA, index=text.index, dtype="boolean").mask(yes, True).mask(no, False)
    return answer, findings_by_value(
        raw,
        column,
        text[wrong],
        "E017",
        lambda value: (
            f'"{value}" answers a yes/no question; use yes/no or 1/0, or declare it '
            "under missing_codes."
        ),
    )


def need_columns(raw: RawTable, *columns: str | None) -> list[Finding]:
    """``E014`` for each of ``columns`` that the table lacks, with the nearest name."""
    import difflib

    found = []
    for column in columns:
        if column is None or column in raw.frame.columns:
            continue
        names = list(map(str, raw.frame.columns))
        near = difflib.get_close_matches(column, names, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"columns are {', '.join(names[:12])}."
        found.append(
            Finding("E014", f'has no column "{column}"; {hint}', Where(raw.name, 1, column))
        )
    return found
