import numpy as np
import pytest

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.net_benefit import inmb, inmb_intervals, wtp_grid
from cpi_econ.errors import EstimationError

WTP = np.array([0.0, 10_000, 20_000, 30_000])


def test_estimate_is_wtp_times_effect_minus_cost(reps):
    assert inmb(reps, [20_000]).item() == pytest.approx(20_000 * 0.03 - 250)
    assert inmb(reps, 20_000).attrs["units"] == "GBP"


def test_spread_is_that_of_the_draws(reps, three):
    for made in (reps, three):
        reference = made.attrs["reference"]
        benefit = WTP[:, None, None] * made["effect"].values - made["cost"].values
        names = made["arm"].values.tolist()
        own = inmb_intervals(made, WTP, interval="percentile")
        for arm in own["arm"].values:
            draws = benefit[:, :, names.index(arm)] - benefit[:, :, names.index(reference)]
            at = own.sel(arm=arm)
            np.testing.assert_allclose(at["se"], draws.std(axis=1, ddof=1), rtol=1e-8)
            np.testing.assert_allclose(at["lower"], np.quantile(draws, 0.025, axis=1), rtol=1e-8)
            np.testing.assert_allclose(at["probability"], (draws > 0).mean(axis=1))


def test_probability_of_two_arms_is_the_acceptability_curve(reps, glick):
    for made in (reps, glick):
        own = inmb_intervals(made, WTP)["probability"].squeeze("arm")
        np.testing.assert_allclose(own, ceac(made, WTP)[:, 1])


def test_monte_carlo_error(reps):
    row = inmb_intervals(reps, [10_000]).squeeze()
    p = float(row["probability"])
    assert float(row["mcse"]) == pytest.approx(np.sqrt(p * (1 - p) / 2000))


def test_exact_normal_percentile_is_the_normal_interval(glick):
    one, other = (inmb_intervals(glick, WTP, interval=kind) for kind in ("percentile", "normal"))
    np.testing.assert_array_equal(one["lower"], other["lower"])


@pytest.mark.parametrize(
    ("start", "end", "step", "count", "last"),
    [(0, 50_000, 500, 101, 50_000), (0, 0, 1, 1, 0), (0, 1, 0.1, 11, 1), (0, 10, 4, 4, 10)],
)
def test_grid(start, end, step, count, last):
    grid = wtp_grid(start, end, step=step)
    assert (len(grid), grid[0], grid[-1]) == (count, start, pytest.approx(last))
    assert (np.diff(grid) > 0).all()


@pytest.mark.parametrize("bad", [(-1, 5, 1), (5, 1, 1), (0, 5, 0), (0, np.inf, 1), (0, np.nan, 1)])
def test_grid_that_cannot_be(bad):
    with pytest.raises(EstimationError, match="E083"):
        wtp_grid(bad[0], bad[1], step=bad[2])


@pytest.mark.parametrize("wtp", ["a lot", ["a"], [[1, 2]], None, [np.nan], [np.inf], -1])
@pytest.mark.parametrize("ask", [inmb, inmb_intervals, ceac])
def test_a_threshold_that_is_none_is_a_finding(reps, ask, wtp):
    with pytest.raises(EstimationError, match="E083"):
        ask(reps, wtp)


@pytest.mark.parametrize("interval", ["t", "percentile", "normal"])
def test_no_thresholds_give_an_empty_answer(reps, interval):
    assert inmb_intervals(reps, [], interval=interval)["se"].shape == (0, 1)
