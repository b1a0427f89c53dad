"""From the cost of a working hour to the cost of an hour with the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cpi_econ.costs.nearest import nearest
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.errors import Finding, UnitCostError, raise_all
from cpi_econ.paths import data_root


def face_to_face_ratios() -> pd.DataFrame:
    """Published hours of other work for each hour with clients.

    Returns
    -------
    DataFrame
        Columns ``staff``, ``indirect`` [hours for one direct hour], ``source``, ``status``,
        ``note``.

    References
    ----------
    PSSRU time-use survey 2014/15, repeated in Unit Costs of Health and Social Care 2024,
    Table 12.5.1, doi:10.22024/UniKent/01.02.109563.

    Examples
    --------
    >>> face_to_face_ratios().set_index("staff").loc["nurse_band_7_8", "indirect"].item()
    0.33
    """
    return pd.read_csv(data_root() / "unit_costs" / "face_to_face_ratios.csv")


def face_to_face(unit_costs: UnitCosts, ratios: Mapping[str, float]) -> UnitCosts:
    """Raise prices per working hour to prices per hour with clients.

    Parameters
    ----------
    unit_costs : UnitCosts
        Price table.
    ratios : mapping
        Service to hours of other work for each hour with clients.

    Returns
    -------
    UnitCosts
        Unit costs of those services times ``1 + ratio``, with a note on each and a finding
        ``N036``.

    Raises
    ------
    UnitCostError
        ``E036`` unknown service, ``E033`` a price that is not per hour, ``E034`` negative ratio.

    Examples
    --------
    >>> from cpi_econ.costs.unit_costs import read_unit_costs
    >>> prices = face_to_face(read_unit_costs("uk_2023_24"), {"nurse_band6_hour": 0.20})
    >>> round(prices.table.set_index("service").loc["nurse_band6_hour", "unit_cost"].item(), 2)
    69.6
    """
    table = unit_costs.table.copy()
    units = table.set_index("service")["unit"]
    raise_all([f for name in ratios for f in _problems(name, ratios[name], units)], UnitCostError)
    factor = 1 + table["service"].map(dict(ratios)).fillna(0.0).astype(float)
    raised = factor != 1
    table["unit_cost"] = table["unit_cost"] * factor
    said = "x" + factor.map("{:g}".format) + " for time not face to face"
    table.loc[raised, "note"] = (table["note"] + "; " + said)[raised].str.removeprefix("; ")
    finding = Finding(
        "N036",
        "prices per working hour were raised to face-to-face hours: "
        + ", ".join(f"{name} x{1 + ratio:g}" for name, ratio in ratios.items())
        + ".",
    )
    found = (*unit_costs.findings, finding) if ratios else unit_costs.findings
    return replace(unit_costs, table=table, findings=found)


def _problems(name: str, ratio: float, units: pd.Series) -> list[Finding]:
    if name not in units.index:
        hint = nearest(name, units.index)
        return [Finding("E036", f'no unit cost is called "{name}".{hint}')]
    if units[name] != "hour":
        return [
            Finding("E033", f"{name} is priced per {units[name]}; a ratio needs an hour price.")
        ]
    if ratio < 0:
        return [Finding("E034", f"ratio of {name} is {ratio:g}; it cannot be negative.")]
    return []
