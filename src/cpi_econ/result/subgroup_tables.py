"""Subgroups of a result as tidy tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cpi_econ.contracts import ARM, EFFECT

Results = Mapping[str, Any]
Row = dict[str, Any]
_KEYS = ["variable", EFFECT, "unit", "subgroup", "against", ARM, "quantity", "wtp"]
COLUMNS = [*_KEYS, "estimate", "se", "lower", "upper", "probability", "mcse", "statement"]


def subgroups_table(results: Results) -> pd.DataFrame:
    """Every number on subgroups, one row a quantity; no rows where there are none.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.

    Returns
    -------
    DataFrame
        Columns ``variable, effect, unit, subgroup, against, arm, quantity, wtp, estimate, se,
        lower, upper, probability, mcse, statement``. Quantities are ``share`` of the people,
        ``inc_cost``, ``inc_effect``, ``icer`` and ``inmb`` of each subgroup, ``inmb_difference``
        from the subgroup under ``against``, and ``gain`` of a decision for each subgroup, with the
        arms that are best in the statement.
    """
    rows = [
        {"variable": variable, EFFECT: effect, "unit": block["unit"], **row}
        for variable, effect, block in subgroup_blocks(results)
        for row in (*_own(block), *_differences(block), *_gains(block))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def subgroup_ceac_table(results: Results) -> pd.DataFrame:
    """Acceptability curves of the subgroups, one row a threshold and arm.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.

    Returns
    -------
    DataFrame
        Columns ``variable, effect, subgroup, wtp, arm, probability``.
    """
    rows = [
        (variable, effect, name, wtp, arm, curve[at])
        for variable, effect, block in subgroup_blocks(results)
        for name, one in block["subgroups"].items()
        for at, wtp in enumerate(one["ceac"]["wtp"])
        for arm, curve in one["ceac"]["probability"].items()
    ]
    columns = ["variable", EFFECT, "subgroup", "wtp", ARM, "probability"]
    return pd.DataFrame(rows, columns=columns)


def subgroup_blocks(results: Results) -> Iterator[tuple[str, str, Results]]:
    """Variable, effect and block of every analysis of subgroups.

    Parameters
    ----------
    results : mapping
        Contents of ``results.json``.
    """
    for variable, of in results.get("subgroups", {}).items():
        for effect, block in of["effects"].items():
            yield variable, effect, block


def _own(block: Results) -> Iterator[Row]:
    for name, one in block["subgroups"].items():
        yield {"subgroup": name, "quantity": "share", "estimate": one["share"]}
        for arm, comparison in one["comparisons"].items():
            at = {"subgroup": name, ARM: arm}
            for quantity in ("inc_cost", "inc_effect"):
                yield {**at, "quantity": quantity, **comparison[quantity]}
            icer = comparison["icer"]
            told = {key: icer[key] for key in ("estimate", "lower", "upper", "statement")}
            yield {**at, "quantity": "icer", **told}
            for row in comparison["inmb"]:
                yield {**at, "quantity": "inmb", **row}


def _differences(block: Results) -> Iterator[Row]:
    for row in block["differences"]:
        yield {"quantity": "inmb_difference", **row}


def _gains(block: Results) -> Iterator[Row]:
    found = block["decisions"]
    for at, wtp in enumerate(found["wtp"]):
        own = ", ".join(f"{name}: {arms[at]}" for name, arms in found["best_own"].items())
        said = f"for all: {found['best'][at]}; {own}"
        yield {"quantity": "gain", "wtp": wtp, "estimate": found["gain"][at], "statement": said}
