"""Studentised intervals against a plain loop over the same draws, and their normal limit."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.incremental import increments
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.structural import with_uncertain_costs
from cpi_econ.errors import EstimationError
from cpi_econ.kernels.resample import block_stream, resampled_weights, rows_at_once
from cpi_econ.uncertainty.bootstrap import bootstrap

DRAWS, SEED, WTP = 300, 7, 20_000.0
AGE = {"cost": ["age"], "effect": ["age"]}


def made_up(n, seed=3):
    """Clusters of five; costs skewed; 3 in 8 in the arm high."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n) // 5
    high = cluster % 8 < 3
    return pd.DataFrame(
        {
            "participant": [f"{number:05d}" for number in range(n)],
            "arm": np.where(high, "high", "low"),
            "agency": cluster,
            "age": rng.normal(50, 10, n),
            "cost": rng.gamma(1, 3000, n) + 300 * rng.normal(size=n // 5 + 1)[cluster],
            "effect": rng.normal(0.5, 0.1, n) + 0.02 * high,
        }
    )


@pytest.fixture(scope="module")
def people():
    return made_up(80)


def run(people, **options):
    standard = {"reference": "low", "resample": "individuals", "studentised": True}
    return bootstrap(
        people, **{**standard, "n_replicates": DRAWS, "seed": SEED, "model": "none", **options}
    )


def estimate_and_error(rows, x_names, units):
    """Net benefit by least squares, and its sandwich error, of one data set of drawn rows."""
    high = (rows["arm"] == "high").to_numpy(float)
    x = np.column_stack([1 - high, high, *(rows[name] for name in x_names)])
    y = (WTP * rows["effect"] - rows["cost"]).to_numpy()
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    scores = x * (y - x @ beta)[:, None]
    middle = np.zeros((x.shape[1], x.shape[1]))
    for arm in (0.0, 1.0):
        names = np.unique(units[high == arm])
        for unit in names:
            total = scores[units == unit].sum(axis=0)
            middle += np.outer(total, total) * len(names) / (len(names) - 1)
    contrast = np.r_[-1.0, 1.0, np.zeros(x.shape[1] - 2)]
    return contrast @ beta, np.sqrt(contrast @ bread @ middle @ bread @ contrast)


def plain_loop(people, by, x_names):
    """Draws of the first block taken apart into copies of units, one at a time."""
    order = np.lexsort((people[by].factorize()[0], (people["arm"] != people["arm"][0])))
    rows = people.iloc[order].reset_index(drop=True)
    units = rows[by].factorize()[0]
    arms = [(rows["arm"] == arm).to_numpy() for arm in rows["arm"].unique()]
    sizes = [np.unique(units[inside], return_counts=True)[1] for inside in arms]
    stream = block_stream(SEED, 0)
    steps = -(-DRAWS // rows_at_once(len(rows)))
    parts = [
        resampled_weights(sizes, rows_at_once(len(rows)), stream, bayesian=False)
        for _ in range(steps)
    ]
    centre, error = estimate_and_error(rows, x_names, units)
    t = []
    for weight in np.concatenate(parts)[:DRAWS].astype(int):
        copies = np.concatenate([np.arange(count) for count in weight])
        place = np.repeat(np.arange(len(rows)), weight)
        named = units[place] * 1000 + copies
        one, own = estimate_and_error(rows.iloc[place], x_names, named)
        t.append((one - centre) / own)
    low, high = np.quantile(t, [0.025, 0.975], method="nearest")
    return centre, error, centre - high * error, centre - low * error


@pytest.mark.parametrize(
    ("options", "by", "names"),
    [
        ({}, "participant", []),
        ({"model": "ols", "adjust": AGE}, "participant", ["age"]),
        ({"resample": "clusters", "cluster": "agency"}, "agency", []),
        ({"resample": "clusters", "cluster": "agency", "model": "sur", "adjust": AGE}, "agency",
         ["age"]),
    ],
)  # fmt: skip
def test_equals_a_plain_loop(people, options, by, names):
    found = inmb_intervals(run(people, **options), [WTP], interval="studentised")
    row = found.sel(wtp=WTP, arm="high")
    values = [float(row[name]) for name in ("estimate", "se", "lower", "upper")]
    assert values == pytest.approx(plain_loop(people, by, names), rel=1e-7)


def test_increments_are_net_benefit_of_one_outcome(people):
    made = run(people)
    cost = increments(made, interval="studentised")["inc_cost"].sel(arm="high")
    benefit = inmb_intervals(made, [0.0], interval="studentised").isel(wtp=0).sel(arm="high")
    ends = cost.sel(statistic=["upper", "lower"]).values
    np.testing.assert_allclose(-ends, [benefit["lower"], benefit["upper"]])
    separate = people.groupby("arm")["cost"].agg(lambda part: part.var(ddof=1) / len(part)).sum()
    assert float(cost.sel(statistic="se")) == pytest.approx(np.sqrt(separate))


def test_of_many_people_it_is_the_normal_interval():
    many = made_up(1600)
    normal = many.assign(cost=np.random.default_rng(2).normal(3000, 1000, 1600))
    made = run(normal, n_replicates=4000)
    one, two = (increments(made, interval=kind) for kind in ("studentised", "normal"))
    for name in ("inc_cost", "inc_effect"):
        width = float(two[name].sel(statistic="se")[0]) * 3.92
        np.testing.assert_allclose(one[name], two[name], atol=0.05 * width)


def test_skewed_costs_lengthen_the_side_of_the_smaller_arm(people):
    row = increments(run(people, n_replicates=2000), interval="studentised")["inc_cost"]
    row = row.sel(arm="high").to_series()
    assert row["upper"] - row["estimate"] > row["estimate"] - row["lower"]


def test_the_draws_are_those_without_it(people):
    plain = run(people, studentised=False)
    np.testing.assert_array_equal(run(people)["cost"], plain["cost"])
    with pytest.raises(EstimationError, match="E085"):
        increments(plain, interval="studentised")


def test_pence_labels_and_a_file_change_nothing_else(people, tmp_path):
    made = run(people, model="ols", adjust=AGE)
    pence = run(people.assign(cost=100 * people["cost"]), model="ols", adjust=AGE)
    swapped = people.assign(arm=people["arm"].map({"low": "high", "high": "low"}))
    turned = increments(run(swapped, model="ols", adjust=AGE), interval="studentised")["inc_cost"]
    one, other = (increments(each, interval="studentised")["inc_cost"] for each in (made, pence))
    np.testing.assert_allclose(other, 100 * one)
    np.testing.assert_allclose(
        -turned.sel(arm="high", statistic=["upper", "lower"]),
        one.sel(arm="high", statistic=["lower", "upper"]),
    )
    made.to_netcdf(tmp_path / "replicates.nc", engine="h5netcdf")


@pytest.mark.parametrize(
    "options",
    [
        {"resample": "two_stage", "cluster": "agency"},
        {"resample": "bayesian"},
        {"resample": "none"},
        {"weights": "iptw", "propensity": ["age"]},
        {"model": "sur", "adjust": {"cost": ["age"]}},
        {"model": "glm", "adjust": AGE},
    ],
)
def test_where_a_draw_has_no_error_of_its_own_it_is_refused(people, options):
    with pytest.raises(EstimationError, match="E071"):
        run(people, **options)


def test_moved_replicates_fall_back_on_t(people):
    made = run(people).assign_attrs(interval="studentised")
    moved = with_uncertain_costs(made, {"nurse": {"low": 100.0, "high": 200.0}}, 0.2)[0]
    assert increments(moved).attrs["interval"] == "t"
    assert increments(made).attrs["interval"] == "studentised"


def test_draws_of_one_cluster_leave_no_ends_and_that_is_said(people):
    two = people.assign(agency=np.where(people["arm"] == "high", 0, 2) + np.arange(80) % 2)
    made = bootstrap(
        two,
        reference="low",
        cluster="agency",
        resample="clusters",
        studentised=True,
        n_replicates=200,
    )
    for ask in (increments, lambda one, **kind: inmb_intervals(one, [WTP], **kind)):
        with pytest.raises(EstimationError, match="no ends") as caught:
            ask(made, interval="studentised")
        assert caught.value.findings[0].code == "E085"
        ask(made, interval="t")
