"""Coverage of 95% intervals of net benefit with few clusters: python coverage_of_clusters.py 400.

Made-up studies: clusters of 8 people, gamma costs (shape 1, mean 3,000), normal effects (standard
deviation 0.12) of the same distribution in both arms, each with the given intraclass correlation
on the normal scale. The true incremental net benefit at 20,000 is 0.
"""

import sys

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import gamma

from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.uncertainty.bootstrap import bootstrap

METHODS = {
    "individuals": ({}, ("t", "percentile")),
    "clusters": ({"cluster": "cluster"}, ("t", "percentile")),
    "two_stage": ({"cluster": "cluster", "resample": "two_stage"}, ("t", "percentile")),
    "none (CR1)": ({"cluster": "cluster", "resample": "none"}, ("t",)),
    "none (CR2)": ({"cluster": "cluster", "resample": "none", "errors": "CR2"}, ("t",)),
    "mixed": ({"cluster": "cluster", "resample": "none", "model": "mixed"}, ("t",)),
}


def made_up_study(rng, correlation, clusters, size=8):
    cluster = np.repeat(np.arange(sum(clusters)), size)
    shared = rng.normal(size=(sum(clusters), 2))[cluster]
    own = rng.normal(size=(len(cluster), 2))
    normal = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    return pd.DataFrame(
        {
            "participant": [f"{person:04d}" for person in range(len(cluster))],
            "arm": np.where(cluster < clusters[0], "high", "low"),
            "cluster": cluster,
            "cost": gamma.ppf(ndtr(normal[:, 0]), 1.0, scale=3000),
            "effect": 0.5 + 0.12 * normal[:, 1],
        }
    )


def coverage(studies, correlation, clusters, seed=5):
    """Share of studies whose interval holds the truth, by method and interval."""
    rng = np.random.default_rng(seed)
    held = {(name, kind): 0 for name, (_, kinds) in METHODS.items() for kind in kinds}
    for study in range(studies):
        table = made_up_study(rng, correlation, clusters)
        for name, (options, kinds) in METHODS.items():
            made = bootstrap(table, reference="low", n_replicates=500, seed=study, **options)
            for kind in kinds:
                row = inmb_intervals(made, [20_000], interval=kind).squeeze()
                held[name, kind] += bool(row["lower"] <= 0 <= row["upper"])
    return pd.Series(held) / studies


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    columns = {
        f"{clusters[0]} v {clusters[1]}, ICC {correlation}": coverage(number, correlation, clusters)
        for clusters in ((4, 12), (8, 8))
        for correlation in (0.0, 0.05, 0.15)
    }
    sys.stdout.write(pd.DataFrame(columns).mul(100).round(1).to_string() + "\n")
