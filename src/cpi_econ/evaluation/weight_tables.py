"""Balance and overlap of the arms under the study's weights as the report's tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.contracts import ARM, EFFECT, PARTICIPANT
from cpi_econ.errors import EstimationError
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.disclosure import mask_column
from cpi_econ.result.document import count
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.balance import balance, participant_weights, weight_summary
from cpi_econ.uncertainty.missing import known
from cpi_econ.uncertainty.overlap import outside_overlap, propensity_scores
from cpi_econ.uncertainty.weight_limits import WeightLimits

_BINS = 10


def weight_tables(study: Study, people: PersonTable) -> dict[str, pd.DataFrame]:
    """Tables ``balance``, ``outside``, with weights ``weights`` and for two arms ``overlap``.

    Parameters
    ----------
    study : Study
        Without weights there are tables only where nobody randomised and something is adjusted
        for: balance before adjustment, by the covariates of cost and effect.
    people : PersonTable
        Of the base case.
    """
    plan = study.weights
    weighted = plan.method != "none"
    covariates = list(plan.covariates) if weighted else _adjusted(study)
    if not covariates:
        return {}
    # Balance is a matter of covariates; who lacks an outcome counts as well.
    table = people.outcomes(study, study.primary).assign(**{"cost": 0.0, EFFECT: 0.0})
    table = table[known(table, covariates)].reset_index(drop=True)
    options: dict[str, Any] = {
        "reference": study.reference,
        "propensity": covariates,
        "categorical": study.adjust.categorical,
    }
    if not weighted:
        return _unweighted(study, table, options)
    limits = WeightLimits(plan.trim, plan.truncate, plan.stabilised)
    chosen = options | {"weights": plan.method, "estimand": plan.estimand or "ATE"}
    chosen["limits"] = limits
    tables = {
        "balance": balance(table, **chosen),
        "weights": weight_summary(table, **chosen),
        "outside": _outside(study, table, options),
    }
    if len(study.arms) == 2:
        tables["overlap"] = _overlap(study, table, options)
    return tables


def _adjusted(study: Study) -> list[str]:
    """Covariates of the outcome models where the arms were not made by chance."""
    plan = study.adjust
    if study.design == "randomised" or plan.model == "none":
        return []
    return list(dict.fromkeys([*plan.cost, *plan.effect]))


def _unweighted(
    study: Study, table: pd.DataFrame, options: dict[str, Any]
) -> dict[str, pd.DataFrame]:
    """Balance before adjustment, and who lies outside overlap where that can be told."""
    try:
        return {
            "balance": balance(table, weights="none", **options),
            "outside": _outside(study, table, options),
        }
    except EstimationError:  # the estimate of the means tells what is wrong with a covariate
        return {}


def _outside(study: Study, table: pd.DataFrame, options: dict[str, Any]) -> pd.DataFrame:
    counts = outside_overlap(propensity_scores(table, **options))
    small = study.report.small_numbers
    masked = [count(int(one), small) for one in counts["outside"]]
    return counts.assign(outside=pd.Series(masked, dtype=object))


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
