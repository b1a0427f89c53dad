"""Section on imputation: what was filled in, what it adds to the error, what would tip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.imputation_figures import plot_imputed, plot_imputed_shifts
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.table_shapes import Row, arms_across, whole
from cpi_econ.report.typeset import DASH, money, number, percent
from cpi_econ.result.answer import BASE_CASE

TITLE = "Imputation"
_FAR = 10


def imputation_section(of: Material) -> Section:
    """Imputed beside observed values, estimates beside those of complete cases; or empty.

    Parameters
    ----------
    of : Material
    """
    values, estimates = of.table("imputation"), of.table("imputation_estimates")
    if values is None or estimates is None:
        return Section("imputation", TITLE)
    scenario = str(values["scenario"].iloc[0])
    named = _named(of, values)
    blocks: list[Block] = [Paragraph(_said(of, scenario)), _beside(of, named, scenario)]
    if values["imputed_mean"].notna().any():
        blocks.append(_picture(of, named))
    blocks.append(_estimates(of, estimates))
    tipping = of.table("tipping")
    if tipping is not None:
        blocks += _tipping(of, tipping)
    return Section("imputation", TITLE, blocks)


def _picture(of: Material, named: pd.DataFrame) -> Picture:
    return Picture(
        "imputation",
        "How far the means of imputed values lie from those observed",
        "Dot chart of imputed minus observed means in standard deviations, one row a variable, "
        "one marker an arm; the numbers stand in the table before it.",
        lambda: plot_imputed(named, arms=of.labels.arms),
    )


def _named(of: Material, values: pd.DataFrame) -> pd.DataFrame:
    """Variables by the names of this report."""
    names = {"cost": "Total cost", "effect": of.effect_name(of.primary)}
    return values.assign(variable=[names.get(str(one), str(one)) for one in values["variable"]])


def _said(of: Material, scenario: str) -> str:
    made = next(data for (name, _), data in of.datasets.items() if name == scenario)
    attrs = made.attrs
    where = "" if scenario == BASE_CASE else f"In the scenario “{printable(scenario)}” "
    text = (
        f"{attrs['imputed_cost']} costs and {attrs['imputed_effect']} effects of "
        f"{attrs['n_participants']} participants are imputed, {attrs['imputations']} times for the "
        "estimate and in every replicate"
    )
    if str(attrs["order"]) == "rubin":
        text = text.replace("for the estimate and in every replicate", "in all")
    return (
        f"{where}{text}. Imputed values are made up from people who are like those lost; they hold "
        "if nothing else sets those apart. An imputed mean that differs from the observed one says "
        "that those lost differ in what is known of them."
    )


def _beside(of: Material, values: pd.DataFrame, scenario: str) -> Table:
    return arms_across(
        of,
        values,
        name="imputation",
        caption="Observed and imputed values"
        + ("" if scenario == BASE_CASE else f" in the scenario “{printable(scenario)}”"),
        keys=[("variable", "Variable")],
        cells=[
            ("missing", lambda row: whole(row["missing"])),
            ("observed mean (SD)", lambda row: _moments(row, "observed")),
            ("imputed mean (SD)", lambda row: _moments(row, "imputed")),
        ],
        note="Imputed mean and standard deviation are over all imputed values of all imputed data "
        "sets. Means of fewer than five people are left out.",
    )


def _moments(row: Row, kind: str) -> str:
    mean, sd = row[f"{kind}_mean"], row[f"{kind}_sd"]
    if mean is None or pd.isna(mean):
        return DASH
    places = _places(row["observed_sd"])
    return f"{number(mean, places)} ({number(sd, places)})"


def _places(spread: float | None) -> int:
    """Decimals that a spread deserves."""
    if spread is None or pd.isna(spread) or spread >= 100:
        return 0
    return 1 if spread >= 10 else 2 if spread >= 1 else 3


def _estimates(of: Material, table: pd.DataFrame) -> Table:
    several = len(set(table["arm"])) > 1
    rows = [
        [
            printable(str(row["scenario"])),
            *([of.labels.arm(str(row["arm"]))] if several else []),
            _quantity(of, row),
            *(_figure(of, row, name) for name in ("complete_cases", "imputed", "se", "mcse")),
            percent(100 * row["fmi"]) if row["fmi"] is not None else DASH,
        ]
        for row in table.to_dict("records")
    ]
    return Table(
        "imputation_estimates",
        "Increments of complete cases and of everybody, and what imputation adds to the error",
        [
            "Analysis",
            *(["Arm"] if several else []),
            "Increment",
            "Complete cases",
            "Imputed",
            "Standard error",
            "Monte Carlo error",
            "Variance from imputation",
        ],
        rows,
        words=3 if several else 2,
        note="The Monte Carlo error is that of the pooled estimate: how far it would move with "
        "other random numbers; more imputations make it smaller.",
    )


def _quantity(of: Material, row: Mapping[Any, Any]) -> str:
    if row["quantity"] == "inmb":
        return f"Net benefit at {money(row['wtp'], of.labels.currency)}"
    return "Cost" if row["quantity"] == "cost" else of.effect_name(of.primary)


def _figure(of: Material, row: Mapping[Any, Any], name: str) -> str:
    value = row[name]
    if value is None or pd.isna(value):
        return DASH
    if row["quantity"] == "effect":
        return number(value, _places(row["se"]) + 1)
    return money(value, of.labels.currency)


def _tipping(of: Material, table: pd.DataFrame) -> list[Block]:
    row = {str(key): value for key, value in table.to_dict("records")[0].items()}
    unit = str(of.study["effects"][of.primary]["unit"])
    arm, wtp = of.labels.arm(str(row["arm"])), money(row["wtp"], of.labels.currency)
    said = " ".join(_tips(of, one, unit) for one in table.to_dict("records"))
    return [
        Paragraph(said),
        Picture(
            "imputed_shifts",
            f"Net benefit of {arm} at {wtp} a {unit} when its imputed values are shifted",
            "Shaded plane: net benefit over shifts of imputed costs and imputed effects up to one "
            "standard deviation, with a line where it is zero if that lies inside.",
            lambda: plot_imputed_shifts(row, currency=of.labels.currency, unit=unit),
        ),
    ]


def _tips(of: Material, row: Mapping[Any, Any], unit: str) -> str:
    """How far imputed values alone would have to shift until net benefit is zero."""
    currency = of.labels.currency
    told = (
        f"At {money(row['wtp'], currency)} the net benefit of {of.labels.arm(str(row['arm']))} is "
        f"{money(row['inmb'], currency)} with values missing at random."
    )
    ways = []
    for per in ("cost", "effect"):
        slope = row[f"per_{per}"]
        shift = -row["inmb"] / slope if slope else float("inf")
        share = abs(shift) / row[f"sd_{per}"]
        if share < _FAR:
            size = number(abs(shift), _places(row["sd_effect"])) + f" {unit}"
            size = money(abs(shift), currency) if per == "cost" else size
            way = "higher" if shift > 0 else "lower"
            ways.append(f"imputed {per}s {size} {way} ({number(share, 1)} standard deviations)")
    if not ways:
        return f"{told} No shift of imputed values within {_FAR} standard deviations makes it zero."
    return f"{told} It would be zero with {', or with '.join(ways)}, in that arm alone."
