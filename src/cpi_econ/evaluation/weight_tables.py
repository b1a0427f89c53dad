"""Balance and overlap of the arms under the study's weights as the report's tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, EFFECT, PARTICIPANT
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.disclosure import mask_column
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.balance import balance, participant_weights, weight_summary
from cpi_econ.uncertainty.missing import known

_BINS = 10


def weight_tables(study: Study, people: PersonTable) -> dict[str, pd.DataFrame]:
    """Tables ``balance``, ``weights`` and, with two arms, ``overlap``; none without weights.

    Parameters
    ----------
    study : Study
    people : PersonTable
        Of the base case.
    """
    plan = study.weights
    if plan.method == "none" or not plan.covariates:
        return {}
    # Balance is a matter of covariates; who lacks an outcome counts as well.
    table = people.outcomes(study, study.primary).assign(**{"cost": 0.0, EFFECT: 0.0})
    table = table[known(table, plan.covariates)].reset_index(drop=True)
    options: dict[str, Any] = {
        "reference": study.reference,
        "propensity": list(plan.covariates),
        "categorical": study.adjust.categorical,
    }
    chosen = options | {"weights": plan.method, "estimand": plan.estimand or "ATE"}
    tables = {"balance": balance(table, **chosen), "weights": weight_summary(table, **chosen)}
    if len(study.arms) == 2:
        tables["overlap"] = _overlap(study, table, options)
    return tables


def _overlap(study: Study, table: pd.DataFrame, options: dict[str, Any]) -> pd.DataFrame:
    """People by propensity score, in tenths; the score is of the arm that is no reference."""
    weight = participant_weights(table, weights="iptw", estimand="ATE", **options)
    arm = table.set_index(PARTICIPANT)[ARM].reindex(weight.index)
    own = 1 / weight.clip(lower=1.0)
    score = np.where(arm == study.reference, 1 - own, own)
    place = np.clip((score * _BINS).astype(int), 0, _BINS - 1)
    rows = [
        (one, at / _BINS, int(((arm == one).to_numpy() & (place == at)).sum()))
        for one in study.arms
        for at in range(_BINS)
    ]
    counts = pd.DataFrame(rows, columns=[ARM, "from", "n"])
    counts["percent"] = 100 * counts["n"] / counts.groupby(ARM)["n"].transform("sum")
    return mask_column(counts, "n", [ARM], ["percent"], small=study.report.small_numbers)
