import numpy as np
import pytest

from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import increments, quadrants
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError


def test_estimate_is_that_of_the_data_and_spread_that_of_the_draws(reps):
    made = increments(reps).sel(arm="high")
    draws = (reps["cost"].sel(arm="high") - reps["cost"].sel(arm="low")).values
    assert float(made["inc_cost"].sel(statistic="estimate")) == 250.0
    assert float(made["inc_cost"].sel(statistic="se")) == pytest.approx(draws.std(ddof=1))


@pytest.mark.parametrize("name", ["inc_cost", "inc_effect"])
def test_kinds_of_interval(reps, name):
    few = reps.assign_attrs(df=14.0, interval="t")
    t, normal, percentile = (
        increments(few, interval=kind)[name].sel(arm="high")
        for kind in (None, "normal", "percentile")
    )
    width = [float(at.sel(statistic="upper") - at.sel(statistic="lower")) for at in (t, normal)]
    assert width[0] / width[1] == pytest.approx(2.144787 / 1.959964, rel=1e-5)
    short = name.removeprefix("inc_")
    draws = (reps[short].sel(arm="high") - reps[short].sel(arm="low")).values
    ends = percentile.sel(statistic=["lower", "upper"]).values
    np.testing.assert_allclose(ends, np.quantile(draws, [0.025, 0.975]))


def test_level_widens_the_interval(reps):
    narrow, wide = (increments(reps, level=level)["inc_cost"] for level in (0.9, 0.99))
    assert (narrow.sel(statistic="upper") < wide.sel(statistic="upper")).all()


def test_other_reference_changes_the_sign(reps):
    turned = increments(reps.assign_attrs(reference="high")).sel(arm="low")
    made = increments(reps).sel(arm="high")
    for name in ("inc_cost", "inc_effect"):
        assert float(turned[name].sel(statistic="estimate")) == -float(
            made[name].sel(statistic="estimate")
        )
        assert float(turned[name].sel(statistic="lower")) == pytest.approx(
            -float(made[name].sel(statistic="upper"))
        )
    assert float(turned["correlation"]) == pytest.approx(float(made["correlation"]))


def test_correlation_equals_numpy(reps):
    draws = reps.sel(arm="high") - reps.sel(arm="low")
    expected = np.corrcoef(draws["cost"], draws["effect"])[0, 1]
    assert float(increments(reps)["correlation"].item()) == pytest.approx(expected)


def test_correlation_with_a_constant_is_unknown():
    made = replicates([[0, 1], [0, 2]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    assert np.isnan(increments(made)["correlation"].item())


def test_quadrants_count_draws(reps):
    share = quadrants(reps).sel(arm="high")
    draws = reps.sel(arm="high") - reps.sel(arm="low")
    dearer, better = (draws["cost"] > 0).values, (draws["effect"] > 0).values
    assert float(share.sel(quadrant="NE")) == pytest.approx((dearer & better).mean())
    assert float(share.sel(quadrant="SE")) == pytest.approx((~dearer & better).mean())
    assert float(share.sum()) == pytest.approx(1)


def test_draws_on_an_axis_are_shared():
    made = replicates([[0, 0], [0, 1]], [[0, 0], [0, 0]], arms=["a", "b"], reference="a")
    assert quadrants(made).values.tolist() == [[0.375, 0.125, 0.125, 0.375]]


def test_normal_quadrants_are_exact(glick, forget):
    exact, drawn = quadrants(glick), quadrants(forget(glick))
    assert float(exact.sum()) == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(exact, drawn, atol=4 * 0.5 / np.sqrt(20_000))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"interval": "bca"}, "E085"),
        ({"interval": "wald"}, "E085"),
        ({"level": 95}, "E085"),
        ({"level": 0}, "E085"),
    ],
)
def test_options_that_cannot_be(reps, options, code):
    with pytest.raises(EstimationError, match=code):
        increments(reps, **options)


@pytest.mark.parametrize("df", [0.0, -1.0, np.nan])
def test_t_without_degrees_of_freedom_is_refused_not_printed_as_nan(reps, df):
    few = reps.assign_attrs(df=df, interval="t")
    with pytest.raises(EstimationError, match="no degrees of freedom") as caught:
        increments(few)
    assert caught.value.findings[0].code == "E085"
    assert np.isfinite(increments(few, interval="normal")["inc_cost"]).all()


@pytest.mark.parametrize("ask", [increments, icer, lambda one: inmb_intervals(one, [10])])
def test_one_replicate_has_no_interval(reps, ask):
    with pytest.raises(EstimationError, match="one replicate"):
        ask(reps.isel(replicate=[0]))
