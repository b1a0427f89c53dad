import math

import numpy as np
import pytest
from scipy.stats import norm

from cpi_econ.decision.next_study import NextStudy, Variation, mean_covariance
from cpi_econ.decision.power import power, sample_size
from cpi_econ.decision.simulated_power import power_from_replicates, simulated_power
from cpi_econ.errors import EstimationError

PEOPLE = Variation(cost_sd=2000.0, effect_sd=0.2, correlation=-0.1)
ARMS = {"reference": "usual", "arm": "new"}


def glick(difference, sd_cost, sd_effect, rho, wtp, alpha, beta):
    """Formula of Glick (2011), doi:10.2165/11585070-000000000-00000, with SDs of each arm.

    As printed in its author's slides of the ISPOR 13th International Meeting, 4 May 2008, whose rho
    is the correlation of the difference in cost and effect. The sample sizes of the paper's worked
    example could not be had; the formula is evaluated here by hand.

    n = (z_a + z_b)^2 {(sc0^2 + sc1^2) + W^2 (sq0^2 + sq1^2)
        - 2 W rho (sc0^2 + sc1^2)^.5 (sq0^2 + sq1^2)^.5} / (W dQ - dC)^2, people a group.
    """
    cost, effect = (sum(sd**2 for sd in pair) for pair in (sd_cost, sd_effect))
    spread = cost + wtp**2 * effect - 2 * wtp * rho * math.sqrt(cost * effect)
    z = norm.ppf(1 - alpha / 2) + norm.ppf(1 - beta)
    return z**2 * spread / (wtp * difference[1] - difference[0]) ** 2


@pytest.mark.parametrize("wtp", [20_000.0, 30_000.0, 75_000.0])
@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.3])
@pytest.mark.parametrize(("alpha", "beta"), [(0.05, 0.2), (0.05, 0.1), (0.1, 0.2)])
def test_sample_size_is_the_published_formula(wtp, rho, alpha, beta):
    people = Variation(cost_sd=2500.0, effect_sd=0.03, correlation=rho)
    found = sample_size(
        (25.0, 0.01), people, wtp, **ARMS, power_wanted=1 - beta, alpha=alpha, normal=True
    )
    expected = glick((25.0, 0.01), (2500, 2500), (0.03, 0.03), rho, wtp, alpha, beta)
    assert found.exact == pytest.approx(expected, rel=1e-9)
    assert found.study.participants["usual"] == math.ceil(expected)
    assert found.power >= 1 - beta


def test_standard_deviations_that_are_in_proportion_may_differ_between_arms():
    people = {
        "usual": Variation(cost_sd=2000.0, effect_sd=0.2, correlation=0.2),
        "new": Variation(cost_sd=3000.0, effect_sd=0.3, correlation=0.2),
    }
    found = sample_size((200.0, 0.05), people, 20_000.0, **ARMS, normal=True)
    expected = glick((200.0, 0.05), (2000, 3000), (0.2, 0.3), 0.2, 20_000.0, 0.05, 0.2)
    assert found.exact == pytest.approx(expected, rel=1e-9)


def test_standard_deviations_may_differ_in_any_way_between_arms():
    """Glick's correlation is that of the difference; ours is that of a person in each arm."""
    people = {
        "usual": Variation(cost_sd=2000.0, effect_sd=0.25, correlation=0.3),
        "new": Variation(cost_sd=4000.0, effect_sd=0.15, correlation=-0.2),
    }
    found = sample_size((200.0, 0.05), people, 20_000.0, **ARMS, normal=True)
    shared = 0.3 * 2000 * 0.25 - 0.2 * 4000 * 0.15
    rho = shared / math.sqrt((2000**2 + 4000**2) * (0.25**2 + 0.15**2))
    expected = glick((200.0, 0.05), (2000, 4000), (0.25, 0.15), rho, 20_000.0, 0.05, 0.2)
    assert found.exact == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("wtp", [20_000.0, 30_000.0])
