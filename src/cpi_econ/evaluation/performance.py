"""Performance of intervals over many made-up studies, each figure with its Monte Carlo error."""

from __future__ import annotations

import numpy as np
import pandas as pd

KEYS = ["method", "interval", "arm", "wtp"]


def performance(rows: pd.DataFrame) -> pd.DataFrame:
    r"""Bias, standard errors and coverage by method, interval, arm and willingness to pay.

    Parameters
    ----------
    rows : DataFrame
        ``method, interval, arm, wtp, truth, estimate, se, lower, upper``, one row a study; an
        estimate of NaN says that the method could not be used.

    Returns
    -------
    DataFrame
        The keys and ``studies``, ``failed``, ``truth``, ``bias``, ``empirical_se`` (spread of the
        estimates), ``model_se`` (what the method reports), ``coverage``, ``length`` (mean width of
        the interval), and ``bias_mcse``, ``empirical_se_mcse``, ``model_se_mcse``,
        ``coverage_mcse``. Money in currency, coverage as a share.

    Notes
    -----
    Monte Carlo errors over n studies: :math:`s/\sqrt n` of the bias, :math:`s/\sqrt{2(n-1)}` of
    the empirical error s, :math:`\sqrt{\mathrm{var}(se^2)/(4 n\,\overline{se^2})}` of the model
    error, :math:`\sqrt{p(1-p)/n}` of the coverage p.

    References
    ----------
    Morris, White, Crowther (2019), doi:10.1002/sim.8086, table 6

    Examples
    --------
    >>> rows = pd.DataFrame({"method": "m", "interval": "t", "arm": "a", "wtp": 0.0, "truth": 1.0,
    ...                      "estimate": [0.0, 2.0], "se": 1.0, "lower": [-2.0, 1.5],
    ...                      "upper": [2.0, 3.0]})
    >>> performance(rows)[["bias", "coverage"]].iloc[0].tolist()
    [0.0, 0.5]
    """
    found = [
        dict(zip(KEYS, names, strict=True)) | _figures(group)
        for names, group in rows.groupby(KEYS, sort=False)
    ]
    return pd.DataFrame(found)


def _figures(group: pd.DataFrame) -> dict[str, float]:
    used = group.dropna(subset=["estimate"])
    n, truth = len(used), float(group["truth"].iloc[0])
    missing = float("nan")
    spread = float(used["estimate"].std()) if n > 1 else missing
    square = used["se"] ** 2
    model = float(np.sqrt(square.mean())) if n else missing
    inside = (used["lower"] <= truth) & (truth <= used["upper"])
    share = float(inside.mean()) if n else missing
    return {
        "studies": n,
        "failed": len(group) - n,
        "truth": truth,
        "bias": float(used["estimate"].mean()) - truth,
        "empirical_se": spread,
        "model_se": model,
        "coverage": share,
        "length": float((used["upper"] - used["lower"]).mean()),
        "bias_mcse": spread / np.sqrt(n) if n else missing,
        "empirical_se_mcse": spread / np.sqrt(2 * (n - 1)) if n > 1 else missing,
        "model_se_mcse": _ratio(float(square.std()), 2 * np.sqrt(n) * model) if n > 1 else missing,
        "coverage_mcse": float(np.sqrt(share * (1 - share) / n)) if n else missing,
    }


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else float("nan")
