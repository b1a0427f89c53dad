"""The promised speed of imputation inside the draws."""

import numpy as np
import pandas as pd

from cpi_econ.uncertainty.bootstrap import bootstrap


def incomplete(n=155, variables=6):
    """Eight incomplete variables: cost, effect and six covariates, a quarter of each missing."""
    rng = np.random.default_rng(1)
    names = [f"x{number}" for number in range(variables)]
    values = rng.normal(size=(n, variables))
    frame = pd.DataFrame(values, columns=names)
    frame["cost"] = rng.gamma(0.8, 1500, n) + 100 * frame["x0"] + 1000
    frame["effect"] = rng.normal(0.6, 0.1, n) + 0.02 * frame["x1"]
    frame = frame.where(rng.random(frame.shape) > 0.25)
    people = {
        "participant": pd.Series(np.arange(n)).astype(str),
        "arm": np.where(np.arange(n) % 4 == 0, "high", "low"),
    }
    return frame.assign(**people), names


def test_eight_incomplete_variables_in_two_thousand_draws(benchmark):
    table, names = incomplete()
    benchmark.extra_info.update(per=2000, most=5.0)
    made = benchmark.pedantic(
        bootstrap,
        args=(table,),
        kwargs={
            "reference": "low",
            "impute": True,
            "adjust": {"cost": names, "effect": names},
            "n_replicates": 2000,
            "jobs": 2,
        },
        rounds=1,
    )
    assert np.isfinite(made["cost"]).all()
