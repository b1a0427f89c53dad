"""What a study's imputation did: values beside those observed, errors, how far to the tip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.contracts import CLUSTER
from cpi_econ.evaluation.estimation import model_options, study_replicates, weight_options
from cpi_econ.evaluation.missing_data import missing_options
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.disclosure import mask_column
from cpi_econ.result.document import SMALLEST
from cpi_econ.study.config import Study
from cpi_econ.uncertainty.imputation_diagnostics import imputation_error, imputed_beside_observed
from cpi_econ.uncertainty.imputation_plan import ImputationPlan

_SHIFT = 0.1
_MOMENTS = ["observed_mean", "observed_sd", "imputed_mean", "imputed_sd", "between"]


def imputation_tables(
    plans: Mapping[str, Study],
    people: Mapping[str, PersonTable],
    datasets: Mapping[tuple[str, str], xr.Dataset],
) -> dict[str, pd.DataFrame]:
    """Tables ``imputation``, ``imputation_estimates`` and ``tipping`` of analyses that impute.

    Parameters
    ----------
    plans : mapping of str to Study
        Base case and scenarios by name.
    people : mapping of str to PersonTable
    datasets : mapping of (scenario, effect) to Dataset
        Replicates.

    Returns
    -------
    dict of DataFrame
        Of the primary effect; the first and the third for the first analysis that imputes, the
        second for that and for those that treat missing data in another way. Counts are masked;
        empty when nothing is imputed.
    """
    imputing = [
        name
        for name, plan in plans.items()
        if "cost_imputed" in datasets.get((name, plan.primary), ())
    ]
    if not imputing:
        return {}
    told = plans[imputing[0]].missing
    imputing = [imputing[0], *(one for one in imputing[1:] if plans[one].missing != told)]
    errors = [
        imputation_error(datasets[name, plans[name].primary], plans[name].wtp.report)
        for name in imputing
    ]
    first, table = imputing[0], _outcomes(plans[imputing[0]], people[imputing[0]])
    named = [one.assign(scenario=name) for name, one in zip(imputing, errors, strict=True)]
    return {
        "imputation": _beside(plans[first], table).assign(scenario=first),
        "imputation_estimates": pd.concat(named, ignore_index=True),
        "tipping": _tipping(plans[first], table).assign(scenario=first),
    }


def _outcomes(study: Study, people: PersonTable) -> pd.DataFrame:
    return people.outcomes(study, study.primary)


def _beside(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Observed and imputed values, with means of fewer than five people left out."""
    options: dict[str, Any] = missing_options(study, table)
    asked = {key: value for key, value in options.items() if key != "missing"}
    asked["predictors"] = tuple(asked["predictors"])
    plan = study.uncertainty
    model, weights = model_options(study), weight_options(study)
    made = imputed_beside_observed(
        table,
        reference=study.reference,
        plan=ImputationPlan(**asked),
        cluster=CLUSTER if CLUSTER in table and plan.resample != "individuals" else None,
        resample=plan.resample,
        model=model["model"],
        adjust=model["adjust"],
        propensity=weights.get("propensity", ()),
        categorical=study.adjust.categorical,
        seed=plan.seed,
    )
    if study.report.small_numbers == "mask":
        known = made["n"] - made["missing"]
        made.loc[known < SMALLEST, _MOMENTS] = None
    return mask_column(
        made, "missing", ["variable"], ["imputed_mean", "imputed_sd", "between"],
        small=study.report.small_numbers,
    )  # fmt: skip


def _tipping(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Net benefit with imputed values as they are, and how it falls as they are shifted.

    Least squares are linear in the outcomes, and seemingly unrelated regressions nearly so: one
    shift of the cost and one of the effect say what any other would do. Arms whose cost or effect
    does not vary among those known give no measure of a shift, and are left out.
    """
    if study.adjust.model in ("glm", "mixed") or not study.wtp.report:
        return pd.DataFrame()
    rows = []
    base = _increments(study, table, {})
    for arm in (name for name in study.arms if name != study.reference):
        own = table[table["arm"] == arm]
        spread = {name: float(own[name].std()) for name in ("cost", "effect")}
        if not all(value > 0 for value in spread.values()):
            continue
        steps = {name: _SHIFT * spread[name] for name in spread}
        moved = {
            name: _increments(study, table, {name: {arm: step}}) for name, step in steps.items()
        }
        rows += [
            {
                "arm": arm,
                "wtp": wtp,
                "inmb": _benefit(base, arm, wtp),
                **{
                    f"per_{name}": (_benefit(moved[name], arm, wtp) - _benefit(base, arm, wtp))
                    / steps[name]
                    for name in steps
                },
                **{f"sd_{name}": spread[name] for name in steps},
            }
            for wtp in study.wtp.report
        ]
    return pd.DataFrame(rows)


def _increments(
    study: Study, table: pd.DataFrame, delta: dict[str, dict[str, float]]
) -> xr.Dataset:
    """Arm means with imputed values shifted; the few draws that come with them are not used."""
    assert study.missing is not None
    missing = study.missing.model_copy(update={"delta": delta})
    few = study.uncertainty.model_copy(update={"replicates": 2, "interval": "t"})
    plan = study.model_copy(update={"missing": missing, "uncertainty": few})
    return study_replicates(plan, table, "")


def _benefit(made: xr.Dataset, arm: str, wtp: float) -> float:
    net = wtp * made["effect_hat"] - made["cost_hat"]
    return float(net.sel(arm=arm) - net.sel(arm=made.attrs["reference"]))
