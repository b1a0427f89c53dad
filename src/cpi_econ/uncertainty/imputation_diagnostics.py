"""What was imputed beside what was observed, and how much of an error comes from imputation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.errors import EstimationError, raise_all
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.analysis import Model, Resample, prepare_analysis
from cpi_econ.uncertainty.completed import Imputer
from cpi_econ.uncertainty.design import Adjust, covariate_names
from cpi_econ.uncertainty.imputation_plan import ImputationPlan, plan_findings
from cpi_econ.uncertainty.imputed_draws import observed_parts
from cpi_econ.uncertainty.imputing import imputer_of
from cpi_econ.uncertainty.options import defaults
from cpi_econ.uncertainty.people import check_people
from cpi_econ.uncertainty.runs import Job


def imputed_beside_observed(
    table: pd.DataFrame,
    *,
    reference: str,
    plan: ImputationPlan,
    cluster: str | None = None,
    resample: Resample | None = None,
    model: Model | None = None,
    adjust: Adjust | None = None,
    propensity: Sequence[str] = (),
    categorical: Sequence[str] = (),
    seed: int = 1,
) -> pd.DataFrame:
    """Observed and imputed values of each incomplete variable, arm by arm.

    Parameters
    ----------
    table : DataFrame
        Outcomes as observed.
    reference : str
    plan : ImputationPlan
    cluster : str, optional
    resample, model, adjust, propensity, categorical, seed
        Of `bootstrap`, whose imputed data sets are then the ones described.

    Returns
    -------
    DataFrame
        ``variable``, ``arm``, ``n``, ``missing``, ``observed_mean``, ``observed_sd``,
        ``imputed_mean``, ``imputed_sd`` over all imputed values, and ``between``, the standard
        deviation of the imputed mean between data sets. Numbers only; a category has no mean.

    Raises
    ------
    EstimationError
        Those of `bootstrap` with ``missing="impute"``.

    References
    ----------
    Nguyen, Carlin, Lee (2017), doi:10.1186/s12982-017-0062-6

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdefgh"), "arm": ["low", "high"] * 4,
    ...                        "cost": [1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 1.5, None],
    ...                        "effect": [0.1, 0.4, 0.2, 0.3, 0.3, 0.5, 0.2, 0.4]})
    >>> made = imputed_beside_observed(people, reference="low", plan=ImputationPlan())
    >>> made.loc[made["arm"] == "high", ["variable", "missing", "observed_mean"]].values.tolist()
    [['cost', 1, 5.0]]
    """
    chosen, fitted = defaults(
        resample or ("none" if plan.order == "rubin" else None), model, cluster, adjust, "impute"
    )
    covariates = [*covariate_names(adjust), *propensity]
    people = check_people(table, cluster, chosen, covariates)
    raise_all(plan_findings(plan, people, reference), EstimationError)
    prepare = partial(
        prepare_analysis, resample=chosen, model=fitted, adjust=adjust, categorical=categorical
    )
    job = Job(people, covariates, prepare, reference, chosen, seed, adjust, propensity, categorical)
    imputer, rows = imputer_of(job, plan)
    arms, arm = imputer.analysis.arms, rows[ARM].astype(str)
    gaps = {
        (name, one): rows.loc[arm == one, name].isna().to_numpy()
        for name in imputer.encoded.names
        if name in rows and rows[name].isna().any()
        for one in arms
    }
    found: dict[tuple[str, str], list[FloatArray]] = {key: [] for key in gaps}
    for _, parts in observed_parts(imputer, seed):
        for (name, one), lost in gaps.items():
            found[name, one].append(parts[arms.index(one)][:, imputer.place(name)][:, lost])
    made = [
        {"variable": name, "arm": one}
        | _beside(rows.loc[arm == one, name], _in_units(imputer, name, np.concatenate(values)))
        for (name, one), values in found.items()
    ]
    return pd.DataFrame(made, columns=["variable", "arm", *_COLUMNS])


def _in_units(imputer: Imputer, name: str, values: FloatArray) -> FloatArray:
    place, encoded = imputer.place(name), imputer.encoded
    made: FloatArray = values * encoded.scale[place] + encoded.location[place]
    return made


_COLUMNS = (
    "n",
    "missing",
    "observed_mean",
    "observed_sd",
    "imputed_mean",
    "imputed_sd",
    "between",
)


def _beside(seen: pd.Series[float], imputed: FloatArray) -> dict[str, Any]:
    known = seen.dropna().to_numpy(np.float64)
    one = [np.nan] * 3
    if imputed.size:
        one = [imputed.mean(), imputed.std(ddof=1), imputed.mean(axis=1).std(ddof=1)]
    told = [len(seen), int(seen.isna().sum()), known.mean(), known.std(ddof=1), *one]
    return dict(zip(_COLUMNS, told, strict=True))


def imputation_error(replicates: xr.Dataset, wtp: Sequence[float]) -> pd.DataFrame:
    """Pooled increments beside those of complete cases, and what imputation adds to their error.

    Parameters
    ----------
    replicates : Dataset
        As `bootstrap` gives it, with imputed values.
    wtp : sequence of float
        Willingness to pay at which the net benefit is told.

    Returns
    -------
    DataFrame
        ``arm``, ``quantity`` (``cost``, ``effect``, ``inmb``), ``wtp``, ``complete_cases``,
        ``imputed``, ``se``, ``fmi`` the share of the variance that comes from imputation, and
        ``mcse`` the Monte Carlo error of the pooled estimate.

    Notes
    -----
    With B the variance of the estimate between m imputed data sets and T that of the replicates
    (or of Rubin's rules), the share is (1 + 1/m) B/T and the Monte Carlo error the root of B/m.

    References
    ----------
    Rubin (1987), doi:10.1002/9780470316696; White, Royston, Wood (2011), doi:10.1002/sim.4067

    Examples
    --------
    >>> from cpi_econ.uncertainty.bootstrap import bootstrap
    >>> people = pd.DataFrame({"participant": list("abcdefgh"), "arm": ["low", "high"] * 4,
    ...                        "cost": [1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 1.5, None],
    ...                        "effect": [0.1, 0.4, 0.2, 0.3, 0.3, 0.5, 0.2, 0.4]})
    >>> made = bootstrap(people, reference="low", impute=True, n_replicates=50)
    >>> imputation_error(made, [10.0])["quantity"].tolist()
    ['cost', 'effect', 'inmb']
    """
    reference = replicates.attrs["reference"]
    m = replicates.sizes["imputation"]
    rows = []
    for arm in replicates[ARM].to_numpy():
        if arm == reference:
            continue
        for quantity, k in [(COST, None), (EFFECT, None), *(("inmb", one) for one in wtp)]:
            sets, draws, pooled, complete = (
                _quantity(replicates, kind, str(arm), quantity, k)
                for kind in ("_imputed", "", "_hat", "_hat_complete")
            )
            between, total = sets.var(ddof=1), _variance(replicates, str(arm), quantity, k, draws)
            share = (1 + 1 / m) * between / total if total > 0 else np.nan
            rows.append(
                (arm, quantity, k, complete.item(), pooled.item(), total**0.5, min(share, 1.0),
                 (between / m) ** 0.5)
            )  # fmt: skip
    names = ["arm", "quantity", "wtp", "complete_cases", "imputed", "se", "fmi", "mcse"]
    return pd.DataFrame(rows, columns=names)


def _quantity(
    replicates: xr.Dataset, kind: str, arm: str, quantity: str, wtp: float | None
) -> FloatArray:
    """Increment in cost or effect, or net benefit, of one kind of mean."""
    parts = {}
    for name in (COST, EFFECT):
        values = replicates[f"{name}{kind}"]
        own = values.sel({ARM: arm}) - values.sel({ARM: replicates.attrs["reference"]})
        parts[name] = np.atleast_1d(own.to_numpy())
    return parts[quantity] if wtp is None else wtp * parts[EFFECT] - parts[COST]


def _variance(
    replicates: xr.Dataset, arm: str, quantity: str, wtp: float | None, draws: FloatArray
) -> float:
    if "cov_cost_cost" not in replicates:
        return float(draws.var(ddof=1))
    arms = replicates[ARM].to_numpy()
    sign = 1.0 * (arms == arm) - 1.0 * (arms == replicates.attrs["reference"])
    cost, both, effect = (
        float(sign @ replicates[f"cov_{name}"].to_numpy() @ sign)
        for name in ("cost_cost", "cost_effect", "effect_effect")
    )
    if wtp is None:
        return cost if quantity == COST else effect
    return cost - 2 * wtp * both + wtp**2 * effect
