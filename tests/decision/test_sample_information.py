import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from cpi_econ.decision.information import evpi
from cpi_econ.decision.next_study import NextStudy, Variation
from cpi_econ.decision.replicates import replicates
from cpi_econ.decision.sample_information import decision_change, evsi, evsi_regression
from cpi_econ.errors import EstimationError

PEOPLE = Variation(cost_sd=2000.0, effect_sd=0.2, correlation=-0.2)
WTP = np.array([0.0, 10_000.0, 20_000.0, 30_000.0])
SIZES = (20, 50, 100, 400, 2000)


def trial(size, arms=("arm 0", "arm 1")):
    return NextStudy(participants=dict.fromkeys(arms, size))


def prior(normal, arms=2, people=60):
    """What a first trial of ``people`` an arm would leave: the next one's prior."""
    cov = PEOPLE.covariance / people
    eye = np.eye(arms)
    return normal(
        1000.0 + 150.0 * np.arange(arms),
        0.5 + 0.01 * np.arange(arms),
        cov[0, 0] * eye,
        cov[1, 1] * eye,
        cov[0, 1] * eye,
    )


def conjugate(size, people=60):
    """EVSI of Willan and Pinto for two arms, from the shares of information alone."""
    value = np.stack([-np.ones_like(WTP), WTP])
    variance = 2 * np.einsum("ik,ij,jk->k", value, PEOPLE.covariance, value) / people
    sd = np.sqrt(variance * size / (size + people))
    mean = WTP * 0.01 - 150.0
    ratio = np.abs(mean) / sd
    return sd * (norm.pdf(ratio) - ratio * norm.sf(ratio))


def test_two_normal_arms_have_the_conjugate_form(normal):
    found = evsi(prior(normal), [trial(size) for size in SIZES], PEOPLE, WTP)
    np.testing.assert_allclose(found.values, [conjugate(size) for size in SIZES], rtol=1e-9)
    assert found["participants"].values.tolist() == [2 * size for size in SIZES]


def test_moment_matching_agrees_with_the_conjugate_form(normal, forget):
    drawn = evsi(forget(prior(normal)), [trial(size) for size in SIZES], PEOPLE, WTP)
    exact = np.array([conjugate(size) for size in SIZES])
    spread = np.sqrt(2 / 60) * np.hypot(2000.0, 0.2 * WTP) * 1.3
    assert (np.abs(drawn.values - exact) < 3 * spread / np.sqrt(20_000)).all()


def test_three_normal_arms_against_simulated_trials(normal):
    made = prior(normal, arms=3)
    arms = made["arm"].values.tolist()
    found = evsi(made, [trial(80, arms)], PEOPLE, [20_000.0])
    rng = np.random.default_rng(8)
    mean = np.column_stack([made["cost_hat"].values, made["effect_hat"].values])
    before, data = PEOPLE.covariance / 60, PEOPLE.covariance / 80
    truth = mean + rng.multivariate_normal(np.zeros(2), before, size=(40_000, 3))
    seen = truth + rng.multivariate_normal(np.zeros(2), data, size=(40_000, 3))
    weight = before @ np.linalg.inv(before + data)
    after = mean + (seen - mean) @ weight.T
    benefit = 20_000.0 * after[..., 1] - after[..., 0]
    exact = benefit.max(axis=1).mean() - benefit.mean(axis=0).max()
    error = benefit.max(axis=1).std() * np.hypot(1 / np.sqrt(40_000), 1 / np.sqrt(20_000))
    assert float(found[0, 0]) == pytest.approx(exact, abs=3 * error)


