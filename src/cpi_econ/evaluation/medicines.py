"""Medicines of a study as service use: who took what, who took none, and who is not known."""

from __future__ import annotations

import pandas as pd

from cpi_econ.costs.medicines import medicine_use
from cpi_econ.errors import Finding, Where
from cpi_econ.study.config import Study
from cpi_econ.study.medicines import MedicinesTaken
from cpi_econ.study.trial import Trial

_KEYS = ["participant", "time"]


def with_medicines(study: Study, trial: Trial) -> tuple[pd.DataFrame, list[Finding]]:
    """Service use with the medicines stacked under it on a complete grid.

    Parameters
    ----------
    study : Study
    trial : Trial

    Returns
    -------
    DataFrame
        Service use. A medicine that a person did not list is 0 where the person listed another,
        said that none was taken, or was not asked and answered the rest of the form; else NaN.
    list of Finding
        ``N041`` forms without any medicine that were read as none taken, ``N042`` doses filled in.

    Raises
    ------
    DataError
        ``E046`` a medicine that no table holds, ``E045`` negative dose or days.
    """
    taken, spec = trial.medicines, study.costs.medicines
    if taken is None or spec is None or taken.taken.empty:
        return trial.service_use, []
    use = medicine_use(
        taken.taken, missing_dose=spec.missing_dose, medicines=taken.table, file=spec.file
    )
    grid = _forms(trial.service_use)
    none = _took_none(trial.service_use, taken, grid)
    listed = pd.MultiIndex.from_frame(use[_KEYS].drop_duplicates())
    known = grid.isin(listed) | none.to_numpy(bool)
    rest = _absent(use, grid, known)
    rows = pd.concat([use.drop(columns="dose_imputed"), rest], ignore_index=True)
    findings = _assumed(taken, none & ~grid.isin(listed), spec.file) + _filled(use, spec.file)
    return pd.concat([trial.service_use, rows], ignore_index=True), findings


def _forms(use: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(use[_KEYS].drop_duplicates())


def _took_none(use: pd.DataFrame, taken: MedicinesTaken, grid: pd.MultiIndex) -> pd.Series:
    """Whether a person took no medicine, if the person listed none."""
    if taken.used is not None:
        said = taken.used.reindex(grid)
        return said.eq(False).fillna(False).astype(bool)
    answered = use["quantity"].notna().groupby([use[key] for key in _KEYS]).any()
    return answered.reindex(grid).fillna(False).astype(bool)


def _absent(use: pd.DataFrame, grid: pd.MultiIndex, known: pd.Series) -> pd.DataFrame:
    """Rows of the medicines that a form does not list."""
    forms = grid.to_frame(index=False).assign(known=known)
    medicines = use[["item", "service", "unit"]].drop_duplicates()
    full = forms.merge(medicines, how="cross")
    there = pd.MultiIndex.from_frame(use[[*_KEYS, "item"]])
    rest = full[~pd.MultiIndex.from_frame(full[[*_KEYS, "item"]]).isin(there)]
    quantity = pd.Series(0.0, index=rest.index).where(rest["known"])
    return rest.drop(columns="known").assign(quantity=quantity)


def _assumed(taken: MedicinesTaken, none: pd.Series, file: str) -> list[Finding]:
    if taken.used is not None or not none.any():
        return []
    people = tuple(dict.fromkeys(none.index[none].get_level_values("participant")))
    message = (
        f"{int(none.sum())} answered forms list no medicine and are read as none taken. Where a "
        "question asks whether any was, name its column: costs.medicines.used."
    )
    return [Finding("N041", message, Where(file), people)]


def _filled(use: pd.DataFrame, file: str) -> list[Finding]:
    filled = use[use["dose_imputed"]]
    if filled.empty:
        return []
    people = tuple(dict.fromkeys(filled["participant"]))
    message = f"{len(filled)} medicines have no dose; the dose of missing_dose is used for them."
    return [Finding("N042", message, Where(file), people)]
