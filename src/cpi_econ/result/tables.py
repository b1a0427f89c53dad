"""Tidy tables of a result, one observation a row, and their files.

No table holds a participant's row or identifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE
from cpi_econ.result.sensitivity_tables import tornado_tables
from cpi_econ.result.subgroup_tables import subgroup_ceac_table, subgroups_table

if TYPE_CHECKING:
    import xarray as xr

Results = Mapping[str, Any]
ReplicatesByEffect = Mapping[tuple[str, str], "xr.Dataset"]

SCENARIO = "scenario"
# A spreadsheet runs a cell that begins with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_STATISTICS = ("estimate", "se", "lower", "upper")
_QUADRANTS = ("NE", "SE", "SW", "NW")


def tables(results: Results, replicates: ReplicatesByEffect) -> dict[str, pd.DataFrame]:
    """Return the tables of the results folder by file name without suffix.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.
    replicates : mapping of (scenario, effect) to xarray.Dataset
        Replicates behind each analysis, for the plane.

    Returns
    -------
    dict of str to DataFrame
        ``ceac``, ``plane``, ``inmb``, ``arms``, ``increments``, ``frontier``, ``thresholds``,
        ``findings``, and with subgroups
        ``subgroups`` and ``subgroups_ceac``, with one-way analysis ``tornado`` and ``two_way``.
    """
    ready = {name: rows_table(results, name) for name in ("frontier", "thresholds")}
    groups = subgroups_table(results)
    more = (
        {}
        if groups.empty
        else {"subgroups": groups, "subgroups_ceac": subgroup_ceac_table(results)}
    )
    return {
        "ceac": ceac_table(results),
        "plane": plane_table(replicates),
        "inmb": inmb_table(results),
        "arms": arms_table(results),
        "increments": increments_table(results),
        "findings": findings_table(results),
        **{name: table for name, table in ready.items() if not table.empty},
        **more,
        **tornado_tables(results),
    }


def ceac_table(results: Results) -> pd.DataFrame:
    """Return probabilities: scenario, effect, wtp, arm, probability."""
    rows = [
        (scenario, name, wtp, arm, curve[at])
        for scenario, name, effect in _analyses(results)
        for at, wtp in enumerate(effect["ceac"]["wtp"])
        for arm, curve in effect["ceac"]["probability"].items()
    ]
    return pd.DataFrame(rows, columns=[SCENARIO, EFFECT, "wtp", ARM, "probability"])


def plane_table(replicates: ReplicatesByEffect) -> pd.DataFrame:
    """Return differences from the reference, one row a replicate and arm.

    Columns: scenario, effect, replicate (from 1), arm, inc_cost, inc_effect.
    """
    columns = [SCENARIO, EFFECT, REPLICATE, ARM, "inc_cost", "inc_effect"]
    frames = [
        _differences(draws).assign(**{SCENARIO: scenario, EFFECT: name})[columns]
        for (scenario, name), draws in replicates.items()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def inmb_table(results: Results) -> pd.DataFrame:
    """Return incremental net benefit at each reported threshold, one row an arm and threshold."""
    rows = [
        {SCENARIO: scenario, EFFECT: name, ARM: arm, **row}
        for scenario, name, effect in _analyses(results)
        for arm, comparison in effect["comparisons"].items()
        for row in comparison["inmb"]
    ]
    columns = [SCENARIO, EFFECT, ARM, "wtp", *_STATISTICS, "probability", "mcse"]
    return pd.DataFrame(rows, columns=columns)


def arms_table(results: Results) -> pd.DataFrame:
    """Return mean cost and effect of each arm: one row an arm and quantity."""
    rows = [
        (
            scenario,
            name,
            effect["unit"],
            arm,
            quantity,
            means[quantity]["estimate"],
            means[quantity]["se"],
        )
        for scenario, name, effect in _analyses(results)
        for arm, means in effect["arms"].items()
        for quantity in (COST, EFFECT)
    ]
    columns = [SCENARIO, EFFECT, "unit", ARM, "quantity", "estimate", "se"]
    return pd.DataFrame(rows, columns=columns)


def increments_table(results: Results) -> pd.DataFrame:
    """Return differences from the reference: one row an arm and quantity.

    Quantities are ``inc_cost``, ``inc_effect``, ``icer`` (with its statement in words) and the
    shares of the replicates in each quadrant, ``share_NE`` and so on.
    """
    rows = [
        {SCENARIO: scenario, EFFECT: name, "unit": effect["unit"], ARM: arm, **row}
        for scenario, name, effect in _analyses(results)
        for arm, comparison in effect["comparisons"].items()
        for row in _quantities(comparison)
    ]
    columns = [SCENARIO, EFFECT, "unit", ARM, "quantity", *_STATISTICS, "statement"]
    return pd.DataFrame(rows, columns=columns)


def rows_table(results: Results, name: str) -> pd.DataFrame:
    """Return rows that stand ready in every analysis, as ``frontier`` or ``thresholds``.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.
    name : str
        Of the rows; those of a result that an older version wrote are absent.
    """
    rows = [
        {SCENARIO: scenario, EFFECT: effect, **row}
        for scenario, effect, block in _analyses(results)
        for row in block.get(name, [])
    ]
    return pd.DataFrame(rows)


def findings_table(results: Results) -> pd.DataFrame:
    """Return findings: code, severity, file, row, column, message; never a participant."""
    rows = [
        {
            "code": finding["code"],
            "severity": finding["severity"],
            **{key: (finding.get("where") or {}).get(key) for key in ("file", "row", "column")},
            "message": finding["message"],
        }
        for finding in results["findings"]
    ]
    columns = ["code", "severity", "file", "row", "column", "message"]
    return pd.DataFrame(rows, columns=columns).astype({"row": "Int64"})


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write each table as CSV and return the files: UTF-8, line feeds, 12 significant digits.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Tables by file name without suffix.
    folder : Path
        An existing folder.
    """
    written = []
    for name, frame in frames.items():
        target = folder / f"{name}.csv"
        with target.open("w", encoding="utf-8", newline="") as file:
            guarded(frame).to_csv(file, index=False, lineterminator="\n", float_format="%.12g")
        written.append(target)
    return written


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with an apostrophe before text that a spreadsheet would run.

    Examples
    --------
    >>> guarded(pd.DataFrame({"arm": ["=1+1", "low"], "cost": [-5.0, 2.0]}))["arm"].tolist()
    ["'=1+1", 'low']
    """
    words = frame.select_dtypes(exclude=["number", "bool"]).columns
    return frame.assign(**{name: frame[name].map(_harmless) for name in words})


def _harmless(cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(_FORMULA_STARTS) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _analyses(results: Results) -> Iterator[tuple[str, str, Any]]:
    for scenario, content in results["scenarios"].items():
        for name, effect in content["effects"].items():
            yield scenario, name, effect


def _differences(replicates: xr.Dataset) -> pd.DataFrame:
    reference = replicates.attrs["reference"]
    others = [arm for arm in replicates[ARM].to_numpy() if arm != reference]
    draws = replicates[[COST, EFFECT]].reset_coords(drop=True)
    inc = draws.sel({ARM: others}) - draws.sel({ARM: reference}, drop=True)
    count = inc.sizes[REPLICATE]
    shaped = inc.transpose(REPLICATE, ARM)
    return pd.DataFrame(
        {
            REPLICATE: [number for number in range(1, count + 1) for _ in others],
            ARM: [str(arm) for arm in others] * count,
            "inc_cost": shaped[COST].to_numpy().ravel(),
            "inc_effect": shaped[EFFECT].to_numpy().ravel(),
        }
    )


def _quantities(comparison: Results) -> Iterator[dict[str, Any]]:
    for quantity in ("inc_cost", "inc_effect"):
        yield {"quantity": quantity, **{key: comparison[quantity][key] for key in _STATISTICS}}
    icer = comparison["icer"]
    yield {
        "quantity": "icer",
        "statement": icer["statement"],
        **{key: icer[key] for key in ("estimate", "lower", "upper")},
    }
    for name in _QUADRANTS:
        yield {"quantity": f"share_{name}", "estimate": comparison["quadrants"][name]}
    even = comparison.get("break_even")
    if even is not None:
        yield {
            "quantity": "break_even",
            "estimate": even["value"],
            "statement": even["statement"],
        }
