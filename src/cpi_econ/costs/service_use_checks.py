"""What can be wrong between service use, its prices and the analysis period."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from cpi_econ.costs.nearest import nearest
from cpi_econ.costs.recall import Scale, check_windows
from cpi_econ.costs.service_prices import check_price_years
from cpi_econ.costs.unit_costs import UnitCosts
from cpi_econ.costs.units import TIME_UNITS, canonical_unit, conversion, needs_minutes
from cpi_econ.errors import Finding, Where


def check_service_use(
    service_use: pd.DataFrame,
    unit_costs: UnitCosts,
    *,
    price_year: str,
    price_index: str | Mapping[str, str] | None = None,
    times: Mapping[str, float] | None = None,
    recall: float | Mapping[str, float] | None = None,
    scale: Scale | None = "linear",
    horizon: float | None = None,
    item_recall: Mapping[str, float | Mapping[str, float]] | None = None,
    file: str | None = None,
) -> list[Finding]:
    """List everything that stops or qualifies the costing, all at once.

    Parameters
    ----------
    service_use, unit_costs, price_year, price_index, times, recall, scale, horizon, item_recall
        As for ``cost_service_use``; ``scale`` None means that the study has not chosen.
    file : str, optional
        Name of the service-use file for the findings.

    Returns
    -------
    list of Finding
        ``E030`` column missing, ``E036`` unknown service, ``E044`` a time that is not among
        ``times``, ``E045`` negative quantity or minutes, ``E112`` units that do not meet,
        ``E110`` and ``W111`` recall windows, ``E043`` and ``E037`` price years, ``W034`` minutes
        given for a price per contact, ``N031`` contacts without minutes, ``N032`` prices with a
        single source, ``N109`` participants whose total is missing.
    """
    findings = _columns(service_use, file)
    if findings:
        return findings
    findings = _services(service_use, unit_costs, file)
    known = service_use[service_use["service"].isin(unit_costs.table["service"])]
    used = [str(name) for name in known["service"].unique()]
    findings += check_price_years(unit_costs, used, price_year, price_index)
    findings += _negative(service_use, file) + _units(known, unit_costs, file)
    if times is not None:
        findings += _times(service_use, times, file)
        findings += check_windows(times, recall, scale, horizon, file)
        for items, window in _by_window(item_recall or {}):
            findings += _of_items(items, check_windows(times, window, scale, horizon, file))
    elif recall is not None and scale != "none":
        findings.append(_no_times(file))
    return findings + _single_sources(used, unit_costs) + _incomplete(service_use, file)


def _columns(service_use: pd.DataFrame, file: str | None) -> list[Finding]:
    return [
        Finding("E030", f'service use has no column "{name}".', Where(file, column=name))
        for name in ("participant", "time", "service", "quantity")
        if name not in service_use.columns
    ] + [
        Finding(
            "E045",
            f"{name} of service use holds text; it must be numbers, with blanks where unknown.",
            Where(file, column=name),
        )
        for name in ("quantity", "minutes")
        if name in service_use and _is_text(service_use[name])
    ]


def _is_text(values: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(values) and bool(values.notna().any())


def _services(service_use: pd.DataFrame, unit_costs: UnitCosts, file: str | None) -> list[Finding]:
    known = list(unit_costs.table["service"])
    used = service_use["service"].unique()
    findings = [
        Finding(
            "E036",
            f'no unit cost is called "{name}".{nearest(str(name), known)} Add it to a unit-cost '
            "table, or correct the name.",
            Where(file, column=str(name)),
        )
        for name in used
        if not pd.isna(name) and name not in set(known)
    ]
    if pd.isna(used).any():
        said = "a use has no service; name one, or drop the row."
        findings.append(Finding("E036", said, Where(file, column="service")))
    return findings


def _negative(service_use: pd.DataFrame, file: str | None) -> list[Finding]:
    findings = []
    for column in ("quantity", "minutes"):
        if column not in service_use:
            continue
        below = service_use[service_use[column].to_numpy(float) < 0]
        for name, rows in below.groupby("service", sort=False, observed=True):
            findings.append(
                Finding(
                    "E045",
                    f"{column} of {name} is negative in {len(rows)} rows (lowest "
                    f"{rows[column].min():g}); it must be 0 or more. Declare the value as a "
                    "missing code or correct the file.",
                    Where(file, column=str(name)),
                    tuple(dict.fromkeys(rows["participant"].astype(str))),
                )
            )
    return findings


def _units(known: pd.DataFrame, unit_costs: UnitCosts, file: str | None) -> list[Finding]:
    price_units = unit_costs.table.set_index("service")["unit"]
    findings: list[Finding] = []
    item = known["item"] if "item" in known else known["service"]
    unit = known["unit"] if "unit" in known else pd.Series("", index=known.index)
    keys = pd.DataFrame({"item": item, "service": known["service"], "unit": unit})
    used = known["quantity"].to_numpy(float) > 0
    minutes = known["minutes"] if "minutes" in known else pd.Series(float("nan"), known.index)
    timed = minutes.notna().to_numpy(bool)
    kinds = pd.DataFrame({**keys, "n": 1, "used": used, "used_timed": used & timed, "timed": timed})
    counted = kinds.groupby(["item", "service", "unit"], dropna=False, sort=False, observed=True)
    for row in counted.sum().reset_index().to_dict("records"):
        price = str(price_units[row["service"]])
        findings += _unit(row, canonical_unit(row["unit"]), price, file)
    return findings


def _unit(row: dict[Hashable, Any], use: str, price: str, file: str | None) -> list[Finding]:
    where, said, service = Where(file, column=str(row["item"])), use or "contact", row["service"]
    if needs_minutes(use, price):
        if row["used"] and not row["used_timed"]:
            return [
                Finding(
                    "E112",
                    f'unit cost of "{service}" is per {price}, use is in {said}s. Give minutes '
                    "per contact.",
                    where,
                )
            ]
        lost = int(row["used"] - row["used_timed"])
        if lost:
            return [
                Finding(
                    "N031",
                    f"{lost} of {row['used']} uses of {service} have no minutes; their cost is "
                    "missing unless a duration is chosen for them.",
                    where,
                )
            ]
        return []
    if conversion(use, price) is None:
        return [
            Finding(
                "E112",
                f'unit cost of "{service}" is per {price}, use is in {said}s. Use a price per '
                f"{said}, or count the use in {price}s.",
                where,
            )
        ]
    if row["timed"] and price not in TIME_UNITS and use not in TIME_UNITS:
        return [
            Finding(
                "W034",
                f"minutes of {service} are not used: its unit cost is per {price}, whatever "
                "the length. Choose a price per hour if length should matter.",
                where,
            )
        ]
    return []


def _times(
    service_use: pd.DataFrame, times: Mapping[str, float], file: str | None
) -> list[Finding]:
    lost = [str(name) for name in service_use["time"].unique() if name not in times]
    return [
        Finding(
            "E044",
            f'service use has time "{name}"; times are {", ".join(times)}.{nearest(name, times)}',
            Where(file, column="time"),
        )
        for name in lost
    ]


def _by_window(
    item_recall: Mapping[str, float | Mapping[str, float]],
) -> list[tuple[list[str], float | Mapping[str, float]]]:
    """Items that were asked over the same window, together."""
    groups: list[tuple[list[str], float | Mapping[str, float]]] = []
    for item, window in item_recall.items():
        same = next((items for items, other in groups if other == window), None)
        if same is None:
            groups.append(([item], window))
        else:
            same.append(item)
    return groups


def _of_items(items: list[str], findings: list[Finding], most: int = 3) -> list[Finding]:
    rest = f" and {len(items) - most} more items" if len(items) > most else ""
    named = ", ".join(items[:most]) + rest
    return [
        Finding(found.code, f"{named}: {found.message}", found.where, found.participants)
        for found in findings
    ]


def _no_times(file: str | None) -> Finding:
    return Finding(
        "E110",
        "a recall is stated without the times of the forms. Give times, or choose scale: none.",
        Where(file),
    )


def _single_sources(used: list[str], unit_costs: UnitCosts) -> list[Finding]:
    rows = unit_costs.table[unit_costs.table["service"].isin(used)]
    single = rows.loc[rows["status"] == "single", "service"].tolist()
    if not single:
        return []
    return [
        Finding(
            "N032",
            f"{len(single)} of {len(used)} unit costs were read in a single source only: "
            f"{', '.join(single)}.",
        )
    ]


def _incomplete(service_use: pd.DataFrame, file: str | None) -> list[Finding]:
    lost = service_use.loc[service_use["quantity"].isna(), "participant"].unique()
    if not len(lost):
        return []
    return [
        Finding(
            "N109",
            f"{len(lost)} people lack one or more service-use items; their total cost is "
            "missing, not partial.",
            Where(file),
            tuple(str(name) for name in lost),
        )
    ]
