"""All scenarios of a result in one table, with what each changes."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import ARM
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.result.answer import BASE_CASE, CEAResult

_ENDINGS = {"estimate": "", "lower": "_lower", "upper": "_upper"}
COLUMNS = [
    *("scenario", "effect", "arm", "wtp"),
    *("inc_cost", "inc_cost_lower", "inc_cost_upper"),
    *("inc_effect", "inc_effect_lower", "inc_effect_upper"),
    *("inmb", "lower", "upper", "probability", "statement", "changes"),
]


def scenario_table(
    result: CEAResult,
    wtp: float,
    *,
    interval: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """One row for each scenario, effect and arm: what a forest plot of scenarios needs.

    Parameters
    ----------
    result : CEAResult
        Made with ``scenarios=True``, or loaded.
    wtp : float
        Willingness to pay [currency / unit of effect].
    interval, level : str and float
        As in `inmb_intervals`.

    Returns
    -------
    DataFrame
        ``scenario, effect, arm, wtp``, incremental cost and effect and net benefit with their
        intervals, ``probability`` of more net benefit than the reference, the ``statement`` on the
        ratio, and ``changes``: whether the net benefit has another sign than in the base case of
        the same effect.
    """
    rows = []
    base: dict[tuple[str, str], bool] = {}
    for (scenario, effect), replicates in result.datasets.items():
        table = increments(replicates, interval=interval, level=level)
        benefit = inmb_intervals(replicates, [wtp], interval=interval, level=level).isel(wtp=0)
        for arm in table[ARM].values:
            here, there = table.sel({ARM: arm}), benefit.sel({ARM: arm})
            parts = {
                f"{name}{ending}": float(here[name].sel(statistic=statistic))
                for name in ("inc_cost", "inc_effect")
                for statistic, ending in _ENDINGS.items()
            }
            positive = float(there["estimate"]) > 0
            if scenario == BASE_CASE:
                base[effect, str(arm)] = positive
            rows.append(
                {
                    "scenario": scenario,
                    "effect": effect,
                    "arm": str(arm),
                    "wtp": wtp,
                    **parts,
                    "inmb": float(there["estimate"]),
                    "lower": float(there["lower"]),
                    "upper": float(there["upper"]),
                    "probability": float(there["probability"]),
                    "statement": icer(replicates, str(arm)).statement,
                    "changes": positive != base.get((effect, str(arm)), positive),
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)