def test_clusters_multiply_by_the_design_effect(wtp):
    icc, size, cv = 0.05, 12.0, 0.6
    people = Variation(
        cost_sd=2000.0, effect_sd=0.2, correlation=-0.1, icc_cost=icc, icc_effect=icc
    )
    plain = sample_size((100.0, 0.04), people, wtp, **ARMS, normal=True)
    grouped = sample_size(
        (100.0, 0.04), people, wtp, **ARMS, cluster_size=size, size_cv=cv, normal=True
    )
    assert grouped.exact == pytest.approx(plain.exact * (1 + ((1 + cv**2) * size - 1) * icc))
    assert grouped.study.clusters["usual"] == math.ceil(grouped.exact / size)


def test_loss_and_allocation():
    plain = sample_size((100.0, 0.04), PEOPLE, 20_000.0, **ARMS, normal=True)
    lost = sample_size((100.0, 0.04), PEOPLE, 20_000.0, **ARMS, dropout=0.25, normal=True)
    assert lost.study.participants["new"] == math.ceil(plain.exact / 0.75)
    twice = sample_size((100.0, 0.04), PEOPLE, 20_000.0, **ARMS, ratio=2.0, normal=True)
    assert twice.exact == pytest.approx(0.75 * plain.exact)
    assert twice.study.participants["new"] == math.ceil(2 * twice.exact)


def test_t_needs_a_few_people_more_than_the_normal():
    difference, wtp = (100.0, 0.2), 20_000.0
    normal = sample_size(difference, PEOPLE, wtp, **ARMS, normal=True)
    found = sample_size(difference, PEOPLE, wtp, **ARMS)
    extra = found.study.participants["usual"] - normal.study.participants["usual"]
    assert 1 <= extra <= 3
    fewer = NextStudy(participants={name: n - 1 for name, n in found.study.participants.items()})
    less = power(difference, PEOPLE, [fewer], [wtp], reference="usual")
    assert float(less[0, 0]) < 0.8 <= found.power


def test_power_against_statsmodels():
    weights = pytest.importorskip("statsmodels.stats.power")
    for size in (20, 60, 200):
        study = NextStudy(participants={"usual": size, "new": size})
        found = power((100.0, 0.05), PEOPLE, [study], [20_000.0], reference="usual")
        sd = math.sqrt(PEOPLE.net_benefit(20_000.0)[0])
        expected = weights.TTestIndPower().power(900 / sd, size, 0.05, alternative="two-sided")
        wrong_tail = weights.TTestIndPower().power(-900 / sd, size, 0.025, alternative="larger")
        assert float(found[0, 0]) == pytest.approx(expected - wrong_tail, abs=1e-8)


@pytest.mark.parametrize("clusters", [None, {"usual": 10, "new": 6}])
def test_simulated_power_agrees_with_the_closed_form(clusters):
    people = Variation(
        cost_sd=2000.0, effect_sd=0.2, correlation=-0.1, icc_cost=0.03, icc_effect=0.06
    )
    study = NextStudy(participants={"usual": 120, "new": 72}, clusters=clusters, dropout=0.1)
    exact = power((-200.0, 0.09), people, [study], [20_000.0], reference="usual")
    share, error = simulated_power(
        (-200.0, 0.09), people, study, 20_000.0, reference="usual", n_simulations=6000
    )
    assert share == pytest.approx(float(exact[0, 0]), abs=3 * error)