@settings(max_examples=25)
@given(
    st.integers(2, 4),
    st.integers(0, 1000),
    st.floats(0, 60_000),
    st.floats(-0.9, 0.9),
    st.floats(0, 0.3),
)
def test_more_people_are_worth_more_up_to_perfect_information(arms, seed, wtp, rho, icc):
    rng = np.random.default_rng(seed)
    shape = (400, arms)
    names = [f"arm {number}" for number in range(arms)]
    made = replicates(
        rng.gamma(4, 300, shape), rng.normal(0.5, 0.05, shape), arms=names, reference=names[0]
    )
    people = Variation(cost_sd=2000.0, effect_sd=0.2, correlation=rho, icc_cost=icc, icc_effect=icc)
    studies = [
        NextStudy(
            participants=dict.fromkeys(names, 10 * count), clusters=dict.fromkeys(names, count)
        )
        for count in (2, 4, 8, 16, 10**8)
    ]
    found = evsi(made, studies, people, [wtp]).values[:, 0]
    most = float(evpi(made, [wtp])[0])
    # each study is a rescaling of the same draws: its value is convex in the scale and rises
    assert (np.diff(found) >= -1e-6 * max(most, 1.0)).all()
    assert (found <= most + 1e-9).all()
    assert found[-1] == pytest.approx(most, rel=1e-3, abs=1e-3)


def test_regression_on_simulated_summaries_agrees(normal, forget):
    made = forget(prior(normal))
    rng = np.random.default_rng(6)
    noise = rng.multivariate_normal(np.zeros(2), 2 * PEOPLE.covariance / 100, size=20_000)
    inc = {name: np.diff(made[name].values, axis=1)[:, 0] for name in ("cost", "effect")}
    data = {"cost": inc["cost"] + noise[:, 0], "effect": inc["effect"] + noise[:, 1]}
    found = evsi_regression(made, data, WTP)
    spread = np.sqrt(2 / 60) * np.hypot(2000.0, 0.2 * WTP) * 1.3
    error = np.hypot(found["se"].values, spread / np.sqrt(20_000))
    np.testing.assert_array_less(np.abs(found["evsi"].values - conjugate(100)), 3 * error)


def test_probability_of_another_decision(normal, forget):
    made, studies = prior(normal), [trial(size) for size in SIZES]
    exact = decision_change(made, studies, PEOPLE, WTP)
    value = np.stack([-np.ones_like(WTP), WTP])
    variance = 2 * np.einsum("ik,ij,jk->k", value, PEOPLE.covariance, value) / 60
    for row, size in enumerate(SIZES):
        sd = np.sqrt(variance * size / (size + 60))
        by_hand = norm.cdf(-np.abs(WTP * 0.01 - 150.0) / sd)
        np.testing.assert_allclose(exact[row], by_hand, rtol=1e-9)
    drawn = decision_change(forget(made), studies, PEOPLE, WTP)
    np.testing.assert_allclose(drawn, exact, atol=3 * 0.5 / np.sqrt(20_000))


def test_order_of_arms_changes_nothing(normal, forget):
    made = forget(prior(normal, arms=3))
    names = made["arm"].values.tolist()
    one = evsi(
        made, [NextStudy(participants=dict(zip(names, (40, 80, 20), strict=True)))], PEOPLE, WTP
    )
    turned = made.sel(arm=names[::-1])
    other = NextStudy(participants=dict(zip(names[::-1], (20, 80, 40), strict=True)))
    np.testing.assert_allclose(evsi(turned, [other], PEOPLE, WTP).values, one.values, rtol=1e-9)


def test_pence_for_pounds(normal, forget):
    made = forget(prior(normal))
    pence = made.assign(cost=100 * made["cost"], cost_hat=100 * made["cost_hat"])
    dear = Variation(cost_sd=200_000.0, effect_sd=0.2, correlation=-0.2)
    np.testing.assert_allclose(
        evsi(pence, [trial(50)], dear, 100 * WTP).values,
        100 * evsi(made, [trial(50)], PEOPLE, WTP).values,
        rtol=1e-9,
    )


def test_a_study_with_other_arms(normal):
    made = prior(normal)
    with pytest.raises(EstimationError, match="E093"):
        evsi(made, [trial(50, ("x", "y"))], PEOPLE, WTP)
    with pytest.raises(EstimationError, match="E093"):
        evsi(made, [], PEOPLE, WTP)
