"""Real trials through study files of their own, against results printed by other software.

Each expected number stands in the README of the data folder; the tests skip where that folder
is not there.
"""

from __future__ import annotations

import pytest

import cpi_econ as ce

GLICK = """
title: Glick's worked example
design: randomised
currency: USD
horizon: 12 months
arms: {control: {code: 0}, treat: {code: 1}}
reference: control
data:
  participants: {file: FOLDER/glick_trial/trial_cea.csv, id: id, arm: treat}
costs: {column: cost}
effects: {qaly: {column: qaly}}
uncertainty: {resample: none, replicates: 100}
wtp: {from: 0, to: 50000, step: 10000, report: [10000, 20000, 30000, 50000]}
"""
BEN = """
title: Ben and colleagues 2023
design: randomised
currency: EUR
horizon: 1 year
times: {baseline: 0 months, q1: 3 months, q2: 6 months, q3: 9 months, q4: 12 months}
arms: {control: {code: 0}, intervention: {code: 1}}
reference: control
data:
  participants: {file: FOLDER/ben_tutorial/dataset.csv, id: id, arm: Tr}
  suffixes: {"": baseline, m1: q1, m2: q2, m3: q3, m4: q4}
costs: {column: C, sum_over: [q1, q2, q3, q4]}
effects: {qaly: {utility: E}}
missing: {method: complete_cases}
uncertainty: {resample: none, replicates: 100}
"""
PBS = """
title: PBS trial
design: randomised
currency: GBP
horizon: 12 months
times: {baseline: 0 months, month_6: 6 months, month_12: 12 months}
arms: {control: {code: 1}, intervention: {code: 2}}
reference: control
data:
  time_codes: {1: baseline, 2: month_6, 3: month_12}
  participants: {file: FOLDER/pbs_trial/pbs_long.csv, id: id, arm: trt, cluster: site, time: time}
  responses: {file: FOLDER/pbs_trial/pbs_long.csv, id: id, time: time}
costs: {column: c, file: FOLDER/pbs_trial/pbs_long.csv, id: id, time: time,
        sum_over: [month_6, month_12]}
effects: {qaly: {utility: e}}
missing: {method: complete_cases}
uncertainty: {resample: none, replicates: 100}
"""


@pytest.fixture
def answer(tmp_path, shared_data):
    """Evaluate a study text, with overrides, and return its block and its result."""

    def run(text, *overrides):
        path = tmp_path / "study.yaml"
        path.write_text(text.replace("FOLDER", shared_data.as_posix()), encoding="utf-8")
        result = ce.evaluate(ce.read_study(path, overrides))
        return result.document["scenarios"]["base case"]["effects"]["qaly"], result

    return run


def spread(result, name, arm):
    """Standard deviation of the analysed people of one arm."""
    table = result.outcomes.dropna(subset=["cost", "effect"])
    return table.loc[table["arm"] == arm, name].std()


def near(value):
    return pytest.approx(value, rel=1e-6)


def test_glick_means(answer):
    block, result = answer(GLICK)
    assert block["arms"]["control"]["cost"]["estimate"] == near(3015)
    assert block["arms"]["treat"]["cost"]["estimate"] == near(3040)
    assert block["arms"]["control"]["effect"]["estimate"] == pytest.approx(0.5729359, abs=5e-8)
    assert block["arms"]["treat"]["effect"]["estimate"] == pytest.approx(0.6153950, abs=5e-8)
    assert spread(result, "cost", "control") == near(1582.802)
    assert spread(result, "cost", "treat") == near(1168.737)


def test_glick_differences_and_ratio(answer):
    block, _ = answer(GLICK)
    one = block["comparisons"]["treat"]
    assert one["inc_cost"]["estimate"] == near(25)
    assert one["inc_cost"]["se"] == near(124.438060)
    assert one["inc_effect"]["estimate"] == near(0.04245908)
    assert one["inc_effect"]["se"] == near(0.01889562)
    assert one["correlation"] == pytest.approx(-0.278114, abs=5e-7)
    assert one["icer"]["estimate"] == near(588.8022)
    assert one["icer"]["method"] == "fieller"
    assert one["icer"]["lower"] == near(-6068.114)
    assert one["icer"]["upper"] == near(22961.97)


def test_glick_fieller_with_normal_quantiles(answer):
    block, _ = answer(GLICK, "uncertainty.interval=normal")
    icer = block["comparisons"]["treat"]["icer"]
    assert icer["lower"] == near(-6036.752)
    assert icer["upper"] == near(22611.62)


def test_glick_net_benefit(answer):
    block, _ = answer(GLICK)
    found = {
        row["wtp"]: (row["estimate"], row["se"]) for row in block["comparisons"]["treat"]["inmb"]
    }
    assert found == {
        10000: (near(399.5908), near(253.5114)),
        20000: (near(824.1816), near(429.4883)),
        30000: (near(1248.772), near(613.2383)),
        50000: (near(2097.954), near(986.6559)),
    }


