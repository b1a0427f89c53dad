"""A file of answers, scored and written back with a utility column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpi_econ.errors import DataError, Finding, Where, raise_all, stop

if TYPE_CHECKING:
    import pandas as pd

    from cpi_econ.effects.value_set import ValueSet

_SHORT = ("mo", "sc", "ua", "pd", "ad")


@dataclass(frozen=True)
class ScoredFile:
    """What was scored, and where it was written."""

    file: Path
    column: str
    utility: pd.Series
    findings: list[Finding] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """File, column, rows, rows scored, and mean utility."""
        return {
            "file": str(self.file),
            "column": self.column,
            "rows": len(self.utility),
            "scored": int(self.utility.notna().sum()),
            "mean": float(self.utility.mean()) if self.utility.notna().any() else None,
        }


def score_file(
    file: Path,
    value_set: str,
    columns: Mapping[str, str],
    missing: Sequence[str],
    *,
    mapping: str | None = None,
    age: str | None = None,
    sex: str | None = None,
    out: Path | None = None,
    sheet: str | None = None,
) -> ScoredFile:
    """Score a file and write it with a column ``utility_<set>``; the input is never changed.

    With a mapping its name follows the set's in the name of the column.

    Parameters
    ----------
    file : Path
        csv, tsv, parquet, xlsx, dta or sav.
    value_set : str
        Catalogue id or the path of a user's own set.
    columns : mapping
        Dimension to column, or ``state`` to column; columns named by dimension, or mo, sc, ua, pd
        and ad, are found by themselves.
    missing : sequence of str
        Codes that mean no answer.
    mapping, age, sex : str, optional
        Mapping, and the columns it needs.
    out : Path, optional
        File to write; beside the input, with the set's id in its name, when absent.
    sheet : str, optional
        Sheet of a workbook; the first one when absent.

    Raises
    ------
    DataError
        Whatever is wrong with the answers, by row of the file; nothing is written then.
    """
    from cpi_econ.effects.catalogue import value_set as find
    from cpi_econ.effects.mapped import map_utilities, source_version
    from cpi_econ.result.files import staged
    from cpi_econ.study.files import read_file

    chosen = find(value_set)
    raw = read_file(file, sheet)
    target = out or file.with_name(f"{file.stem}_{chosen.id}{file.suffix}")
    _refuse_unwritable(target, file)
    instrument = chosen.instrument if mapping is None else source_version(mapping, chosen)
    place = dict(columns) or _found(raw.frame, instrument.dimensions)
    answers = _without_codes(raw.frame, list(place.values()), missing, file)
    if mapping is None:
        utility = chosen.score(answers, columns=place)
    else:
        ages = None if age is None else answers[_known(raw.frame, age, file)]
        sexes = None if sex is None else answers[_known(raw.frame, sex, file)]
        mapped = map_utilities(answers, mapping, chosen, age=ages, sex=sexes, columns=place)
        utility = answers.iloc[:, 0].index.to_series().astype(float)
        utility[:] = mapped
    column = f"utility_{chosen.id}" + (f"_{mapping}" if mapping else "")
    with staged(target.parent) as stage:
        _write(raw.frame.assign(**{column: utility}), raw.labels, stage / target.name)
    return ScoredFile(
        target, column, utility, chosen.findings() + _mapping_findings(mapping, chosen)
    )


def _mapping_findings(mapping: str | None, chosen: ValueSet) -> list[Finding]:
    if mapping is None:
        return []
    return [Finding("N050", f"answers are mapped with {mapping} to value set {chosen.id}.")]


def _found(frame: pd.DataFrame, dimensions: Sequence[str]) -> dict[str, str]:
    """Columns by the dimensions' names, or by the short names of EQ-5D, in any case."""
    from cpi_econ.effects.instruments import EQ5D_DIMENSIONS

    lower = {str(name).lower(): str(name) for name in frame.columns}
    if tuple(dimensions) == EQ5D_DIMENSIONS and all(short in lower for short in _SHORT):
        return {d: lower[short] for d, short in zip(dimensions, _SHORT, strict=True)}
    return {name: lower[name] for name in dimensions if name in lower}


def _known(frame: pd.DataFrame, column: str, file: Path) -> str:
    if column not in frame.columns:
        listed = ", ".join(map(str, frame.columns[:12]))
        message = f'there is no column "{column}"; columns are {listed}.'
        stop(DataError, "E055", message, Where(file.name, None, column))
    return column


def _without_codes(
    frame: pd.DataFrame, columns: Sequence[str], missing: Sequence[str], file: Path
) -> pd.DataFrame:
    """Copy in which the declared codes of the answer columns are blank."""
    absent = [name for name in columns if name not in frame.columns]
    listed = ", ".join(map(str, frame.columns[:12]))
    wrong = 'there is no column "{}"; columns are {}.'
    findings = [
        Finding("E055", wrong.format(name, listed), Where(file.name, None, name)) for name in absent
    ]
    raise_all(findings, DataError)
    cleaned = frame.copy()
    for name in columns:
        text = frame[name].astype(str).str.strip().str.removesuffix(".0")
        cleaned[name] = frame[name].mask(text.isin([code.strip() for code in missing]))
    return cleaned


def _refuse_unwritable(target: Path, file: Path) -> None:
    """Stop before any work when the result could not be written."""
    import importlib.util

    known = (".csv", ".tsv", ".parquet", ".xlsx", ".dta", ".sav")
    if target.suffix.lower() not in known:
        message = f"files ending in {target.suffix or 'nothing'} cannot be written; use one of "
        stop(DataError, "E066", message + ", ".join(known) + " with --out.", Where(target.name))
    if target.resolve() == file.resolve():
        stop(
            DataError,
            "E066",
            "the input is never overwritten; name another --out.",
            Where(file.name),
        )
    if target.suffix.lower() == ".xlsx" and importlib.util.find_spec("openpyxl") is None:
        message = "writing xlsx needs the package openpyxl; install it, or use --out with .csv."
        stop(DataError, "E066", message, Where(target.name))


def _write(frame: pd.DataFrame, labels: Mapping[str, Mapping[Any, str]], target: Path) -> None:
    ending = target.suffix.lower()
    if ending in (".csv", ".tsv"):
        frame.to_csv(target, index=False, sep="\t" if ending == ".tsv" else ",")
    elif ending == ".parquet":
        frame.to_parquet(target, index=False)
    elif ending == ".xlsx":
        frame.to_excel(target, index=False)
    else:
        _write_statistics(frame, labels, target)


def _write_statistics(
    frame: pd.DataFrame, labels: Mapping[str, Mapping[Any, str]], target: Path
) -> None:
    import pyreadstat

    stata = target.suffix.lower() == ".dta"
    names = [str(name)[: 32 if stata else 64] for name in frame.columns]
    if len(set(names)) < len(names):
        message = "two columns have the same name after cutting to 32 letters; use --out with .csv."
        stop(DataError, "E066", message, Where(target.name))
    text = {name: object for name in frame if frame[name].dtype == "str"}
    table = frame.astype(text).set_axis(names, axis=1)
    kept = {name: dict(given) for name, given in labels.items() if name in names}
    write = pyreadstat.write_dta if stata else pyreadstat.write_sav
    try:
        write(table, str(target), variable_value_labels=kept)
    except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError) as error:
        message = (
            f"cannot be written in this format: {str(error).rstrip('.')}. Use --out with .csv."
        )
        stop(DataError, "E066", message, Where(target.name))
