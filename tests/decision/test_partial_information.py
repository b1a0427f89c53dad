import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from cpi_econ.decision.information import evpi
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError

WTP = np.array([0.0, 10_000.0, 20_000.0, 40_000.0])
COUNT = 4000


def linear_model(seed=1, count=COUNT):
    """Cost and effect differences that are sums of independent normal parameters."""
    rng = np.random.default_rng(seed)
    draws = pd.DataFrame(
        {
            "unit_cost": rng.normal(0, 300, count),
            "use": rng.normal(0, 200, count),
            "gain": rng.normal(0, 0.03, count),
        }
    )
    cost = 250 + draws["unit_cost"] + draws["use"]
    effect = 0.02 + draws["gain"]
    zero = np.zeros(count)
    made = replicates(
        np.column_stack([zero, cost]),
        np.column_stack([zero, effect]),
        arms=["usual", "new"],
        reference="usual",
        currency="GBP",
    )
    return made, draws


def unit_normal_loss(mean, sd):
    ratio = np.abs(mean) / sd
    return sd * (norm.pdf(ratio) - ratio * norm.sf(ratio))


@pytest.mark.parametrize("method", ["spline", "linear", "normal"])
@pytest.mark.parametrize(
    ("group", "spread"),
    [
        (["unit_cost"], lambda k: np.full_like(k, 300.0)),
        (["gain"], lambda k: 0.03 * np.maximum(k, 1e-9)),
        (["unit_cost", "use"], lambda k: np.full_like(k, np.hypot(300, 200))),
        (["unit_cost", "gain"], lambda k: np.hypot(300, 0.03 * k)),
    ],
)
def test_linear_normal_model_has_the_closed_form(method, group, spread):
    made, draws = linear_model()
    found = evppi(made, draws, WTP, by=[group], method=method, draws=50)
    exact = unit_normal_loss(0.02 * WTP - 250, spread(WTP))
    whole = np.sqrt(300**2 + 200**2 + (0.03 * WTP) ** 2)
    # Monte Carlo error of the mean of the best net benefit, beside that of the regression
    error = np.hypot(found["se"].values[:, 0], whole / np.sqrt(COUNT))
    np.testing.assert_array_less(np.abs(found["evppi"].values[:, 0] - exact), 3 * error)


def test_three_arms_against_brute_force():
    rng = np.random.default_rng(3)
    count = 6000
    x, noise = rng.normal(0, 1, count), rng.normal(0, 0.5, (count, 2))
    effect = np.column_stack([np.zeros(count), x + noise[:, 0], x**2 - 1 + noise[:, 1]])
    made = replicates(np.zeros((count, 3)), effect, arms=list("abc"), reference="a")
    fine = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    exact = np.maximum.reduce([0 * fine, fine, fine**2 - 1]).mean()
    found = evppi(made, {"x": x}, [1.0])
    error = 3 * (found["se"].item() + 1 / np.sqrt(count))
    assert found["evppi"].item() == pytest.approx(exact, abs=error)


def test_all_parameters_together_are_worth_perfect_information():
    made, draws = linear_model()
    found = evppi(made, draws, WTP, by=[list(draws)])
    np.testing.assert_allclose(found["evppi"][:, 0], evpi(made, WTP), rtol=1e-6)
    assert found["parameter"].values.tolist() == ["unit_cost + use + gain"]


def test_a_parameter_without_bearing_is_worth_nothing():
    made, _ = linear_model()
    noise = np.random.default_rng(9).normal(size=COUNT)
    found = evppi(made, {"noise": noise}, WTP)
    assert float(found["evppi"].max()) < 5.0


def test_never_above_perfect_information_and_never_negative():
    made, draws = linear_model(seed=5, count=60)
    most = evpi(made, WTP)
    for group in (["unit_cost"], ["gain"], list(draws)):
        found = evppi(made, draws, WTP, by=[group])["evppi"][:, 0]
        assert (found >= 0).all()
        assert (found.values <= most.values + 1e-12).all()


def test_words_are_categories_with_exact_conditional_means():
    rng = np.random.default_rng(2)
    named = rng.choice(["3L", "5L"], 400)
    effect = np.where(named == "3L", 0.05, -0.01) + rng.normal(0, 0.02, 400)
    made = replicates(
        np.zeros((400, 2)), np.column_stack([np.zeros(400), effect]), arms=["a", "b"], reference="a"
    )
    means = pd.Series(effect).groupby(named).mean()
    share = pd.Series(named).value_counts(normalize=True)
    exact = (np.maximum(means, 0) * share).sum() - max((means * share).sum(), 0)
    found = evppi(made, {"value set": named}, [1.0])
    assert found["evppi"].item() == pytest.approx(exact, rel=1e-9)


def test_order_of_replicates_units_and_shifts_change_nothing():
    made, draws = linear_model()
    base = evppi(made, draws, WTP, by=["gain"])["evppi"].values
    turn = np.random.default_rng(0).permutation(COUNT)
    turned = made.isel(replicate=turn)
    again = evppi(turned, draws.iloc[turn], WTP, by=["gain"])["evppi"].values
    np.testing.assert_allclose(again, base, rtol=1e-6, atol=1e-6)
    pence = made.assign(cost=100 * made["cost"], cost_hat=100 * made["cost_hat"])
    scaled = evppi(pence, draws, 100 * WTP, by=["gain"])["evppi"].values
    np.testing.assert_allclose(scaled, 100 * base, rtol=1e-6, atol=1e-4)
    wide = draws.assign(gain=1000 * draws["gain"] + 7)
    np.testing.assert_allclose(evppi(made, wide, WTP, by=["gain"])["evppi"].values, base, rtol=1e-5)


def test_standard_error_matches_the_spread_of_repetitions():
    values, errors = [], []
    for seed in range(30):
        made, draws = linear_model(seed=seed, count=800)
        found = evppi(made, draws, [20_000.0], by=["unit_cost"], draws=60)
        values.append(found["evppi"].item())
        errors.append(found["se"].item())
    # the standard error holds the regression's part alone, so it may not exceed the whole
    assert 0.2 * np.std(values) < np.mean(errors) < 1.5 * np.std(values)


@pytest.mark.parametrize(
    ("parameters", "options", "code"),
    [
        ({"x": [1.0, 2.0]}, {}, "E090"),
        ({"x": np.arange(COUNT)}, {"by": ["y"]}, "E090"),
        ({"x": np.full(COUNT, np.nan)}, {}, "E090"),
        ({"x": np.arange(COUNT), "y": [1.0]}, {}, "E090"),
        ({"x": np.arange(COUNT)}, {"method": "kriging"}, "E091"),
        ({"x": np.arange(COUNT)}, {"draws": 1}, "E091"),
    ],
)
def test_what_cannot_be_used(parameters, options, code):
    made, _ = linear_model()
    with pytest.raises(EstimationError, match=code):
        evppi(made, parameters, WTP, **options)