def test_simulated_power_where_arms_and_sizes_of_clusters_differ():
    arms = {
        "usual": Variation(cost_sd=2000.0, effect_sd=0.1, icc_cost=0.05, icc_effect=0.02),
        "new": Variation(cost_sd=5000.0, effect_sd=0.3, icc_cost=0.05, icc_effect=0.02),
    }
    size = {"participants": {"usual": 600, "new": 300}}
    for study in (
        NextStudy(**size),
        NextStudy(**size, clusters={"usual": 60, "new": 30}, size_cv=0.5),
    ):
        exact = power((200.0, 0.06), arms, [study], [30_000.0], reference="usual")
        share, error = simulated_power(
            (200.0, 0.06), arms, study, 30_000.0, reference="usual", n_simulations=4000
        )
        assert share == pytest.approx(float(exact[0, 0]), abs=3 * error)


def test_power_from_normal_replicates_agrees_with_the_closed_form(normal, forget):
    pilot = 40
    cov = PEOPLE.covariance / pilot
    made = forget(
        normal(
            [0.0, 100.0],
            [0.5, 0.56],
            *(value * np.eye(2) for value in (cov[0, 0], cov[1, 1])),
            cov[0, 1] * np.eye(2),
        )
    )
    found = power_from_replicates(made, [20_000.0], information=3.0)
    study = NextStudy(participants={"a": 3 * pilot, "b": 3 * pilot})
    exact = power((100.0, 0.06), PEOPLE, [study], [20_000.0], reference="a", normal=True)
    assert float(found[0, 0]) == pytest.approx(float(exact[0, 0]), abs=0.015)


def test_precision_is_that_of_simulated_cluster_trials():
    people = Variation(cost_sd=2.0, effect_sd=1.0, correlation=0.4, icc_cost=0.2, icc_effect=0.1)
    study = NextStudy(participants={"a": 60, "b": 60}, clusters={"a": 6, "b": 6})
    rng = np.random.default_rng(2)
    shared = rng.multivariate_normal([0, 0], people.between, size=(20_000, 6))
    own = rng.multivariate_normal([0, 0], (people.covariance - people.between) / 10, (20_000, 6))
    means = (shared + own).mean(axis=1)
    np.testing.assert_allclose(
        np.cov(means, rowvar=False), mean_covariance(study, people, "a"), rtol=0.06
    )


def test_sizes_that_vary_cost_precision_as_the_sum_of_their_squares_says():
    people = Variation(cost_sd=2.0, effect_sd=1.0, icc_cost=0.2, icc_effect=0.2)
    sizes = np.array([4.0, 6.0, 10.0, 20.0])
    shape = {"a": 40, "b": 40}, {"a": 4, "b": 4}
    cv = sizes.std() / sizes.mean()
    study = NextStudy(participants=shape[0], clusters=shape[1], size_cv=cv)
    by_hand = 4 * (0.2 * (sizes**2).sum() / 40**2 + 0.8 / 40)
    assert mean_covariance(study, people, "a")[0, 0] == pytest.approx(by_hand)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Variation(cost_sd=-1.0, effect_sd=1.0),
        lambda: Variation(cost_sd=1.0, effect_sd=1.0, correlation=1.2),
        lambda: Variation(cost_sd=1.0, effect_sd=1.0, icc_cost=1.2),
        lambda: NextStudy(participants={"a": 1, "b": 5}),
        lambda: NextStudy(participants={"a": 9, "b": 5}, dropout=1.0),
        lambda: NextStudy(participants={"a": 9, "b": 5}, clusters={"a": 3}),
        lambda: mean_covariance(NextStudy(participants={"a": 9, "b": 9}), {"b": PEOPLE}, "a"),
    ],
)
def test_studies_that_cannot_be(bad):
    with pytest.raises(EstimationError, match="E092"):
        bad()


def test_questions_without_an_answer():
    with pytest.raises(EstimationError, match="E094"):
        sample_size((200.0, 0.01), PEOPLE, 20_000.0, **ARMS)
    for options in ({"alpha": 0.0}, {"power_wanted": 1.0}, {"ratio": 0.0}):
        with pytest.raises(EstimationError, match="E094"):
            sample_size((200.0, 0.05), PEOPLE, 20_000.0, **ARMS, **options)
