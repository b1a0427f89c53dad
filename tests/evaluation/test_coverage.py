"""Coverage on made-up studies: what it counts, what it does not depend on, what it finds."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.errors import EstimationError, stop
from cpi_econ.evaluation.coverage import ADJUST, Method, coverage, judged
from cpi_econ.evaluation.performance import performance
from cpi_econ.simulate.endpoints import Endpoint
from cpi_econ.simulate.studies import Shape, made_up_study, uneven_sizes
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.parallel import workers

COST = Endpoint(3000, 3000, (300.0,), explained=0.3, shift=(-0.3,))
EFFECT = Endpoint(0.5, 0.12, (0.02,), explained=0.3, shift=(0.3,), gamma=False)
SMALL = {"low": uneven_sizes(40, 6), "high": uneven_sizes(30, 5)}
CR1 = Method("CR1", {"cluster": "cluster", "resample": "none", "adjust": ADJUST})
TWO_STAGE = Method(
    "two stage",
    {"cluster": "cluster", "resample": "two_stage", "adjust": ADJUST},
    ("t", "percentile"),
)


def shape(sizes=None, cost=COST, effect=EFFECT, **options):
    return Shape(sizes or SMALL, cost, effect, **options)


def test_figures_are_those_of_the_rows_counted_by_hand():
    rng = np.random.default_rng(2)
    n = 400
    rows = pd.DataFrame({"estimate": rng.normal(5, 2, n), "se": rng.uniform(1.5, 2.5, n)})
    rows = rows.assign(lower=rows["estimate"] - 2 * rows["se"], truth=4.0, method="m", wtp=0.0)
    rows = rows.assign(upper=rows["estimate"] + 2 * rows["se"], interval="t", arm="a")
    found = performance(rows).iloc[0]
    inside = [abs(row.estimate - 4) <= 2 * row.se for row in rows.itertuples()]
    assert found["coverage"] == sum(inside) / n
    assert found["bias"] == pytest.approx(rows["estimate"].mean() - 4)
    assert found["empirical_se"] == pytest.approx(np.std(rows["estimate"], ddof=1))
    assert found["model_se"] == pytest.approx(np.mean(rows["se"] ** 2) ** 0.5)
    draws = rng.integers(n, size=(2000, n))
    spread = {
        "bias_mcse": rows["estimate"].to_numpy()[draws].mean(axis=1).std(),
        "empirical_se_mcse": rows["estimate"].to_numpy()[draws].std(axis=1).std(),
        "model_se_mcse": np.sqrt((rows["se"].to_numpy()[draws] ** 2).mean(axis=1)).std(),
        "coverage_mcse": np.array(inside)[draws].mean(axis=1).std(),
    }
    for name, value in spread.items():
        assert found[name] == pytest.approx(value, rel=0.1), name


def test_a_method_that_fails_is_counted_and_not_averaged():
    lonely = shape({"low": (4, 5), "high": (6,)})
    methods = [TWO_STAGE, Method("people", {"adjust": ADJUST})]
    found = coverage(lonely, methods, studies=3, n_replicates=50)
    assert found["failed"].tolist() == [3, 3, 0]
    assert found["studies"].tolist() == [0, 0, 3]
    assert found["coverage"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize("jobs", [2])
def test_numbers_do_not_depend_on_the_number_of_processes(jobs):
    options = {"studies": 6, "n_replicates": 60, "seed": 4}
    one = coverage(shape(), [CR1, TWO_STAGE], **options)
    pd.testing.assert_frame_equal(
        one, coverage(shape(), [CR1, TWO_STAGE], jobs=jobs, **options), check_exact=True
    )


def test_a_longer_run_begins_with_the_same_studies_and_methods_do_not_disturb_each_other():
    together = judged(shape(), [CR1, TWO_STAGE], (4, 2), 60, [20_000.0], 0.95)
    alone = judged(shape(), [TWO_STAGE], (4, 2), 60, [20_000.0], 0.95)
    pd.testing.assert_frame_equal(together.iloc[1:].reset_index(drop=True), alone)


def test_pence_for_pounds_changes_no_coverage():
    pounds = coverage(shape(), [TWO_STAGE], studies=8, n_replicates=80)
    cost = Endpoint(300_000, 300_000, (30_000.0,), explained=0.3, shift=(-0.3,))
    pence = coverage(shape(cost=cost), [TWO_STAGE], studies=8, n_replicates=80, wtp=[2_000_000.0])
    assert pence["coverage"].tolist() == pounds["coverage"].tolist()
    for name in ("bias", "empirical_se", "model_se"):
        assert pence[name].to_numpy() == pytest.approx(100 * pounds[name].to_numpy())


def test_every_arm_and_threshold_has_its_row_and_its_truth():
    three = shape(
        {"a": (9, 9, 9), "b": (9, 9, 9), "c": (9, 9, 9)},
        Endpoint(3000, 3000, (100.0, -200.0), shift=(0.0, 0.0)),
        Endpoint(0.5, 0.1, (0.01, 0.02), shift=(0.0, 0.0), gamma=False),
    )
    found = coverage(three, [CR1], studies=2, wtp=[0.0, 20_000.0])
    truth = {(row.arm, row.wtp): row.truth for row in found.itertuples()}
    expected = {("b", 0.0): -100, ("b", 20_000.0): 100, ("c", 0.0): 200, ("c", 20_000.0): 600}
    assert truth == pytest.approx(expected)


def test_made_up_studies_have_the_moments_asked_for():
    cost = Endpoint(3000, 3000, (300.0,), icc=0.1, explained=0.3, shift=(-0.3,))
    effect = Endpoint(0.5, 0.12, (0.02,), icc=0.1, explained=0.3, shift=(0.3,), gamma=False)
    sizes = {"low": (20,) * 3000, "high": (20,) * 3000}
    made = made_up_study(shape(sizes, cost, effect, correlation=-0.3), 8)
    low = made.complete[made.complete["arm"] == "low"]
    for name, first, end in (
        ("cost", "baseline_cost", cost),
        ("effect", "baseline_utility", effect),
    ):
        assert low[name].mean() == pytest.approx(end.mean, rel=0.03)
        assert low[name].std() == pytest.approx(end.sd, rel=0.04)
        assert low[name].corr(low[first]) ** 2 == pytest.approx(end.explained, abs=0.02)
        means = low.groupby("cluster")[name]
        between = means.mean().var() - means.var().mean() / 20
        assert between / low[name].var() == pytest.approx(end.icc, abs=0.02)
    assert low["cost"].min() > 0
    assert low["cost"].corr(low["effect"]) < -0.1


def test_least_squares_on_the_baseline_finds_the_truth_and_the_plain_difference_does_not():
    sizes = {"low": (50,) * 800, "high": (50,) * 800}
    made = made_up_study(shape(sizes), 3)
    table = made.complete
    plain = table.groupby("arm")["cost"].mean().diff().abs().iloc[-1]
    design = np.column_stack([np.ones(len(table)), table["arm"] == "high", table["baseline_cost"]])
    fitted = np.linalg.lstsq(design.astype(float), table["cost"].to_numpy(), rcond=None)[0]
    assert fitted[1] == pytest.approx(300, abs=90)
    assert abs(plain - 300) > 100


def test_people_are_lost_at_random_given_the_baseline_only():
    sizes = {"low": (2000,), "high": (2000,)}
    lost = {"low": 0.2, "high": 0.4}
    made = made_up_study(shape(sizes, lost=lost, lost_slope=-0.8), 5)
    gone = made.table["cost"].isna()
    assert gone.equals(made.table["effect"].isna())
    assert made.table[["baseline_cost", "baseline_utility"]].notna().all(axis=None)
    shares = gone.groupby(made.table["arm"]).mean()
    assert shares.to_dict() == pytest.approx(lost, abs=0.03)
    utility = made.table["baseline_utility"]
    assert utility[gone].mean() < utility[~gone].mean() - 0.05


def test_sizes_add_up_and_differ():
    sizes = uneven_sizes(116, 16)
    assert (sum(sizes), len(sizes), min(sizes), max(sizes)) == (116, 16, 4, 11)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Endpoint(3000, -1),
        lambda: Endpoint(3000, 100, icc=1.0),
        lambda: Endpoint(-5, 1),
        lambda: Endpoint(3000, 3000, shift=(-1.2,)),
        lambda: shape({"only": (3, 4)}),
        lambda: shape(cost=Endpoint(3000, 3000, (1.0, 2.0))),
    ],
)
def test_impossible_shapes_are_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 0|stays above 0|one value for each"):
        wrong()


def test_the_default_interval_has_the_name_that_it_turns_out_to_have():
    options = {"cluster": "cluster", "n_replicates": 20}
    methods = [Method("own", options, ("default",)), Method("same", options, ("cr2",))]
    found = coverage(shape(), methods, studies=4).set_index("method")
    assert found["interval"].tolist() == ["cr2", "cr2"]
    assert found.loc["own", "length"] == pytest.approx(found.loc["same", "length"])
    people = coverage(shape(), [Method("own", {}, ("default",))], studies=2, n_replicates=20)
    assert people["interval"].tolist() == ["t"]


def sometimes(table, *, seed, **options):
    """Replicates, or a refusal for every other study."""
    if seed % 2:
        stop(EstimationError, "E089", "nothing converged.")
    return bootstrap(table, seed=seed, **options)


def test_studies_that_fail_are_counted_under_the_interval_of_the_others():
    method = Method("own", {"cluster": "cluster"}, ("default",), sometimes)
    found = coverage(shape(), [method], studies=12, n_replicates=20)
    assert found["interval"].tolist() == ["cr2"]
    assert found["failed"].item() > 0
    assert found["studies"].item() + found["failed"].item() == 12


@pytest.mark.slow
def test_t_intervals_keep_their_level_with_many_clusters_and_naive_ones_do_not():
    cost = Endpoint(3000, 3000, (300.0,), icc=0.15, explained=0.3, shift=(-0.3,))
    effect = Endpoint(0.5, 0.12, (0.02,), icc=0.15, explained=0.3, shift=(0.3,), gamma=False)
    many = shape({"low": uneven_sizes(300, 30), "high": uneven_sizes(300, 30)}, cost, effect)
    people = Method("people", {"adjust": ADJUST})
    found = coverage(many, [CR1, TWO_STAGE, people], studies=400, n_replicates=300)
    share = found.set_index(["method", "interval"])["coverage"]
    error = 3 * (0.95 * 0.05 / 400) ** 0.5
    for method in ("CR1", "two stage"):
        assert share[method, "t"] == pytest.approx(0.95, abs=error + 0.01), method
    assert share["people", "t"] < 0.88
    assert (found["bias"].abs() < 3 * found["bias_mcse"]).all()


def test_a_cluster_makes_the_same_studies(monkeypatch):
    """Each made-up study is a block of its own; here the workers are this process."""
    sent = []

    def made_here(cluster, work, calls):
        sent.append((cluster.address, len(calls)))
        with workers():  # a worker knows of no cluster
            return [(block, work(block, rows)) for block, rows in reversed(calls)]

    monkeypatch.setattr("cpi_econ.uncertainty.cluster.Cluster.blocks", made_here)
    plain = coverage(shape(), [CR1], studies=5)
    with workers(dask="tcp://somewhere:8786"):
        on_cluster = coverage(shape(), [CR1], studies=5)
    assert sent == [("tcp://somewhere:8786", 5)]
    pd.testing.assert_frame_equal(plain, on_cluster)
