"""The script of the contract, step by step on the bundled example, against `evaluate`."""

from __future__ import annotations

import pytest

import cpi_econ as ce


def test_the_steps_of_a_script_give_what_evaluate_gives(example):
    study = ce.read_study(
        example,
        {
            "costs": {"delivery": None},
            "adjust": {"model": "sur", "cost": ["age", "baseline_cost"]},
            "uncertainty": {"replicates": 300, "seed": 1},
        },
    )
    trial = ce.read_trial(study)
    prices = ce.read_unit_costs("uk_2023_24", "uk_2014_15", "local_prices.csv", folder=study.folder)
    lines = ce.cost_service_use(
        trial.service_use, prices, price_year="2014/15", price_index="nhscii",
        times=study.times, recall=0.25,
    )  # fmt: skip
    costs = ce.total_costs(lines, perspective=["NHS", "PSS"])
    u = ce.utilities(trial.responses, ce.value_set("eq5d5l_gb_2026"))
    died = trial.participants.set_index("participant")["died_years"]
    qalys = ce.qalys(u, times={"baseline": 0, "month_9": 0.75}, died=died)
    table = ce.outcomes(trial.participants, cost=costs, effect=qalys)
    assert {"baseline_cost", "baseline_utility", "agency"} <= set(table.columns)
    reps = ce.bootstrap(
        table, reference="low", cluster="agency", resample="two_stage",
        adjust={"cost": ["age", "baseline_cost"], "effect": ["age", "baseline_utility"]},
        missing="complete_cases", n_replicates=300, seed=1,
    )  # fmt: skip
    whole = ce.evaluate(study).replicates
    assert table["effect"].notna().sum() == 104
    for name in ("cost_hat", "effect_hat", "cost", "effect"):
        assert reps[name].to_numpy() == pytest.approx(whole[name].to_numpy(), rel=1e-9)


def test_the_script_imputes_where_it_is_asked_to(example):
    study = ce.read_study(example)
    trial = ce.read_trial(study)
    prices = ce.read_unit_costs("uk_2023_24", "uk_2014_15", "local_prices.csv", folder=study.folder)
    lines = ce.cost_service_use(
        trial.service_use, prices, price_year="2014/15", price_index="nhscii"
    )
    table = ce.outcomes(
        trial.participants,
        cost=ce.total_costs(lines, perspective=["NHS", "PSS"]),
        effect=ce.qalys(
            ce.utilities(trial.responses, ce.value_set("eq5d5l_gb_2026")),
            times={"baseline": 0, "month_9": 0.75},
        ),
    )
    reps = ce.bootstrap(
        table, reference="low", cluster="agency", resample="two_stage",
        adjust={"cost": ["age"], "effect": ["age", "baseline_utility"]}, impute=True,
        n_replicates=100, seed=1,
    )  # fmt: skip
    assert reps["cost"].sizes == {"replicate": 100, "arm": 2}
    assert reps.attrs["n_participants"] == 155
