"""Values of one column: numbers, identifiers and yes/no answers, with missing codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.decimals import points_for_commas
from cpi_econ.study.files import RawTable
from cpi_econ.study.wording import number_of, shortened

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
    """Values of a column as text, missing where blank; whole numbers without decimals.

    Parameters
    ----------
    series : Series
        A raw column of any type.

    Examples
    --------
    >>> tokens(pd.Series([" a", "2.0", "", "01"])).tolist()
    ['a', '2', nan, '01']
    """
    if _holds_numbers(series):
        codes, distinct = pd.factorize(series)
        texts = pd.array([token(value) for value in distinct], dtype="str")
        text = pd.Series(texts.take(codes, allow_fill=True), index=series.index)
    elif pd.api.types.is_string_dtype(series.dtype) and series.dtype != object:
        text = series.astype("str").str.strip()
    else:
        text = series.astype(object).map(token, na_action="ignore").astype("str")
        text = text.where(series.notna())
    whole = text.str.fullmatch(r"-?\d+\.0+", na=False)
    if whole.any():
        text = text.mask(whole, text.str.replace(r"\.0+$", "", regex=True))
    return text.mask(text.isin(BLANKS))


def labelled(raw: RawTable, column: str) -> pd.Series | None:
    """Column with its value labels in place of codes, or None unless every value has one.

    Parameters
    ----------
    raw : RawTable
    column : str
    """
    labels = {token(key): label for key, label in raw.labels.get(column, {}).items()}
    if not labels:
        return None
    text = tokens(raw.frame[column])
    return recoded(text, labels) if text.dropna().isin(list(labels)).all() else None


def recoded(text: pd.Series, known: Mapping[str, str]) -> pd.Series:
    """Word for each text, missing where it has none; each distinct text is looked up once.

    Parameters
    ----------
    text : Series of str
    known : mapping
        Word for each text.

    Examples
    --------
    >>> recoded(pd.Series(["1", "2", "1"]), {"1": "low"}).tolist()
    ['low', nan, 'low']
    """
    codes, distinct = pd.factorize(text)
    words = pd.Series([known.get(one) for one in distinct], dtype="str").array
    return pd.Series(words.take(codes, allow_fill=True), index=text.index)


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
    series = raw.frame[column]
    if _holds_numbers(series) and not codes and not np.isinf(_floats(series)).any():
        return _without(_floats(series), missing), []
    if not codes and raw.decimal == "." and (plain := _plain_numbers(series, missing)) is not None:
        return plain, []
    text = shown = tokens(series)
    either = pd.Series(False, index=series.index)
    if raw.decimal == "," and not _holds_numbers(series):
        shown = series.astype("str").str.strip().where(text.notna())
        commas, either = points_for_commas(shown)
        text = tokens(commas)
    text = text.mask(text.isin(missing))
    if codes:
        text = _recoded(text, _known(codes, raw.labels.get(column, {})))
    values = _at_once(text)
    if values is None:
        values = pd.to_numeric(text, errors="coerce").astype(float)
    values = values.mask(np.isinf(values) | either)
    wrong = text.notna() & values.isna()
    words = _not_a_comma_number if raw.decimal == "," else _not_a_number
    return values, findings_by_value(raw, column, shown[wrong], "E016", words)


def _plain_numbers(series: pd.Series, missing: frozenset[str]) -> pd.Series | None:
    """Numbers of a column of text, or None unless every cell is empty or a number and no code."""
    values = _at_once(series)
    if values is None:
        return None
    plain = np.isfinite(values) | series.isna()
    return values if plain.all() and _without(values, missing).equals(values) else None


def _at_once(text: pd.Series) -> pd.Series | None:
    """Numbers of text where every cell is empty or a number, at a tenth of the time of pandas."""
    if not pd.api.types.is_string_dtype(text.dtype) or text.dtype == object:
        return None
    import pyarrow as pa
    from pyarrow.compute import ascii_trim_whitespace

    try:
        found = ascii_trim_whitespace(pa.array(text.array, from_pandas=True)).cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    # adding nothing makes the zero of "-0" plain
    return pd.Series(found.to_numpy(zero_copy_only=False) + 0.0, index=text.index)


def _holds_numbers(series: pd.Series) -> bool:
    kinds = pd.api.types
    return bool(kinds.is_numeric_dtype(series.dtype) and not kinds.is_bool_dtype(series.dtype))


def _floats(series: pd.Series) -> pd.Series:
    return pd.Series(series.to_numpy(dtype=float, na_value=np.nan), index=series.index)


def _without(values: pd.Series, missing: frozenset[str]) -> pd.Series:
    codes = pd.to_numeric(pd.Series(sorted(missing), dtype="str"), errors="coerce").dropna()
    return values.mask(values.isin(codes))


def _known(codes: Mapping[Any, Any], labels: Mapping[Any, str]) -> dict[str, str]:
    """Value for each code, and for each value whose label is a code."""
    known = {token(code): token(value) for code, value in codes.items()}
    return {token(key): known[label] for key, label in labels.items() if label in known} | known


def _recoded(text: pd.Series, known: Mapping[str, str]) -> pd.Series:
    return recoded(text, known).where(text.isin(list(known)), text)


def _not_a_number(value: str) -> str:
    return f'"{value}" is not a number; {_instead(value)}.'


def _not_a_comma_number(value: str) -> str:
    if re.fullmatch(r"-?[\d.]+", value):
        bare, comma = value.replace(".", ""), value.replace(".", ",", 1)
        return f'"{value}" has a point in a file with decimal: ","; write {bare} or {comma}.'
    return f'"{value}" is not a number; {_instead(value)}.'


def _instead(value: str) -> str:
    bare = re.sub(r"[£$€\s]", "", value)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        return f"write {bare.replace(',', '')}"
    if re.fullmatch(r"-?(\d{1,3}(\.\d{3})+|\d+),\d+", bare, flags=re.ASCII):
        point = bare.replace(".", "").replace(",", ".")
        return f'write {point}. Where all numbers of a file are so, write decimal: "," under it'
    if re.fullmatch(r"-?\d+[.,]?\d*", bare, flags=re.ASCII):
        return f"write {bare.replace(',', '.')}"
    if re.search(r"\d[-/]\d|[A-Za-z]{3}-\d|\d-[A-Za-z]{3}", value):
        return "a spreadsheet may have turned a number into a date; correct it"
    return "correct it, or declare it under missing_codes"


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
        found.append(Finding(code, words(shortened(value)) + more, place))
    distinct = values.nunique()
    if distinct > most:
        rest = number_of(distinct - most, "more value", "more values")
        message = f"{rest} of this column have the same problem."
        found.append(Finding(code, message, Where(raw.name, None, column)))
    return found


def answers(raw: RawTable, column: str, missing: frozenset[str]) -> tuple[pd.Series, list[Finding]]:
    """True, False or missing for a yes/no question, and findings for any other value.

    A labelled column is read by its labels; otherwise 1 and yes are True, 0 and no are False.
    """
    text = tokens(raw.frame[column])
    text = text.mask(text.isin(missing))
    labels = {token(key): label for key, label in raw.labels.get(column, {}).items()}
    plain = _recoded(text, labels).astype("str").str.strip().str.lower()
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
        names = list(raw.columns)
        near = [name for name in names if name.casefold() == column.casefold()]
        near = near or difflib.get_close_matches(column, names, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"columns are {', '.join(names[:12])}."
        found.append(
            Finding("E014", f'has no column "{column}"; {hint}', Where(raw.name, 1, column))
        )
    return found
