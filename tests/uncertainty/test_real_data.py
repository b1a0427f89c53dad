"""Published results of independent software on real trials, to the digits printed."""

import numpy as np
import pytest

from cpi_econ.uncertainty.bootstrap import bootstrap


def increments(made, arm):
    """Difference from the reference: cost, effect, and their standard errors and covariance."""
    reference = made.attrs["reference"]
    contrast = (made["arm"] == arm).astype(float) - (made["arm"] == reference).astype(float)
    c = contrast.values
    spread = {
        name: c @ made[f"cov_{name}"].values @ c
        for name in ("cost_cost", "effect_effect", "cost_effect")
    }
    return (
        float(c @ made["cost_hat"].values),
        float(c @ made["effect_hat"].values),
        np.sqrt(spread["cost_cost"]),
        np.sqrt(spread["effect_effect"]),
        spread["cost_effect"],
    )


def test_glick_unadjusted(glick):
    made = bootstrap(glick, reference="control", resample="none", n_replicates=10)
    assert made["cost_hat"].values == pytest.approx([3015, 3040], rel=1e-9)
    assert made["effect_hat"].values == pytest.approx([0.5729359, 0.6153950], abs=5e-8)
    cost, effect, se_cost, se_effect, cov = increments(made, "treatment")
    assert (cost, effect) == (pytest.approx(25, rel=1e-9), pytest.approx(0.04245908, abs=5e-9))
    assert se_cost == pytest.approx(124.438060, rel=1e-6)
    assert se_effect == pytest.approx(0.01889562, abs=5e-9)
    assert cov / se_cost / se_effect == pytest.approx(-0.278114, abs=5e-7)
    assert made.attrs["df"] == 498


def test_glick_ols_on_all_covariates(glick):
    covariates = ["dissev", "race", "blcost", "blqaly", "male"]
    made = bootstrap(
        glick,
        reference="control",
        resample="none",
        model="ols",
        adjust={"cost": covariates, "effect": covariates},
        n_replicates=10,
    )
    cost, effect, se_cost, se_effect, _ = increments(made, "treatment")
    assert cost == pytest.approx(20.8516844, abs=5e-8)
    assert effect == pytest.approx(0.04177331, abs=5e-9)
    assert se_cost == pytest.approx(107.723, abs=5e-4)
    assert se_effect == pytest.approx(0.01844464, abs=5e-9)


def test_glick_sur(glick):
    adjust = {"cost": ["blcost", "dissev"], "effect": ["blqaly", "dissev"]}
    made = bootstrap(glick, reference="control", resample="none", adjust=adjust, n_replicates=10)
    cost, effect, se_cost, se_effect, _ = increments(made, "treatment")
    assert cost == pytest.approx(30.99141552, abs=5e-9)
    assert effect == pytest.approx(0.04131275, abs=5e-9)
    assert se_cost == pytest.approx(112.52989, abs=5e-6)
    assert se_effect == pytest.approx(0.01860977, abs=1e-8)


GAMMA = ["dissev", "race", "blcost", "blqaly", "male"]


def fisher_steps(glick, most, tolerance):
    """Plain Fisher scoring from the data, stopped by the relative change of the deviance."""
    cost = glick["cost"].to_numpy(dtype=float)
    columns = np.column_stack([np.ones(len(glick)), glick["treat"], glick[GAMMA]])
    mean, last = cost, 0.0
    for _ in range(most):
        working = np.log(mean) + (cost - mean) / mean
        beta = np.linalg.lstsq(columns, working, rcond=None)[0]
        mean = np.exp(columns @ beta)
        deviance = 2 * ((cost - mean) / mean - np.log(cost / mean)).sum()
        if abs(deviance - last) < tolerance * (abs(deviance) + 0.1):
            break
        last = deviance
    ends = [columns.copy() for _ in range(2)]
    ends[0][:, 1], ends[1][:, 1] = 0.0, 1.0
    return np.exp(ends[1] @ beta).mean() - np.exp(ends[0] @ beta).mean()


def test_glick_gamma_model_standardised(glick):
    made = bootstrap(
        glick,
        reference="control",
        model="glm",
        adjust={"cost": GAMMA, "effect": GAMMA},
        n_replicates=10,
    )
    own = float(made["cost_hat"][1] - made["cost_hat"][0])
    assert own == pytest.approx(fisher_steps(glick, 100, 0.0), rel=1e-8)
    assert own == pytest.approx(136.3788583, abs=1e-6)
    # the printed 136.3862 is where R's default tolerance of 1e-8 stops, short of the maximum
    assert fisher_steps(glick, 25, 1e-8) == pytest.approx(136.3862, abs=5e-5)


def test_glick_bootstrap_agrees_with_its_analytic_error(glick):
    adjust = {"cost": ["blcost", "dissev"], "effect": ["blqaly", "dissev"]}
    made = bootstrap(glick, reference="control", adjust=adjust, n_replicates=2000)
    draws = made.sel(arm="treatment") - made.sel(arm="control")
    assert float(draws["cost"].std()) == pytest.approx(112.53, rel=0.08)
    assert float(draws["effect"].std()) == pytest.approx(0.01861, rel=0.08)


def test_ben_complete_cases_and_sur(ben):
    adjust = {"cost": ["age", "sex", "C"], "effect": ["age", "sex", "E"]}
    plain = bootstrap(
        ben, reference="control", resample="none", missing="complete_cases", n_replicates=10
    )
    assert plain.attrs["n_participants"] == 170
    assert plain["cost_hat"].values == pytest.approx([4457.499, 5657.156], abs=5e-4)
    assert plain["effect_hat"].values == pytest.approx([0.6413285, 0.7221330], abs=1e-7)
    made = bootstrap(
        ben,
        reference="control",
        resample="none",
        missing="complete_cases",
        adjust=adjust,
        n_replicates=10,
    )
    cost, effect, se_cost, se_effect, cov = increments(made, "intervention")
    assert cost == pytest.approx(1267.58161, abs=5e-6)
    assert effect == pytest.approx(0.06602, abs=5e-6)
    assert se_cost == pytest.approx(576.18082, abs=5e-6)
    assert se_effect == pytest.approx(0.01229, abs=5e-6)
    assert cov == pytest.approx(-4.974925, abs=5e-7)


def test_pbs_means_and_clusters(pbs):
    made = bootstrap(
        pbs, reference="control", cluster="site", missing="complete_cases", n_replicates=50
    )
    assert made["effect_hat"].values == pytest.approx([0.4920741, 0.6127761], abs=5e-8)
    assert made["cost_hat"].values == pytest.approx([3047.102, 5711.016], abs=5e-4)
    assert made.attrs["df"] == 21
    assert made.attrs["n_participants"] == 204
