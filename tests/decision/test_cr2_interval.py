"""Interval cr2: the sandwich's own degrees of freedom for every increment and net benefit."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.break_even import break_even
from cpi_econ.decision.headline_interval import headline_interval
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.replicates import with_reference
from cpi_econ.decision.replicates_file import read_replicates
from cpi_econ.decision.structural import with_uncertain_costs
from cpi_econ.errors import EstimationError
from cpi_econ.kernels.bias_reduced import cr2_covariance, satterthwaite_df
from cpi_econ.uncertainty.bootstrap import bootstrap

ALIKE = {"cost": ["age"], "effect": ["age"]}
OTHER = {"cost": ["age"], "effect": ["before"]}
SIZE = 5


@pytest.fixture(scope="module")
def people():
    """Three arms of 4, 5 and 9 clusters of five people."""
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(18), SIZE)
    arm = np.array(["a", "b", "c"])[np.digitize(cluster, [9, 14])]
    shared = rng.normal(0, 0.05, 18)[cluster]
    before = rng.normal(0.5, 0.1, 90)
    return pd.DataFrame(
        {
            "participant": [f"{number:03d}" for number in rng.permutation(90)],
            "arm": arm,
            "agency": cluster,
            "age": rng.normal(50, 10, 90),
            "before": before,
            "cost": rng.gamma(2, 1000, 90) + 900 * (arm == "c") + 9000 * shared,
            "effect": 0.3 + 0.5 * before + 0.25 * (arm == "c") + shared + rng.normal(0, 0.05, 90),
        }
    )


def run(people, **options):
    standard = {"reference": "a", "cluster": "agency", "n_replicates": 100}
    made = bootstrap(people, **{**standard, **options})
    return made.assign_attrs(interval=headline_interval(made))


def ends(row):
    return [float(row["lower"]), float(row["upper"])]


def test_of_equal_clusters_it_is_welchs_interval_of_their_means(people):
    stats = pytest.importorskip("scipy.stats")
    two = people[people["arm"] != "b"]
    made = inmb_intervals(run(two), [0, 20_000], level=0.9).sel(arm="c")
    benefit = two.assign(value=20_000 * two["effect"] - two["cost"])
    means = benefit.groupby(["arm", "agency"])["value"].mean()
    expected = stats.ttest_ind(means["c"], means["a"], equal_var=False).confidence_interval(0.9)
    # unlike Welch's, Satterthwaite's degrees of freedom are those of clusters of one variance
    width = made.attrs["df"]
    centre = float(made["estimate"][1])
    error = (expected.high - centre) / stats.t.ppf(0.95, _welch(means["c"], means["a"]))
    half = stats.t.ppf(0.95, width) * error
    assert ends(made.isel(wtp=1)) == pytest.approx([centre - half, centre + half])
    assert width == pytest.approx((1 / 4 + 1 / 9) ** 2 / (1 / (16 * 3) + 1 / (81 * 8)))


def _welch(one, two):
    parts = [one.var(ddof=1) / len(one), two.var(ddof=1) / len(two)]
    sizes = [len(one) - 1, len(two) - 1]
    return sum(parts) ** 2 / sum(part**2 / size for part, size in zip(parts, sizes, strict=True))


def test_net_benefit_is_the_regression_of_everybodys_net_benefit(people):
    stats = pytest.importorskip("scipy.stats")
    table = inmb_intervals(run(people, adjust=ALIKE), [7000])
    arms = [(people["arm"] == arm).astype(float) for arm in ("a", "b", "c")]
    x = np.column_stack([*arms, people["age"] - people["age"].mean()])
    value = 7000 * people["effect"] - people["cost"]
    clusters = people["agency"].to_numpy()
    spread = cr2_covariance(np.column_stack([x, value]), [np.arange(4)], clusters)
    for place, arm in ((1, "b"), (2, "c")):
        contrast = np.zeros(4)
        contrast[[0, place]] = -1.0, 1.0
        row = table.isel(wtp=0).sel(arm=arm)
        error = np.sqrt(contrast @ spread @ contrast)
        critical = stats.t.ppf(0.975, satterthwaite_df(x, clusters, contrast))
        centre = float(row["estimate"])
        assert float(row["se"]) == pytest.approx(error)
        assert ends(row) == pytest.approx([centre - critical * error, centre + critical * error])


def test_draws_decide_nothing_but_the_curve(people):
    one, two = (run(people, adjust=OTHER, resample=how) for how in ("clusters", "two_stage"))
    assert one.attrs["interval"] == "cr2"
    for name in ("inc_cost", "inc_effect", "correlation"):
        np.testing.assert_allclose(increments(one)[name], increments(two)[name])
    assert not np.allclose(one["cost"], two["cost"])


def test_fiellers_ends_are_where_net_benefit_is_undecided(people):
    made = run(people, adjust=ALIKE)
    ratio = icer(made, "c")
    even = break_even(made, "c")
    assert even.undecided == (pytest.approx((ratio.lower, ratio.upper)),)
    rows = inmb_intervals(made, [ratio.lower, ratio.upper]).sel(arm="c")
    scale = float(rows["se"].min())
    assert float(rows["upper"][0]) == pytest.approx(0, abs=1e-6 * scale)
    assert float(rows["lower"][1]) == pytest.approx(0, abs=1e-6 * scale)
    plain = icer(made, "c", interval="t")
    assert ratio.lower < plain.lower < plain.upper < ratio.upper


def test_another_reference_and_pence_and_a_file_change_nothing(people, tmp_path):
    made = run(people, adjust=OTHER)
    turned = increments(with_reference(made, "c"))["inc_cost"].sel(arm="a")
    own = increments(made)["inc_cost"].sel(arm="c")
    wanted = ["upper", "lower"]
    np.testing.assert_allclose(
        -turned.sel(statistic=wanted).values, own.sel(statistic=wanted[::-1]).values
    )
    pence = run(people.assign(cost=100 * people["cost"]), adjust=OTHER)
    np.testing.assert_allclose(increments(pence)["inc_cost"], 100 * increments(made)["inc_cost"])
    np.testing.assert_allclose(
        inmb_intervals(pence, [2e6])["lower"], 100 * inmb_intervals(made, [2e4])["lower"]
    )
    made.to_netcdf(tmp_path / "replicates.nc", engine="h5netcdf")
    again = read_replicates(tmp_path / "replicates.nc")
    assert inmb_intervals(again, [0, 2e4]).equals(inmb_intervals(made, [0, 2e4]))


def test_some_of_the_arms_keep_their_intervals(people):
    made = run(people, adjust=OTHER)
    two = made.sel(arm=["c", "a"])
    one, other = (increments(each).sel(arm="c")["inc_effect"] for each in (made, two))
    np.testing.assert_allclose(one, other)


def test_t_keeps_its_meaning(people):
    made = run(people)
    row = increments(made, interval="t")["inc_cost"].sel(arm="b")
    draws = (made["cost"].sel(arm="b") - made["cost"].sel(arm="a")).values
    assert float(row.sel(statistic="se")) == pytest.approx(draws.std(ddof=1))
    assert increments(made, interval="t").attrs["df"] == 15


def test_where_there_is_none_it_is_refused_or_t(people):
    bare = run(people, cluster=None)
    with pytest.raises(EstimationError, match="E085"):
        increments(bare, interval="cr2")
    parts = {"nurse": {"a": 100.0, "b": 200.0, "c": 300.0}}
    moved = with_uncertain_costs(run(people), parts, 0.2)[0]
    assert increments(moved).attrs["interval"] == "t"
    assert inmb_intervals(bare, [0]).attrs["interval"] == "t"


def test_the_exact_curve_keeps_its_own_error(people):
    made = run(people, resample="none", adjust=ALIKE)
    one, two = (inmb_intervals(made, [2e4], interval=kind) for kind in ("t", "cr2"))
    assert (one["se"] != two["se"]).all()
    assert one["probability"].equals(two["probability"])
