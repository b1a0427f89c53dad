"""How far imputed values must be shifted before the decision tips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT
from cpi_econ.errors import EstimationError, stop
from cpi_econ.uncertainty.arms import arm_names
from cpi_econ.uncertainty.bootstrap import bootstrap


def tipping_points(
    table: pd.DataFrame,
    *,
    arm: str,
    reference: str,
    wtp: float,
    cost: Sequence[float | str] = (0.0,),
    effect: Sequence[float | str] = (0.0,),
    order: str = "rubin",
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> xr.Dataset:
    """Net benefit of an arm when imputed costs and effects in that arm are shifted.

    Parameters
    ----------
    table : DataFrame
        Outcomes as observed.
    arm : str
        Arm whose imputed values are shifted and whose net benefit is shown.
    reference : str
    wtp : float
        Willingness to pay per unit of effect.
    cost, effect : sequence of float or str
        Shifts to be tried: what is added, or a factor such as ``1.2x``.
    order : {"rubin", "impute_in_bootstrap", "bootstrap_in_imputation"}
        How imputation and resampling are combined in each cell.
    progress : callable, optional
        Called with cells done and in all.
    **options
        Of `bootstrap`.

    Returns
    -------
    Dataset
        ``inc_cost``, ``inc_effect``, ``inmb``, ``se`` and ``probability`` that the net benefit is
        above 0, on ``(cost_shift, effect_shift)``. All cells use the same imputations.

    Raises
    ------
    EstimationError
        ``E070`` the arm is the reference or does not occur, and those of `bootstrap`.

    References
    ----------
    Leurent and others (2018), doi:10.1007/s40273-018-0650-5; Cro and others (2020),
    doi:10.1002/sim.8569

    Examples
    --------
    >>> people = pd.DataFrame({"participant": list("abcdefgh"), "arm": ["low", "high"] * 4,
    ...                        "cost": [1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 1.5, None],
    ...                        "effect": [0.1, 0.4, 0.2, 0.3, 0.3, 0.5, 0.2, 0.4]})
    >>> made = tipping_points(people, arm="high", reference="low", wtp=10.0, cost=[0.0, 4.0])
    >>> made["inmb"].diff("cost_shift").round(6).values.tolist()
    [[-1.0]]
    """
    if arm == reference or arm not in arm_names(table):
        stop(EstimationError, "E070", f'arm "{arm}" is not an arm to set against "{reference}".')
    cells = [(c, e) for c in cost for e in effect]
    rows = []
    for number, (c, e) in enumerate(cells, start=1):
        shift = {COST: {arm: c}, EFFECT: {arm: e}}
        made = bootstrap(
            table,
            reference=reference,
            missing="impute",
            order=order,  # type: ignore[arg-type]
            delta=shift,
            **{"n_replicates": 1000 if order != "rubin" else 1, **options},
        )
        rows.append(_cell(made, arm, reference, wtp))
        if progress is not None:
            progress(number, len(cells))
    grid = np.array(rows).reshape(len(cost), len(effect), 5)
    names = ("inc_cost", "inc_effect", "inmb", "se", "probability")
    dims = ("cost_shift", "effect_shift")
    return xr.Dataset(
        {name: (dims, grid[:, :, number]) for number, name in enumerate(names)},
        {"cost_shift": list(cost), "effect_shift": list(effect)},
        {ARM: arm, "reference": reference, "wtp": wtp, "order": order},
    )


def _cell(made: xr.Dataset, arm: str, reference: str, wtp: float) -> tuple[float, ...]:
    from scipy.special import ndtr

    gap = made.drop_dims("arm_", errors="ignore")
    gap = gap.sel(arm=arm, drop=True) - gap.sel(arm=reference, drop=True)
    inc_cost, inc_effect = float(gap["cost_hat"]), float(gap["effect_hat"])
    inmb = wtp * inc_effect - inc_cost
    if "cov_cost_cost" not in made:
        draws = wtp * gap["effect"] - gap["cost"]
        return inc_cost, inc_effect, inmb, float(draws.std(ddof=1)), float((draws > 0).mean())
    sign = (made[ARM] == arm).astype(float) - (made[ARM] == reference).astype(float)
    c = sign.to_numpy()
    parts = (
        made[f"cov_{name}"].to_numpy() for name in ("cost_cost", "cost_effect", "effect_effect")
    )
    cc, ce, ee = (float(c @ part @ c) for part in parts)
    se = float(np.sqrt(max(cc - 2 * wtp * ce + wtp**2 * ee, 0.0)))
    return inc_cost, inc_effect, inmb, se, float(ndtr(inmb / se)) if se > 0 else float(inmb > 0)
