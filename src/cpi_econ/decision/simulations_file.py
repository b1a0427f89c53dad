"""Tables that a model wrote: delimiters and decimal signs of any country, faults in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cpi_econ.contracts import REPLICATE
from cpi_econ.errors import DataError, Finding, Where, raise_all, stop

_DELIMITERS = ",;\t"
BOOKS = (".xlsx", ".xls", ".ods")


def read_parameters(path: str | Path) -> pd.DataFrame:
    r"""Parameters of a model: one row a simulation, one column a parameter.

    Parameters
    ----------
    path : path-like
        A csv or tsv file, or the first sheet of a workbook. A column ``replicate`` and row numbers
        without a header, as R writes them, are left out.

    Returns
    -------
    DataFrame
        Numbers; columns in the order of the file.

    Raises
    ------
    DataError
        ``E096`` no file, no table, or a parameter that is no number in some simulation.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "parameters.csv"
    ...     _ = file.write_text("risk;cost\n0,25;100\n0,31;120,5\n")
    ...     read_parameters(file)["risk"].tolist()
    [0.25, 0.31]
    """
    path = Path(path)
    if not path.is_file():
        stop(DataError, "E096", "there is no such file.", Where(path.name))
    if path.suffix.lower() in BOOKS:
        table = next(iter(read_sheets(path).values()))
    else:
        table = read_delimited(path)
    numbered = [name for name in table if str(name).startswith("Unnamed:")]
    table = table.drop(columns=[*numbered, REPLICATE], errors="ignore")
    return _numbers(table, path)


def _numbers(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    values: pd.DataFrame = table.apply(pd.to_numeric, errors="coerce")
    findings = [
        Finding(
            "E096",
            f"{int(count)} of {len(values)} values of parameter {name} are no numbers; every "
            "simulation needs one, and labels of categories must be numbers.",
            Where(path.name, None, str(name)),
        )
        for name, count in values.isna().sum().items()
        if count
    ]
    raise_all(findings, DataError)
    return values.astype(float)


def read_delimited(path: Path) -> pd.DataFrame:
    """Table of a text file whose header tells what separates its columns.

    Where that is a semicolon, decimals may have a comma or a point.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DataError
        ``E096`` the file is empty, is no table, or is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig") as stream:
            header = stream.readline()
        delimiter = max(_DELIMITERS, key=header.count)
        decimal = "," if delimiter == ";" else "."
        return pd.read_csv(path, sep=delimiter, decimal=decimal, encoding="utf-8-sig")
    except UnicodeDecodeError:
        stop(DataError, "E096", "is not UTF-8 text; save it as csv UTF-8.", Where(path.name))
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        message = f"is no table: {str(error).strip().rstrip('.')}."
        stop(DataError, "E096", message, Where(path.name))


def read_sheets(path: Path) -> dict[str, pd.DataFrame]:
    """Sheets of a workbook by name, small letters.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DataError
        ``E096`` the file is no workbook.
    """
    from python_calamine import CalamineError

    try:
        sheets = pd.read_excel(path, sheet_name=None, engine="calamine")
    except (CalamineError, ValueError):
        message = f"cannot be opened as a {path.suffix} workbook; is it really one?"
        stop(DataError, "E096", message, Where(path.name))
    return {str(name).strip().lower(): frame for name, frame in sheets.items()}
