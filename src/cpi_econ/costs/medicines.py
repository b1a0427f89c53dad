"""Medicines: name, daily dose and days become items of a priced strength."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.costs.nearest import nearest
from cpi_econ.errors import DataError, Finding, Where, raise_all
from cpi_econ.paths import data_root

MissingDose = Literal["missing", "defined_daily_dose", "modal"]
_NEEDED = ("participant", "time", "medicine", "daily_dose", "days")


@cache
def medicine_table() -> pd.DataFrame:
    """Bundled medicines: strength of the priced item, and defined daily dose.

    Returns
    -------
    DataFrame
        Columns ``medicine`` (generic name), ``service`` (its unit cost), ``strength`` [mg per
        item], ``defined_daily_dose`` [mg], ``brands`` (joined by ``|``), ``source``, ``status``.

    Examples
    --------
    >>> medicine_table().set_index("medicine").loc["sertraline", "strength"].item()
    50.0
    """
    return pd.read_csv(data_root() / "unit_costs" / "medicines.csv", keep_default_na=False)


def medicine_use(
    taken: pd.DataFrame,
    *,
    missing_dose: MissingDose = "missing",
    medicines: pd.DataFrame | None = None,
    file: str | None = None,
) -> pd.DataFrame:
    """Count the priced items of each medicine taken.

    Parameters
    ----------
    taken : DataFrame
        One row a medicine: ``participant``, ``time``, ``medicine`` (generic or brand name),
        ``daily_dose`` [mg], ``days`` taken in the window.
    missing_dose : {"missing", "defined_daily_dose", "modal"}
        What to do for an unknown dose: leave it missing, take the defined daily dose, or the
        commonest dose of that medicine in this file (the lower of two equally common).
    medicines : DataFrame, optional
        Table like ``medicine_table()``, the default.
    file : str, optional
        File shown in the findings.

    Returns
    -------
    DataFrame
        Service use: ``participant``, ``time``, ``service``, ``item`` (generic name),
        ``quantity`` (items), ``unit``, ``dose_imputed``.

    Raises
    ------
    DataError
        ``E030`` column missing, ``E046`` unknown medicine, ``E045`` negative dose or days.

    Notes
    -----
    ``quantity = daily_dose / strength * days``. Dispensing fees are not included.

    Examples
    --------
    >>> taken = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "medicine": ["Lustral"],
    ...                       "daily_dose": [100.0], "days": [90.0]})
    >>> medicine_use(taken)[["service", "quantity"]].values.tolist()
    [['med_sertraline50', 180.0]]
    """
    table = medicine_table() if medicines is None else medicines
    raise_all(check_medicines(taken, table, file), DataError)
    rows = table.set_index("medicine").loc[_generic(taken["medicine"], table)]
    dose, imputed = _doses(taken, rows, missing_dose)
    items = dose / rows["strength"].to_numpy(float) * taken["days"].to_numpy(float)
    use = taken[["participant", "time"]].assign(
        service=rows["service"].to_numpy(),
        item=rows.index.to_numpy(),
        quantity=items,
        unit="item",
        dose_imputed=imputed,
    )
    return use.reset_index(drop=True)


def _names(table: pd.DataFrame) -> dict[str, str]:
    names = {str(name).lower(): str(name) for name in table["medicine"]}
    for name, brands in zip(table["medicine"], table["brands"], strict=True):
        names |= {brand.strip().lower(): name for brand in str(brands).split("|") if brand.strip()}
    return names


def _generic(medicine: pd.Series, table: pd.DataFrame) -> list[str]:
    names = _names(table)
    return [names[str(name).strip().lower()] for name in medicine]


def _doses(
    taken: pd.DataFrame, rows: pd.DataFrame, rule: MissingDose
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    dose = taken["daily_dose"].to_numpy(float)
    lost = np.isnan(dose)
    if rule == "missing":
        return dose, np.zeros(len(dose), dtype=bool)
    if rule == "defined_daily_dose":
        instead = pd.to_numeric(rows["defined_daily_dose"]).to_numpy(float)
    else:
        known = pd.Series(dose, index=rows.index).dropna()
        commonest = known.groupby(level=0).agg(lambda doses: doses.mode().min())
        instead = commonest.reindex(rows.index).to_numpy(float)
    return np.where(lost, instead, dose), lost & ~np.isnan(instead)


def check_medicines(
    taken: pd.DataFrame, table: pd.DataFrame, file: str | None = None
) -> list[Finding]:
    """List unknown medicines, impossible doses and missing columns.

    Examples
    --------
    >>> taken = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "medicine": ["sertralin"],
    ...                       "daily_dose": [100.0], "days": [90.0]})
    >>> [finding.code for finding in check_medicines(taken, medicine_table())]
    ['E046']
    """
    lost = [name for name in _NEEDED if name not in taken.columns]
    if lost:
        said = f"medicines have no column {', '.join(lost)}; they need {', '.join(_NEEDED)}."
        return [Finding("E030", said, Where(file, 1))]
    names = _names(table)
    unknown = [n for n in taken["medicine"].unique() if str(n).strip().lower() not in names]
    findings = [
        Finding(
            "E046",
            f'medicine "{name}" is not in the medicines table.{nearest(str(name).lower(), names)} '
            "Add its strength, or map the brand.",
            Where(file, column="medicine"),
        )
        for name in unknown
    ]
    for column in ("daily_dose", "days"):
        below = taken[taken[column] < 0]
        if len(below):
            people = tuple(dict.fromkeys(below["participant"].astype(str)))
            said = f"{column} is negative in {len(below)} rows; it must be 0 or more."
            findings.append(Finding("E045", said, Where(file, column=column), people))
    return findings
