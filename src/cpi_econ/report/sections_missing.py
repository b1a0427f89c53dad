"""Blocks on who is lost: what goes with a missing cost or effect."""

from __future__ import annotations

import pandas as pd

from cpi_econ.report.content import Block, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.typeset import DASH, number, sentence_case


def predictor_blocks(of: Material) -> list[Block]:
    """Table of those with cost and effect beside those without; none where nobody is lost.

    Parameters
    ----------
    of : Material
    """
    table = of.table("missing_predictors")
    if table is None:
        return []
    rows = [
        [
            sentence_case(printable(str(row["column"]).replace("_", " "))),
            *(_mean(row[name]) for name in ("known", "missing")),
            number(row["difference"], 2),
            _or_dash(row["odds_ratio"], 2),
            _or_dash(row["p_value"], 3),
        ]
        for row in table.to_dict("records")
    ]
    return [
        Table(
            "missing_predictors",
            f"What goes with a missing cost or {of.effect_name(next(iter(of.study['effects'])))}",
            [
                "Baseline",
                "Mean, both known",
                "Mean, one missing",
                "Difference (SD)",
                "Odds ratio of missing",
                "p",
            ],
            rows,
            note="Difference in pooled standard deviations; odds ratio for one standard deviation, "
            "arms taken into account. What goes with missingness belongs among the predictors of "
            "an imputation. Rows that rest on fewer than five people are left out.",
        )
    ]


def _mean(value: float | None) -> str:
    if value is None or pd.isna(value):
        return DASH
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


def _or_dash(value: float | None, decimals: int) -> str:
    return DASH if value is None or pd.isna(value) else number(value, decimals)
