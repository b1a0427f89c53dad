"""A made-up study with clusters, and the real data sets where their folder exists."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def people():
    """64 people in 16 clusters, 6 of them high, with skewed costs and two covariates."""
    rng = np.random.default_rng(20)
    cluster = np.repeat(np.arange(16), 4)
    age = rng.integers(20, 80, 64)
    baseline = rng.uniform(0.1, 1.0, 64)
    effect = 0.4 * baseline + 0.02 * (cluster < 6) + rng.normal(0, 0.1, 64)
    return pd.DataFrame(
        {
            "participant": [f"p{number:03d}" for number in range(64)],
            "arm": np.where(cluster < 6, "high", "low"),
            "agency": [f"agency {number}" for number in cluster],
            "cost": rng.gamma(1.0, 1000 + 10 * age),
            "effect": effect,
            "age": age,
            "baseline_utility": baseline,
            "setting": np.where(rng.random(64) < 0.4, "rural", "urban"),
        }
    )


def _real(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"real data {name} are not beside the project")
    return pd.read_csv(path)


@pytest.fixture
def glick():
    data = _real("glick_trial/trial_cea.csv")
    return data.assign(
        participant=data["id"].astype(str),
        arm=np.where(data["treat"] == 1, "treatment", "control"),
        effect=data["qaly"],
    )


@pytest.fixture
def ben():
    data = _real("ben_tutorial/dataset.csv")
    quarters = data[["E", "Em1", "Em2", "Em3", "Em4"]].to_numpy() @ [0.125, 0.25, 0.25, 0.25, 0.125]
    return data.assign(
        participant=data["id"].astype(str),
        arm=np.where(data["Tr"] == 1, "intervention", "control"),
        cost=data[["Cm1", "Cm2", "Cm3", "Cm4"]].sum(axis=1, skipna=False),
        effect=quarters,
    )


@pytest.fixture
def pbs():
    data = _real("pbs_trial/pbs_long.csv")
    wide = data.pivot_table(index="id", columns="time", values=["e", "c"], dropna=False)
    person = data.drop_duplicates("id").set_index("id")
    qaly = 0.25 * wide["e"][1] + 0.5 * wide["e"][2] + 0.25 * wide["e"][3]
    return pd.DataFrame(
        {
            "participant": person.index.astype(str),
            "arm": np.where(person["trt"] == 2, "intervention", "control"),
            "site": person["site"].to_numpy(),
            "cost": (wide["c"][2] + wide["c"][3]).reindex(person.index).to_numpy(),
            "effect": qaly.reindex(person.index).to_numpy(),
        }
    )