def test_glick_normal_acceptability(answer):
    block, _ = answer(GLICK)
    curve = dict(zip(block["ceac"]["wtp"], block["ceac"]["probability"]["treat"], strict=True))
    printed = {0: 0.42039, 10000: 0.94251, 20000: 0.97251, 30000: 0.97914, 50000: 0.98326}
    assert {wtp: curve[wtp] for wtp in printed} == pytest.approx(printed, abs=5e-6)


def test_glick_ols(answer):
    covariates = "[blcost, blqaly, dissev, race, male]"
    block, _ = answer(
        GLICK, "adjust.model=ols", f"adjust.cost={covariates}", f"adjust.effect={covariates}"
    )
    one = block["comparisons"]["treat"]
    assert one["inc_cost"]["estimate"] == near(20.8516844)
    assert one["inc_cost"]["se"] == pytest.approx(107.723, abs=5e-4)
    assert one["inc_effect"]["estimate"] == near(0.04177331)
    assert one["inc_effect"]["se"] == near(0.01844464)


def test_glick_sur(answer):
    block, _ = answer(
        GLICK, "adjust.model=sur", "adjust.cost=[blcost, dissev]", "adjust.effect=[blqaly, dissev]"
    )
    one = block["comparisons"]["treat"]
    assert one["inc_cost"]["estimate"] == near(30.99141552)
    assert one["inc_cost"]["se"] == near(112.52989)
    assert one["inc_effect"]["estimate"] == near(0.04131275)
    assert one["inc_effect"]["se"] == near(0.01860977)


def test_ben_complete_cases(answer):
    block, result = answer(BEN)
    assert sum(arm["complete"] for arm in result.document["sample"]["arms"].values()) == 170
    assert block["arms"]["control"]["cost"]["estimate"] == near(4457.499)
    assert block["arms"]["intervention"]["cost"]["estimate"] == near(5657.156)
    assert block["arms"]["control"]["effect"]["estimate"] == near(0.6413285)
    assert block["arms"]["intervention"]["effect"]["estimate"] == near(0.7221330)


def test_ben_sur(answer):
    block, _ = answer(
        BEN,
        "adjust.model=sur",
        "adjust.cost=[age, sex, baseline_cost]",
        "adjust.effect=[age, sex, baseline_utility]",
    )
    one = block["comparisons"]["intervention"]
    assert one["inc_cost"]["estimate"] == near(1267.58161)
    assert one["inc_cost"]["se"] == near(576.18082)
    assert one["inc_effect"]["estimate"] == pytest.approx(0.06602, abs=5e-6)
    assert one["inc_effect"]["se"] == pytest.approx(0.01229, abs=5e-6)
    covariance = one["correlation"] * one["inc_cost"]["se"] * one["inc_effect"]["se"]
    assert covariance == near(-4.974925)


def test_pbs_three_visits(answer):
    block, result = answer(PBS)
    arms = result.document["sample"]["arms"]
    assert [(arm["participants"], arm["clusters"], arm["complete"]) for arm in arms.values()] == [
        (136, 12, 108),
        (108, 11, 96),
    ]
    control, intervention = block["arms"]["control"], block["arms"]["intervention"]
    assert control["effect"]["estimate"] == near(0.4920741)
    assert intervention["effect"]["estimate"] == near(0.6127761)
    assert control["cost"]["estimate"] == near(3047.102)
    assert intervention["cost"]["estimate"] == near(5711.016)
    assert spread(result, "effect", "control") == pytest.approx(0.2972, abs=5e-5)
    assert spread(result, "effect", "intervention") == pytest.approx(0.2864, abs=5e-5)
    assert spread(result, "cost", "control") == pytest.approx(4777.7, abs=0.05)
    assert spread(result, "cost", "intervention") == pytest.approx(3550.2, abs=0.05)


@pytest.mark.parametrize("resample", ["individuals", "clusters"])
def test_pbs_bootstrap_agrees_with_its_analytic_error(answer, resample):
    """Individuals against s^2/n; clusters against CR1 with a bound for 11 clusters."""
    drawn, _ = answer(PBS, f"uncertainty.resample={resample}", "uncertainty.replicates=4000")
    dropped = ["data.participants.cluster=null"] if resample == "individuals" else []
    exact, _ = answer(PBS, *dropped)
    a, b = (block["comparisons"]["intervention"] for block in (drawn, exact))
    bound = 3 * 0.011 if resample == "individuals" else 0.12
    for name in ("inc_cost", "inc_effect"):
        assert a[name]["estimate"] == pytest.approx(b[name]["estimate"])
        assert a[name]["se"] == pytest.approx(b[name]["se"], rel=bound)
